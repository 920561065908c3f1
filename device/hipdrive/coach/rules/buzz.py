"""The buzzer sounds while amber is lit and four of the last five strides lie below the band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.rule import Decision
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext

BUZZ_STRIDES_BELOW = 4


class BuzzBelowBand:
    """Asks for a buzz while enough of the recent strides lie below the band.

    Not without the amber light: four strides just below the band and one far above it are no
    reason, and light and sound never say two things.
    """

    def judge(self, context: CueContext) -> Decision | None:
        """A buzz that rests on the recent strides' mean."""
        state = context.state
        if context.stride is None or state.band is None or state.led is not CueKind.LED_BELOW:
            return None
        below = sum(bam < state.band.low_bam for bam in state.recent_bam)
        if below < BUZZ_STRIDES_BELOW:
            return None
        return Decision(buzz=True, mean_bam=state.mean_bam)
