"""The silent baseline comes before any judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.own_mean import with_measured
from hipdrive.coach.rule import Decision
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext


class MeasureBaseline:
    """Measures the runner's own mean, and sets the band with the last stride of the baseline."""

    def judge(self, context: CueContext) -> Decision | None:
        """The baseline LED, and no further judgement, until the band is known."""
        stride, state = context.stride, context.state
        if stride is None or state.band is not None:
            return None
        baseline = state.baseline.with_stride(stride.thigh_ext_bam)
        state = with_measured(replace(state, baseline=baseline), context.settings)
        complete = state.band is not None
        return Decision(
            led=CueKind.LED_OFF if state.dark else CueKind.LED_BASELINE,
            event=CueKind.BASELINE_DONE if complete and not state.dark else None,
            silence=SilenceReason.TOO_FEW_STRIDES if complete else SilenceReason.BASELINE,
            final=True,
            state=state,
        )
