"""After a minute away, the next runner gets a baseline of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.rule import Decision
from hipdrive.coach.state import CoachState
from hipdrive.types.time import AWAY_NS

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext


class NewRunner:
    """Forgets everything but LEDs and counts with the first stride after `AWAY_NS` without one.

    It may be another runner, who is not to be judged by the baseline of the one before.
    """

    def judge(self, context: CueContext) -> Decision | None:
        """A fresh state, with the first stride after the absence."""
        last_ns = context.state.last_stride_ns
        if context.stride is None or last_ns is None or context.t_ns - last_ns <= AWAY_NS:
            return None
        state = context.state
        return Decision(state=CoachState(led=state.led, withheld=state.withheld))
