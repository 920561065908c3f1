"""Both knees, or both ankles, which a pose model confuses at times.

The vector from the right one to the left one is known up to its sign. The sign that fits the phase
of the gait is right; which of the two is the left one only the model can say, and it is right most
of the time, so its votes are averaged.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.joints.gait_phase import TORSO
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.types.pose import Keypoint

EVIDENCE_UNIT = TORSO * TORSO // 12
"""Evidence is in squared lengths: a knee lies 0.14 torsos off its wave, and twice the square of
that is a factor of e in likelihood."""
LARGEST_ERROR = TORSO // 2
"""A joint that is further off corrects the phase no more than one so far off."""
_LARGEST_ERROR_SQ = LARGEST_ERROR * LARGEST_ERROR
LARGEST_MISFIT = TORSO * TORSO // 2
"""More than `LARGEST_ERROR` squared."""
LONGEST_VOTE_NS = 70_000_000
"""A frame after a gap is one vote, not one for each that was lost: otherwise a swap that frames are
lost before and in outvotes what was followed."""
CLOSE, APART = TORSO * 15 // 100, TORSO * 35 // 100
"""Joints closer than the one have no vote, and those further apart than the other a whole one."""
_CLOSE_SQ, _APART_SQ = CLOSE * CLOSE, APART * APART


class TrunkAxis(NamedTuple):
    """From the middle of the shoulders to that of the hips, Q16.16 px, and its squared length."""

    across: int
    down: int
    square: int


class JointPair:
    """Follows one pair of joints.

    Args:
        left, right: indices of the key points.
        lost: this far, in parts of `TORSO`, off its wave a joint is none of this runner.
        weight: of a squared length as evidence.

    Attributes:
        x, y: from the right joint to the left one, as assigned, in parts of `TORSO`; y along the
            trunk, x across it.
        swapped: the model has one for the other.
        lost: both assignments were too far off.
        votes: how far the model agrees with the assignment, on average; `ONE` at most.
        errors: x and y beyond what was expected, as far as believed.
        misfit: squared distance from what was expected.
    """

    def __init__(self, left: int, right: int, lost: int, weight: int) -> None:
        self._left, self._right = left, right
        self._lost_sq = lost * lost
        self._weight = weight
        self._before = 0, 0
        self.x = self.y = self.misfit = 0
        self.errors = [0, 0]
        self.start()

    def start(self) -> None:
        """Begin anew with the model's assignment."""
        self.votes = 0
        self.swapped = self.lost = False
        self._belief = 0

    def see(self, points: Sequence[Keypoint], trunk: TrunkAxis) -> int:
        """Take the model's key points in; squared, how far they moved against one another."""
        (left_x, left_y, _), (right_x, right_y, _) = points[self._left], points[self._right]
        x, y = left_x - right_x, left_y - right_y
        across, down, square = trunk
        before_x, before_y = self._before
        self._before = self.x, self.y = (
            (x * down - y * across) * TORSO // square,
            (x * across + y * down) * TORSO // square,
        )
        moved_x, moved_y = self.x - before_x, self.y - before_y
        return moved_x * moved_x + moved_y * moved_y

    def assign(self, x: int, y: int, against_model: int) -> None:
        """Decide whether the model has one for the other.

        Args:
            x: where the phase of the gait expects them, from the right one to the left one.
            y: likewise.
            against_model: evidence that it takes to disagree with the model.
        """
        seen_x, seen_y = self.x, self.y
        # By how much the squared distance would grow with the sides swapped.
        evidence = 4 * (seen_x * x + seen_y * y) * self._weight + against_model
        swapped = evidence < 0
        if swapped:
            seen_x, seen_y, evidence = -seen_x, -seen_y, -evidence
        off_x, off_y = seen_x - x, seen_y - y
        misfit = off_x * off_x + off_y * off_y
        self.misfit = misfit
        self.lost = misfit > self._lost_sq
        self.swapped = swapped and not self.lost
        if self.swapped:
            self.x, self.y = seen_x, seen_y
        if misfit > _LARGEST_ERROR_SQ:
            self.misfit = min(misfit, LARGEST_MISFIT)
            off_x = max(-LARGEST_ERROR, min(off_x, LARGEST_ERROR))
            off_y = max(-LARGEST_ERROR, min(off_y, LARGEST_ERROR))
        # Where the joints cross, both signs are as likely, and such a frame says nothing.
        belief = self._belief = 0 if self.lost else evidence * ONE // (evidence + EVIDENCE_UNIT)
        self.errors = [off_x * belief // ONE, off_y * belief // ONE]

    def vote(self, elapsed_ns: int, constant_ns: int) -> None:
        """Average whether the model agrees, with a time constant."""
        apart_sq = self.x * self.x + self.y * self.y
        if apart_sq >= _APART_SQ:
            vote = self._belief
        elif apart_sq <= _CLOSE_SQ:
            vote = 0
        else:
            share = (isqrt(apart_sq) - CLOSE) * ONE // (APART - CLOSE)
            vote = share * self._belief // ONE
        counted_ns = min(elapsed_ns, LONGEST_VOTE_NS)
        vote = -vote if self.swapped else vote
        self.votes += (vote - self.votes) * counted_ns // (counted_ns + constant_ns)

    def swap_sides(self) -> None:
        """The assignment was the wrong way round all along."""
        self.votes = -self.votes
        self.swapped = not self.swapped
