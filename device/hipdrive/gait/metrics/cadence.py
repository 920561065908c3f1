"""Steps a minute."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import STEPS_PER_MINUTE, Metric
from hipdrive.gait.signal.running_median import STRIDES_KEPT

TIME_TOLERANCE_PERCENT = 8
"""Four standard deviations of the most uneven runner's. A stride that is not timed costs nothing,
unlike one that is not coached, so less is forgiven here."""

CADENCE = Metric(
    name="cadence",
    unit=STEPS_PER_MINUTE,
    version=1,
    meaning="Steps a minute, two a stride, of the whole session.",
    formula="120 s / mean stride_time of the near leg, over all strides whose time is sound and "
    f"within {TIME_TOLERANCE_PERCENT} % of the median of the {STRIDES_KEPT} around it",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="none where fewer than half of the strides can be used",
)
