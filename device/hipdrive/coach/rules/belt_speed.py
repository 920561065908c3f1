"""Another speed of the belt has another baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.baseline import Baseline
from hipdrive.coach.own_mean import with_own
from hipdrive.coach.rule import Decision
from hipdrive.coach.speed_baseline import fitting, same_speed
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext
    from hipdrive.coach.state import CoachState


class BaselineOfSpeed:
    """Takes the baseline of the belt's speed, stored or from earlier on, or has one measured."""

    def judge(self, context: CueContext) -> Decision | None:
        """The state at the new speed; nothing while the speed stays, or is not known."""
        state, stride = context.state, context.stride
        speed = None if stride is None else stride.belt_mm_per_s
        before = state.belt_mm_per_s
        if speed is None or (before is not None and same_speed(before, speed)):
            return None
        if before is not None:
            state = _without_means(state)
        state = replace(state, belt_mm_per_s=speed)
        known = (*state.plan.baselines, *state.record.baselines)
        own = fitting(known, speed, context.settings.incline_tenths)
        if own is None:
            return Decision(state=state)
        state = with_own(_without_means(state), context.settings, own)
        return Decision(led=CueKind.LED_OFF, state=state)


def _without_means(state: CoachState) -> CoachState:
    """Strides at two speeds make no mean."""
    return replace(
        state,
        baseline=Baseline(),
        probe=Baseline(),
        own=None,
        band=None,
        recent_bam=(),
        history=state.history.begun_again(),
        tripped=(),
    )
