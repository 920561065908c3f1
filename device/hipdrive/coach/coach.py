"""The coach: what to show and when to sound, from strides and the time alone.

`advance` is the whole of it, a pure function from one state to the next that asks the rules
(`rules.catalogue`); `Coach` only keeps the state between frames.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.own_mean import band_of
from hipdrive.coach.rule import CueContext
from hipdrive.coach.rules.catalogue import RULES
from hipdrive.coach.state import CoachState
from hipdrive.types.cue import Cue, CueKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hipdrive.coach.programme import SessionPlan
    from hipdrive.coach.record import RunnerRecord
    from hipdrive.coach.rule import CueRule, Decision
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.stride import Stride


def advance(
    state: CoachState,
    settings: CoachSettings,
    t_ns: int,
    strides: Iterable[Stride],
    rules: Sequence[CueRule] = RULES,
) -> tuple[CoachState, tuple[Cue, ...]]:
    """Judge what became known with one frame.

    Args:
        state: from the frame before.
        settings: the configuration.
        t_ns: time of the frame.
        strides: completed with this frame; far-leg and rejected ones are not judged.
        rules: in the order in which they judge.

    Returns:
        The next state, and the cues to show now: an LED cue only when it changes.
    """
    cues: list[Cue] = []
    state = _judged(CueContext(t_ns, None, settings, state), rules, cues)
    for stride in strides:
        state = replace(state, history=state.history.noticed(stride))
        if stride.near and stride.accepted:
            judged = replace(state, silence=None)
            judged = _judged(CueContext(t_ns, stride, settings, judged), rules, cues)
            state = replace(judged.after(stride), last_stride_ns=t_ns)
    return state, tuple(cues)


def _judged(context: CueContext, rules: Sequence[CueRule], cues: list[Cue]) -> CoachState:
    """The state after every rule was asked; `cues` gets what they decided."""
    asked = False
    for rule in rules:
        decision = rule.judge(context)
        if decision is None:
            continue
        asked = asked or decision.asks
        context = context._replace(state=_applied(decision, context, cues))
        if decision.final:
            break
    return context.state.with_withheld() if asked else context.state


def _applied(decision: Decision, context: CueContext, cues: list[Cue]) -> CoachState:
    """The state after a decision; `cues` gets what the runner has to see or hear."""
    state = decision.state or context.state
    if state.guard is not None:
        decision = decision.without_asking(state.guard.cue)
    if decision.silence is not None:
        state = replace(state, silence=decision.silence)
    if decision.led is not None and decision.led is not state.led:
        cues.append(_cue(decision.led, decision, context))
        state = replace(state, led=decision.led)
    if decision.event is not None:
        cues.append(_cue(decision.event, decision, context))
    if decision.buzz and state.may_buzz(context.settings.buzz_gap_strides):
        cues.append(_cue(CueKind.BUZZ, decision, context))
        state = replace(state, strides_since_buzz=0)
    return state


def _cue(kind: CueKind, decision: Decision, context: CueContext) -> Cue:
    peak_ns = None if context.stride is None else context.stride.t_ns
    return Cue(context.t_ns, kind, decision.mean_bam, peak_ns)


class Coach:
    """Keeps the coach's state from frame to frame.

    Args:
        settings: how to judge.
        rules: in the order in which they judge.

    Attributes:
        status: what the coach is doing, after the latest frame.
        plan: of the runner who was named last, or of a guest.
    """

    def __init__(self, settings: CoachSettings, rules: Sequence[CueRule] = RULES) -> None:
        self._settings = settings
        self._rules = tuple(rules)
        self.plan = settings.guest
        self._state = CoachState(plan=self.plan)
        self.status: CoachStatus = self._state.status(settings)

    def move_target(self, offset_bam: int) -> None:
        """Put the target this far, BAM, from where the configuration has it, from now on."""
        self._settings = replace(self._settings, offset_bam=offset_bam)
        self._set(replace(self._state, band=band_of(self._state, self._settings)))

    def begin_runner(self, plan: SessionPlan) -> None:
        """Coach somebody else from now on.

        A guest who gives a name was the one who ran all the time: what was measured is theirs. But
        after feedback there is no probe.

        Args:
            plan: of the runner; one that is not named is a guest's.
        """
        before = self._state
        state = CoachState(
            led=before.led,
            strides_since_buzz=before.strides_since_buzz,
            last_stride_ns=before.last_stride_ns,
            plan=plan,
            withheld=before.withheld,
        )
        if plan.named and not before.plan.named and not before.record.closed:
            judged = before.band is not None
            state = replace(
                state,
                plan=plan.without_probe() if judged else plan,
                record=before.record,
                history=before.history.begun_again(),
            )
        self.plan = state.plan
        self._set(state)

    @property
    def record(self) -> RunnerRecord:
        """What was measured of the runner so far."""
        return self._state.record

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        """Judge what became known with the frame of `t_ns`; the cues to show now."""
        state, cues = advance(self._state, self._settings, t_ns, update.strides, self._rules)
        if state is not self._state:
            self._set(state)
        return cues

    def _set(self, state: CoachState) -> None:
        self._state = state
        self.status = state.status(self._settings)
