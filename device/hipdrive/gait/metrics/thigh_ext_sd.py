"""How much strides differ."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import DEGREES, Metric

THIGH_EXT_SD = Metric(
    name="thigh_ext_sd",
    unit=DEGREES,
    version=1,
    meaning="How much thigh_ext differs from stride to stride, near leg.",
    formula="sample standard deviation (n - 1) over the accepted strides; every other metric of a "
    "stride has its own, by the same formula",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="holds the noise of the pose model (1 to 2°) beside the runner's own variation, and any "
    "drift",
    typical="1.0 to 1.1° of one runner at 4.55 m/s (from the example data of FootNet, 2021)",
)
