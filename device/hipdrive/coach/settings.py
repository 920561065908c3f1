"""The coach's settings in its own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.coach.guards.catalogue import GUARDS
from hipdrive.coach.programme import FREE_PLAN

if TYPE_CHECKING:
    from hipdrive.coach.guards.guard import Guard
    from hipdrive.coach.programme import SessionPlan


@dataclass(frozen=True, slots=True)
class CoachSettings:
    """How the coach judges.

    Attributes:
        baseline_strides: strides of the near leg measured before anything is judged; two at least.
        raise_bam: how far the target lies above the runner's own mean, BAM.
        guard_bam: how far the band reaches above the target, BAM: more is not better.
        buzz_gap_strides: least number of usable strides between two buzzes.
        offset_bam: how far a command has moved the target, BAM.
        incline_tenths: rise of the belt over its run, tenths of a percent.
        guest: plan of a session, or of what is left of it, for somebody who has given no name.
        guards: for what the runner is asked for no more, in the order in which they decide.
        measured: names of the metrics in `Stride.measures`, in its order.
    """

    baseline_strides: int
    raise_bam: int
    guard_bam: int
    buzz_gap_strides: int
    offset_bam: int = 0
    incline_tenths: int = 0
    guest: SessionPlan = FREE_PLAN
    guards: tuple[Guard, ...] = GUARDS
    measured: tuple[str, ...] = ()
