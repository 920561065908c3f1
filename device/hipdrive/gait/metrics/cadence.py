"""Steps a minute."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import STEPS_PER_MINUTE, Metric

CADENCE = Metric(
    name="cadence",
    unit=STEPS_PER_MINUTE,
    version=1,
    meaning="Steps a minute, two a stride, of the whole session.",
    formula="120 s / mean stride_time of the near leg, over all strides whose time is sound and "
    "within 8 % of the median of the nine around it",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="none where fewer than half of the strides can be used",
)
