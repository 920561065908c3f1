"""A guard over one metric: worse than in the runner's own baseline, and surely so."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from hipdrive.coach.guards.detectable import detectable_change
from hipdrive.coach.guards.history import RECENT_STRIDES
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.guards.history import GuardHistory, MetricHistory

LEAST_BASELINE, LEAST_RECENT = 10, 7
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
        latest strides have says nothing; until `RECENT_STRIDES` in a row are known, it stays so.
        """
        kept = history[self.metric]
        if kept.count < LEAST_BASELINE:
            return False
        if len(kept.recent) < RECENT_STRIDES:
            return tripped
        known = [value for value in kept.recent if value is not None]
        if len(known) < LEAST_RECENT:
            return False
        worse = self._worsening(sum(known) // len(known) - kept.mean) * (1 + tripped)
        return worse > self._threshold(kept) and worse > detectable_change(kept, known)

    def _threshold(self, kept: MetricHistory) -> int:
        if isinstance(self.by_more_than, Fraction):
            return int(abs(kept.mean) * self.by_more_than)
        return self.by_more_than

    def _worsening(self, change: int) -> int:
        if self.worse == "change":
            return abs(change)
        return change if self.worse == "rise" else -change
