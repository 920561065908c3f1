"""Without a usable stride for three seconds the runner is lost, and nothing is claimed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.rule import Decision
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext

PAUSE_NS = 3_000_000_000
"""Four strides of a slow runner."""


class Pause:
    """Shows that the runner is lost, and forgets the recent strides after a pause.

    Strides on both sides of a pause are no five in a row.
    """

    def judge(self, context: CueContext) -> Decision | None:
        """The LED of a lost runner, when the pause begins."""
        state = context.state
        last_ns = state.last_stride_ns
        if context.stride is not None or last_ns is None or context.t_ns - last_ns <= PAUSE_NS:
            return None
        if state.silence is SilenceReason.PAUSE and state.led is CueKind.LED_LOST:
            return None
        return Decision(
            led=CueKind.LED_LOST,
            silence=SilenceReason.PAUSE,
            state=replace(state, recent_bam=(), history=state.history.without_recent()),
        )
