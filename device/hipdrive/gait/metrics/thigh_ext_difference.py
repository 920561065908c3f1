"""How the two legs differ."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import DEGREES, Metric

THIGH_EXT_DIFFERENCE = Metric(
    name="thigh_ext_difference",
    unit=DEGREES,
    version=1,
    meaning="thigh_ext of the near leg minus that of the far leg: left against right.",
    formula="mean over accepted near strides - mean over accepted far strides",
    key_points=("hip", "knee"),
    confidence="low",
    limits="the far leg is half hidden and its strides are not those of the near leg; never a "
    "ratio, which explodes near zero. To be sure turn the camera's side and run again",
)
