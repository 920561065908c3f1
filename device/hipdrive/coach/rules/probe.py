"""The retention probe: silent strides at the beginning of a session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.rule import Decision
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import BlockKind

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext


class RetentionProbe:
    """Measures what the runner does without feedback; a baseline too, where there is none."""

    def judge(self, context: CueContext) -> Decision | None:
        """No light and no further judgement."""
        stride, state = context.stride, context.state
        if stride is None or state.block is None or state.block.kind is not BlockKind.PROBE:
            return None
        angle_bam = stride.thigh_ext_bam
        return Decision(
            led=CueKind.LED_OFF,
            silence=SilenceReason.PROBE,
            final=True,
            state=replace(
                state,
                probe=state.probe.with_stride(angle_bam),
                baseline=state.baseline.with_stride(angle_bam)
                if state.band is None
                else state.baseline,
            ),
        )
