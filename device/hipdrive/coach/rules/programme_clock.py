"""The blocks of the programme follow one another by the time of the frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.own_mean import summed, with_measured
from hipdrive.coach.programme import block_at, maintenance_percent
from hipdrive.coach.rule import Decision
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import BlockKind, CoachMode

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.coach.state import CoachState
    from hipdrive.types.programme import Block

SILENCE = {BlockKind.PROBE: SilenceReason.PROBE, BlockKind.OFF: SilenceReason.OFF_BLOCK}


class ProgrammeClock:
    """Begins the programme with the first usable stride, and each block when its time has come."""

    def judge(self, context: CueContext) -> Decision | None:
        """The new block, with the LEDs out where it is a silent one."""
        state, t_ns = context.state, context.t_ns
        if state.plan.mode is CoachMode.FREE:
            return None
        if state.began_ns is None:
            if context.stride is None:
                return None
            state = replace(state, began_ns=t_ns)
        elif not _over(state.block, t_ns):
            return None
        if state.block is not None and state.block.kind is BlockKind.PROBE:
            state = _after_probe(state, context.settings)
        state = replace(state, block=_block(state, t_ns))
        return _shown(state)


def _over(block: Block | None, t_ns: int) -> bool:
    return block is None or (block.ends_ns is not None and t_ns >= block.ends_ns)


def _block(state: CoachState, t_ns: int) -> Block:
    plan, began_ns = state.plan, t_ns if state.began_ns is None else state.began_ns
    percent = plan.feedback_percent if state.feedback_percent is None else state.feedback_percent
    if percent is None:
        # Of a maintenance session only the probe is known before its end.
        percent = maintenance_percent(retained=False)
    return block_at(began_ns, t_ns, percent, probe=plan.probe)


def _after_probe(state: CoachState, settings: CoachSettings) -> CoachState:
    """Keep the probe's result; where there was no baseline it is one, being as silent."""
    probe = state.probe
    enough = probe.count >= settings.baseline_strides
    if enough:
        result = summed(probe, state, settings)
        state = replace(state, record=state.record.with_probe(result))
    if state.band is None:
        state = with_measured(state, settings)
    if state.plan.mode is CoachMode.MAINTENANCE:
        retained = enough and state.band is not None and probe.mean_bam >= state.band.low_bam
        state = replace(state, feedback_percent=maintenance_percent(retained=retained))
    return state


def _shown(state: CoachState) -> Decision:
    """Silence and its reason, or neither; a pause goes on being one."""
    assert state.block is not None  # noqa: S101  # set by the caller
    if state.silence is not SilenceReason.PAUSE:
        state = replace(state, silence=SILENCE.get(state.block.kind))
    return Decision(led=CueKind.LED_OFF if state.dark else None, state=state)
