"""How long the runner has run, for their profile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.rule import Decision

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext


class CountRunning:
    """Adds the time of every usable stride."""

    def judge(self, context: CueContext) -> Decision | None:
        """The record with the stride in it; nothing for the runner."""
        if context.stride is None:
            return None
        record = context.state.record.with_stride(context.stride.stride_time_ns)
        return Decision(state=replace(context.state, record=record))
