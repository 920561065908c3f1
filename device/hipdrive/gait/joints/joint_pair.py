"""Tracks both knees, or both ankles, which a pose model confuses at times.

The vector from one to the other is known up to its sign. The sign that continues the motion of the
last frames is right; which of the two is the left one only the model can say, and it is right most
of the time, so its votes are averaged.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.gait.joints.oscillator import GaitOscillator
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.types.pose import Keypoint

VOTE_NS = 500_000_000
"""The model's votes fade with this time constant: a swap of theirs lasts up to 0.3 s."""
LONGEST_VOTE_NS = 70_000_000
"""A frame after a gap is one vote, not one for each that was lost: otherwise a swap that frames are
lost before and in outvotes what was followed."""
CLOSE_PERCENT = 15
APART_PERCENT = 35
"""Of the torso: joints closer than the one have no vote, and those further apart than the other a
whole one."""
FIRST_VOTES = ONE // 10
LEAST_CORRECTION = ONE * 7 // 10
"""In a frame in which both signs are as likely. With less, the knees of a fast runner without any
noise are changed where they cross; with all, one misplaced knee has all after it changed."""
COST_SCALE = 256
"""Costs are squares over twice their variance, times this."""
AT_REST_PERCENT = 3
"""Of the torso: joints that are apart and have gone no further are where they were. What swings can
only be followed while it moves: a person who stands astride, or a paused video, does not."""


class JointPair:
    """One pair of joints, tracked.

    Args:
        left, right: where the joint is among the key points of a pose.
        lost_percent: of the torso; a joint that is further off is none of this runner.

    Attributes:
        votes: how far the model agrees with which is which, by and large; ONE at the most.
        frames_missed: frames in a row in which they were too far off.
    """

    def __init__(self, left: int, right: int, lost_percent: int) -> None:
        self._left, self._right = left, right
        self._lost_percent = lost_percent
        self._oscillator = GaitOscillator()
        self._x = self._y = 0
        self._costs = self._last = (0, 0)
        self.votes = self.frames_missed = 0

    def start(self, points: Sequence[Keypoint]) -> None:
        """Begin at the model's positions, at rest."""
        self._read(points)
        self._last = self._x, self._y
        self._oscillator.start(*self._last)
        self.votes, self.frames_missed = FIRST_VOTES, 0

    def start_moving(self, points: Sequence[Keypoint], elapsed_ns: int) -> None:
        """The second frame, which gives the velocity."""
        self._read(points)
        self._last = self._x, self._y
        self._oscillator.start_moving(*self._last, elapsed_ns)

    def costs(
        self, points: Sequence[Keypoint], elapsed_ns: int, variance: int, torso: int
    ) -> tuple[int, int]:
        """What it costs to leave them as the model has them, and to change their sides.

        Args:
            points: key points of the pose.
            elapsed_ns: since the last call.
            variance: of what lies between them, in squared units of the points.
            torso: its length.
        """
        self._read(points)
        self._oscillator.advance(elapsed_ns)
        x, y, oscillator = self._x, self._y, self._oscillator
        left = COST_SCALE * oscillator.squared_distance(x, y) // (2 * variance)
        changed = COST_SCALE * oscillator.squared_distance(-x, -y) // (2 * variance)
        if 100**2 * (x * x + y * y) > (APART_PERCENT * torso) ** 2:
            last_x, last_y = self._last
            sign = 1 if x * last_x + y * last_y > 0 else -1
            moved_sq = (sign * x - last_x) ** 2 + (sign * y - last_y) ** 2
            at_rest = COST_SCALE * 100**2 * moved_sq // (2 * (AT_REST_PERCENT * torso) ** 2)
            if sign > 0:
                left = min(left, at_rest)
            else:
                changed = min(changed, at_rest)
        self._costs = (left, changed)
        return self._costs

    def update(self, torso: int, elapsed_ns: int, *, change: bool) -> bool:
        """Take the frame in, after `costs`; whether to change their sides.

        Args:
            torso: its length.
            elapsed_ns: since the last frame.
            change: what seemed best; not done to joints that are too far off.
        """
        sign = -1 if change else 1
        x, y = sign * self._x, sign * self._y
        if 100**2 * self._oscillator.squared_distance(x, y) > (self._lost_percent * torso) ** 2:
            self.votes = self.votes * 3 // 5
            self.frames_missed += 1
            return False
        self.frames_missed = 0
        vote = sign * self._vote_weight(torso)
        counts_ns = min(elapsed_ns, LONGEST_VOTE_NS)
        self.votes += (vote - self.votes) * counts_ns // (counts_ns + VOTE_NS)
        self._last = x, y
        self._oscillator.correct(x, y, elapsed_ns, self._correction(change=change))
        return change

    def _correction(self, *, change: bool) -> int:
        """Share of the difference to correct by: how much likelier one sign is; ONE at the most.

        Where the joints cross and the model misplaces one of them, both signs are off. Corrected by
        all of it, such a frame reverses the velocity, and all that follows is taken for swapped.
        """
        cost, other = self._costs[change], self._costs[not change]
        return max((other - cost) * ONE // (other + cost + 1), LEAST_CORRECTION)

    def swap_sides(self) -> None:
        """The two were confused all along: change the sign of everything."""
        self.votes = -self.votes
        self._last = -self._last[0], -self._last[1]
        self._oscillator.mirror()

    def _read(self, points: Sequence[Keypoint]) -> None:
        left_x, left_y, _ = points[self._left]
        right_x, right_y, _ = points[self._right]
        self._x, self._y = left_x - right_x, left_y - right_y

    def _vote_weight(self, torso: int) -> int:
        """What a vote counts of joints that lie so far apart; ONE at the most."""
        apart = 100 * isqrt(self._x * self._x + self._y * self._y) - CLOSE_PERCENT * torso
        return min(max(apart, 0) * ONE // ((APART_PERCENT - CLOSE_PERCENT) * torso), ONE)
