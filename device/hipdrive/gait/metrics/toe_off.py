"""When the foot leaves the belt."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import SECONDS, Metric

TOE_OFF = Metric(
    name="toe_off",
    unit=SECONDS,
    version=1,
    meaning="When the foot leaves the belt, before the peak.",
    formula="when the knee is straightest between 160 ms before and 20 ms after the peak of thigh "
    "extension, minus `gait.toe_off_ms`",
    key_points=("hip", "knee", "ankle"),
    confidence="estimated",
    limits="as of foot strike; with every model by the knee. Of somebody at an easy pace the "
    "pictures show it some 30 ms later",
)
