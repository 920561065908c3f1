"""A judgement needs the mean of five strides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.baseline import WINDOW_STRIDES
from hipdrive.coach.rule import Decision
from hipdrive.types.coach_status import SilenceReason

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext


class RecentStrides:
    """Keeps the latest strides, and ends the judgement while there are too few."""

    def judge(self, context: CueContext) -> Decision | None:
        """The stride joins the recent ones; no further rule before the window is full."""
        if context.stride is None:
            return None
        state = context.state.with_recent(context.stride.thigh_ext_bam)
        if len(state.recent_bam) < WINDOW_STRIDES:
            return Decision(silence=SilenceReason.TOO_FEW_STRIDES, final=True, state=state)
        return Decision(state=state)
