"""How long a stride takes."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import SECONDS, Metric

STRIDE_TIME = Metric(
    name="stride_time",
    unit=SECONDS,
    version=1,
    meaning="Time from one peak of thigh extension to the next of the same leg.",
    formula="t_peak - t_last_peak",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="told of rejected strides too, where it may be that of two strides",
)
