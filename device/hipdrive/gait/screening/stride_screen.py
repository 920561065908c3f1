"""The screening of strides: every stride is checked here, once, before anything is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.screening.alternation import legs_together
from hipdrive.gait.screening.check import Check, StrideEvidence, first_reason
from hipdrive.gait.screening.leg_checks import LEG_CHECKS
from hipdrive.gait.screening.leg_history import LegHistory
from hipdrive.gait.screening.runner_checks import (
    does_not_fly,
    faces_the_other_way,
    several_people,
    too_few_pixels,
)
from hipdrive.gait.screening.surroundings import Surroundings
from hipdrive.types.stride import Rejection

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_finder import StrideCandidate

_BEFORE_THE_LEG = (
    Check(Rejection.FACING, faces_the_other_way),
    Check(Rejection.SEVERAL_PEOPLE, several_people),
    Check(Rejection.TOO_SMALL, too_few_pixels),
)
_AFTER_THE_LEG = (
    Check(Rejection.LEGS_TOGETHER, legs_together),
    Check(Rejection.NOT_RUNNING, does_not_fly),
)
CHECKS = (*_BEFORE_THE_LEG, *LEG_CHECKS, *_AFTER_THE_LEG)
"""In this order; the first one that rejects gives the reason."""


class StrideScreen:
    """Judges the strides of both legs.

    Attributes:
        around: what else goes on; kept up to date by `RunnerTrack`.
    """

    def __init__(self) -> None:
        self.around = Surroundings()
        self._near, self._far = LegHistory(), LegHistory()

    def reset(self) -> None:
        """A gap. What strides are usually like is kept."""
        self.around.reset()
        self._near.reset()
        self._far.reset()

    def judge(self, stride: StrideCandidate) -> Rejection | None:
        """Why a stride may not be used; None: it may."""
        history = self._near if stride.near else self._far
        evidence = StrideEvidence(stride, history, self.around)
        of_leg = first_reason(LEG_CHECKS, evidence)
        reason = (
            first_reason(_BEFORE_THE_LEG, evidence)
            or of_leg
            or first_reason(_AFTER_THE_LEG, evidence)
        )
        history.learn(stride, of_leg)
        return reason
