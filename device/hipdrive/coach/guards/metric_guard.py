"""A guard over one metric: worse than in the runner's own baseline, and surely so."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Literal

from hipdrive.coach.guards.history import RECENT_STRIDES, sample_variance
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.guards.history import GuardHistory, MetricHistory

STANDARD_ERRORS = 5
"""A change counts when it is more than so many standard errors of the difference of two means.

1.96 are enough for a question that is asked once. Here it is asked with every stride, of eight
metrics, of strides that resemble the one before (lag-1 correlation 0.1 to 0.3 on clips of people):
with 1.96 half of the runners who changed nothing were stopped within 400 strides, with 4.5 one in
ten, with 5 fewer than one in twenty (`tests/coach/guards/test_guard_rates.py`).
"""
LEAST_BASELINE, LEAST_RECENT = 10, 6
"""Strides that have the metric: fewer tell neither a mean nor a scatter."""


@dataclass(frozen=True, slots=True)
class MetricGuard:
    """Trips when a metric of the latest strides is worse than in the baseline.

    Attributes:
        name: unique.
        metric: of a stride (`guards.values`, `gait.metrics`).
        worse: which way is worse; `change` is either.
        by_more_than: how much; in whole units of the metric, or a share of the baseline's mean.
        cue: what the LEDs show instead of asking.
    """

    name: str
    metric: str
    worse: Literal["rise", "fall", "change"]
    by_more_than: int | Fraction
    cue: CueKind = CueKind.LED_OFF

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one metric."""
        return (self.metric,)

    def trips(self, history: GuardHistory, *, tripped: bool) -> bool:
        """Worse by more than the threshold and by more than can be detected.

        It lets go at half of that, so that it does not come and go. A metric that too few of the
        latest strides have says nothing; until eight strides in a row are known, it stays as it is.
        """
        kept = history[self.metric]
        if kept.count < LEAST_BASELINE:
            return False
        if len(kept.recent) < RECENT_STRIDES:
            return tripped
        known = [value for value in kept.recent if value is not None]
        if len(known) < LEAST_RECENT:
            return False
        threshold = max(self._threshold(kept), detectable_change(kept, known))
        return self._worsening(sum(known) // len(known) - kept.mean) * (1 + tripped) > threshold

    def _threshold(self, kept: MetricHistory) -> int:
        if isinstance(self.by_more_than, Fraction):
            return int(abs(kept.mean) * self.by_more_than)
        return self.by_more_than

    def _worsening(self, change: int) -> int:
        if self.worse == "change":
            return abs(change)
        return change if self.worse == "rise" else -change


def detectable_change(kept: MetricHistory, recent: list[int]) -> int:
    """The least change of a mean that is no chance, in whole units.

    `STANDARD_ERRORS` * sqrt(s1^2 / n1 + s2^2 / n2), the standard error of the difference of two
    independent means (Welch 1947): n1 strides of the baseline with variance s1^2, and n2 recent
    ones. Few strides may scatter little by chance, so s2 is never taken for less than s1.

    Args:
        kept: the metric in the baseline, of `LEAST_BASELINE` strides at least.
        recent: its latest values, `LEAST_RECENT` at least.
    """
    count = len(recent)
    variance = sample_variance(count, sum(recent), sum(value * value for value in recent))
    error2 = kept.variance // kept.count + max(kept.variance, variance) // count
    return isqrt(STANDARD_ERRORS**2 * error2)
