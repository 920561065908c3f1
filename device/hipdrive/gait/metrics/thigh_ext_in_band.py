"""How often the runner is where the coach wants them."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import PERCENT, Metric

THIGH_EXT_IN_BAND = Metric(
    name="thigh_ext_in_band",
    unit=PERCENT,
    version=1,
    meaning="Share of the near leg's strides in the coach's band.",
    formula="strides with low <= thigh_ext <= high / strides after the baseline, each by itself "
    "(the LEDs show a mean of five)",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="none before the baseline is complete",
)
