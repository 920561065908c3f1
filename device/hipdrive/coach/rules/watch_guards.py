"""The guards watch every usable stride, in the baseline and after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.guards.conditions import FirstWeekDose
from hipdrive.coach.guards.values import value_of
from hipdrive.coach.rule import Decision

if TYPE_CHECKING:
    from hipdrive.coach.programme import SessionPlan
    from hipdrive.coach.rule import CueContext
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.coach.state import CoachState
    from hipdrive.types.stride import Stride


class WatchGuards:
    """Keeps what the guards compare, and which of them are tripped.

    Their baseline is that of the coach: the silent strides before the band is known. Where it is
    known from the beginning it is the first strides all the same, and no metric is guarded before
    they are complete.
    """

    def judge(self, context: CueContext) -> Decision | None:
        """The state with one more stride in it, and the guards that are tripped now."""
        stride = context.stride
        if stride is None:
            return None
        return Decision(state=_watched(context.state, stride, context.settings))


def _watched(state: CoachState, stride: Stride, settings: CoachSettings) -> CoachState:
    history, guards = state.history, (*settings.guards, *dose_of(state.plan))
    values = {
        metric: value_of(metric, stride, history.far, settings.measured)
        for guard in guards
        for metric in guard.metrics
    }
    if state.band is None:
        return replace(state, history=history.with_baseline(values), tripped=())
    measuring = history.baseline_strides < settings.baseline_strides
    history = history.with_baseline(values) if measuring else history.with_recent(values)
    tripped = tuple(
        guard for guard in guards if guard.trips(history, tripped=guard in state.tripped)
    )
    return replace(state, history=history, tripped=tripped)


def dose_of(plan: SessionPlan) -> tuple[FirstWeekDose, ...]:
    """The guard of the session's dose; none for a guest, whose sessions nobody counts."""
    return (FirstWeekDose(plan.session - 1),) if plan.named else ()
