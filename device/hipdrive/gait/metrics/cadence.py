"""Steps a minute."""

from __future__ import annotations

from hipdrive.gait.metrics.metric import STEPS_PER_MINUTE, Metric
from hipdrive.gait.signal.running_median import STRIDES_KEPT

TIME_TOLERANCE_PERCENT = 8
"""Four standard deviations of the most uneven runner's. A stride that is not timed costs nothing,
unlike one that is not coached, so less is forgiven here."""

STRIDES_A_LINE = 16
"""Some 11 s, for which runners keep a pace: a line through more would weigh a change of it by where
it falls."""

CADENCE = Metric(
    name="cadence",
    unit=STEPS_PER_MINUTE,
    version=2,
    meaning="Steps a minute, two a stride, of the whole session.",
    formula="120 s / mean stride time of both legs, over all strides whose time is sound and "
    f"within {TIME_TOLERANCE_PERCENT} % of the median of the {STRIDES_KEPT} around it; of strides "
    "that follow one another the slope of the least-squares line through their peaks and foot "
    f"strikes, {STRIDES_A_LINE} strides a line",
    key_points=("hip", "knee"),
    confidence="measured",
    limits="none where fewer than half of the strides can be used",
)
