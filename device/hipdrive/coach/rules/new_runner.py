"""After a minute away, or five of a named runner, the next gets a baseline of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.record import RunnerRecord
from hipdrive.coach.rule import Decision
from hipdrive.coach.state import CoachState
from hipdrive.types.time import AWAY_NS

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext


NAMED_AWAY_NS = 5 * AWAY_NS
"""A runner who has said who they are may walk between two runs, or fetch water."""


class NewRunner:
    """Forgets everything but LEDs and counts with the first stride after `AWAY_NS` without one.

    It may be another runner, who is not to be judged by the baseline of the one before. After a
    named one, whom it takes `NAMED_AWAY_NS` for, they are a guest, and the profile gets no more.
    """

    def judge(self, context: CueContext) -> Decision | None:
        """A fresh state, with the first stride after the absence."""
        state, last_ns = context.state, context.state.last_stride_ns
        named = state.plan.named
        away_ns = NAMED_AWAY_NS if named else AWAY_NS
        if context.stride is None or last_ns is None or context.t_ns - last_ns <= away_ns:
            return None
        record = replace(state.record, closed=True) if named else RunnerRecord()
        began = CoachState(
            led=state.led, plan=context.settings.guest, record=record, withheld=state.withheld
        )
        return Decision(state=began)
