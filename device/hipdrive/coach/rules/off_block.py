"""A block of the programme without feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.rule import Decision
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import BlockKind

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext


class OffBlock:
    """Keeps the latest strides, so that the next feedback begins at once, and shows nothing."""

    def judge(self, context: CueContext) -> Decision | None:
        """No light and no further judgement."""
        stride, state = context.stride, context.state
        if stride is None or state.block is None or state.block.kind is not BlockKind.OFF:
            return None
        return Decision(
            led=CueKind.LED_OFF,
            silence=SilenceReason.OFF_BLOCK,
            final=True,
            state=state.with_recent(stride.thigh_ext_bam),
        )
