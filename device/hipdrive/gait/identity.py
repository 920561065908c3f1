"""Which leg is which: pose models take one for the other, for some frames or for many.

On people a model does so in one run a stride, always at the same phase, for up to 0.2 s, knees and
ankles mostly together, and no score shows it. What lies between two knees, or two ankles, is known
up to its sign; the phase of the gait (`gait.phase`) tells the sign. Which of the legs is the left
one nobody knows but the model, which is right most of the time: its votes add up.
"""

from __future__ import annotations

from dataclasses import replace
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait import keypoints as kp
from hipdrive.gait.keypoints import ONE
from hipdrive.gait.phase import ANKLE_X, ANKLE_Y, KNEE_X, KNEE_Y, TORSO, Phase
from hipdrive.gait.resample import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.keypoints import Pose

NAT = TORSO * TORSO // 12
"""Of evidence, in squared lengths by their weights: an ankle is off its wave by 0.2 torsos and a
knee by 0.14 (SD; twice its square is a nat)."""
KNEES_WEIGHT, ANKLES_WEIGHT = 2, 1
FOR_DISAGREEING = 3 * NAT // 2
"""With the model, a pair: where joints cross, both signs are as likely."""
AT_FIRST = 4 * NAT
SETTLED_NS = 500_000_000
"""The same to begin with, falling until then; and until then no joint counts as lost."""
MOST_OFF = TORSO // 2
"""A joint that is further off teaches no more than one so far off."""
KNEES_LOST, ANKLES_LOST = TORSO * 45 // 100, TORSO
"""A joint this far off is no joint of this runner. With MoveNet that happens in one frame of a
hundred at the most."""
MOST_MISS_SQ = MOST_MISFIT_SQ = TORSO * TORSO // 2
MISFIT_NS = 50_000_000
"""Misses of knees and ankles that go on for so long mean that the phase is wrong, not the joints.
On people who run the mean over so long is 0.04 squared torsos, and above the bound in one frame of
a thousand."""
LONGEST_DOUBT_NS = 200_000_000
"""Then the phase is nothing as well: it is begun afresh with what the model says."""
LONGEST_GAP_NS = 300_000_000
AT_REST_PER_S = TORSO // 4
"""Whoever stands there, or a video that is paused: runners' ankles go 4 torsos a second where their
knees turn."""
VOTE_NS = 1_000_000_000
"""The model's votes fade with this time constant: a stride and a half."""
LONGEST_VOTE_NS = 70_000_000
"""A frame after a gap is one vote, not one for each that was lost."""
OUTVOTED = -ONE // 10
"""Both: all was told under the other leg's name. One alone: they were mixed up at the beginning."""
CLOSE, APART = TORSO * 15 // 100, TORSO * 35 // 100
"""Joints closer than the one have no vote, and those further apart than the other a whole one."""
LEFT = (3 * kp.LEFT_KNEE, 3 * kp.LEFT_ANKLE)
RIGHT = (3 * kp.RIGHT_KNEE, 3 * kp.RIGHT_ANKLE)
SHOULDERS_AND_HIPS = tuple(
    3 * joint for joint in (kp.LEFT_SHOULDER, kp.RIGHT_SHOULDER, kp.LEFT_HIP, kp.RIGHT_HIP)
)


class TrunkAxis(NamedTuple):
    """From the middle of the shoulders to that of the hips, and the square of its length."""

    across: int
    down: int
    square: int


class Pair:
    """Both knees, or both ankles.

    Args:
        left, right: where x of the joint is among the points of a pose.
        lost: how far off a joint is none of this runner.
        weight: of a squared length, as evidence.

    Attributes:
        x, y: how far the left one is from the right one, across the trunk and along it, in parts of
            `TORSO`; after `tell` as it was told.
        changed: whether the model took one for the other.
        lost: whether they were too far off.
        votes: how far the model agrees with which is which, by and large; ONE at the most.
        miss_sq: square of how far they were from where they were expected, bounded.
        misses: x and y by which they were not where they were expected, as far as believed.
    """

    def __init__(self, left: int, right: int, lost: int, weight: int) -> None:
        self._left, self._right = left, right
        self._lost_sq = lost * lost
        self._weight = weight
        self._seen = 0, 0
        self.start()

    def start(self) -> None:
        """Afresh, as the model says."""
        self.votes = 0
        self.changed = self.lost = False

    def look(self, points: Sequence[int], trunk: TrunkAxis) -> int:
        """As the model has them; squared, how far that is from where it had them before."""
        left, right, (seen_x, seen_y) = self._left, self._right, self._seen
        x, y = points[left] - points[right], points[left + 1] - points[right + 1]
        across, down, square = trunk
        self.x = (x * down - y * across) * TORSO // square
        self.y = (x * across + y * down) * TORSO // square
        self._seen = self.x, self.y
        return (self.x - seen_x) ** 2 + (self.y - seen_y) ** 2

    def tell(self, x: int, y: int, for_disagreeing: int) -> None:
        """Whether they were taken for one another, by where they are expected.

        Args:
            x: where they are expected, across the trunk.
            y: the same along it.
            for_disagreeing: evidence that it takes to disagree with the model.
        """
        off_x, off_y = self.x - x, self.y - y
        miss_sq = off_x * off_x + off_y * off_y
        # By how much the square of the miss grows when they change sides.
        against = 4 * (self.x * x + self.y * y) * self._weight + for_disagreeing
        self.changed = against < 0
        if self.changed:
            off_x, off_y = -self.x - x, -self.y - y
            miss_sq = off_x * off_x + off_y * off_y
        self.miss_sq = min(miss_sq, MOST_MISS_SQ)
        self.lost = miss_sq > self._lost_sq
        self.changed = self.changed and not self.lost
        if self.changed:
            self.x, self.y = -self.x, -self.y
        self._belief = 0 if self.lost else abs(against) * ONE // (abs(against) + NAT)
        self.misses = [
            min(max(off, -MOST_OFF), MOST_OFF) * self._belief // ONE for off in (off_x, off_y)
        ]

    def vote(self, elapsed_ns: int, memory_ns: int) -> None:
        """Count what the model said."""
        apart = isqrt(self.x * self.x + self.y * self.y) - CLOSE
        vote = min(max(apart, 0) * ONE // (APART - CLOSE), ONE) * self._belief // ONE
        counts_ns = min(elapsed_ns, LONGEST_VOTE_NS)
        vote = -vote if self.changed else vote
        self.votes += (vote - self.votes) * counts_ns // (counts_ns + memory_ns)

    def turn_round(self) -> None:
        """They were taken for one another all along."""
        self.votes = -self.votes
        self.changed = not self.changed


class LegIdentity:
    """Gives knees and ankles back to the leg that they belong to."""

    def __init__(self) -> None:
        self._phase = Phase()
        self._knees = Pair(LEFT[0], RIGHT[0], KNEES_LOST, KNEES_WEIGHT)
        self._ankles = Pair(LEFT[1], RIGHT[1], ANKLES_LOST, ANKLES_WEIGHT)
        self._t_ns: int | None = None
        self._age_ns = self._doubtful_ns = self._misfit_sq = 0

    def reset(self) -> None:
        """A gap: from the next pose on, as the model says."""
        self._t_ns = None

    def rehearse(self, poses: Sequence[Pose]) -> None:
        """Go through the first poses of a runner to their end and back to their beginning.

        Whoever steps through them after that has the first ones told as surely as the last.

        Args:
            poses: oldest first; those after a gap are left out.
        """
        seen: list[Pose] = []
        for pose in poses:
            if seen and not 0 < pose.t_ns - seen[-1].t_ns <= LONGEST_GAP_NS:
                break
            seen.append(pose)
        if len(seen) < 2:  # noqa: PLR2004  # one pose has no time before it
            return
        for pose in seen:
            self.step(pose)
        self._phase.reverse()
        for pose in seen[-2::-1]:
            self.step(replace(pose, t_ns=2 * seen[-1].t_ns - pose.t_ns))
        self._phase.reverse()
        first_ns = seen[1].t_ns - seen[0].t_ns
        self._phase.advance(-first_ns)
        self._t_ns = seen[0].t_ns - first_ns if self._t_ns is not None else None

    def step(self, pose: Pose) -> tuple[Pose, bool]:
        """The pose with its legs told apart, and whether it is certain which is which.

        After a gap, or when time runs backwards, it begins afresh.
        """
        knees, ankles, trunk = self._knees, self._ankles, _trunk(pose.points)
        elapsed_ns = 0 if self._t_ns is None else pose.t_ns - self._t_ns
        self._t_ns = pose.t_ns if trunk.square else None
        if not trunk.square:
            return pose, True
        moved_sq = knees.look(pose.points, trunk) + ankles.look(pose.points, trunk)
        if not 0 < elapsed_ns <= LONGEST_GAP_NS:
            self._start()
            return pose, True
        if moved_sq * NS_PER_S**2 < (AT_REST_PER_S * elapsed_ns) ** 2:
            return _sides_changed(pose, knees=knees.changed, ankles=ankles.changed), True
        self._age_ns += elapsed_ns
        self._phase.advance(elapsed_ns)
        expected = self._phase.expected
        trust = max(AT_FIRST * (SETTLED_NS - self._age_ns) // SETTLED_NS, FOR_DISAGREEING)
        knees.tell(expected[KNEE_X], expected[KNEE_Y], trust)
        ankles.tell(expected[ANKLE_X], expected[ANKLE_Y], trust)
        self._phase.correct(knees.misses + ankles.misses, elapsed_ns)
        self._vote(elapsed_ns)
        miss_sq = KNEES_WEIGHT * knees.miss_sq + ANKLES_WEIGHT * ankles.miss_sq
        self._misfit_sq += (miss_sq - self._misfit_sq) * elapsed_ns // (elapsed_ns + MISFIT_NS)
        settled = self._age_ns > SETTLED_NS
        certain = not (knees.lost and settled) and knees.votes + ankles.votes >= 0
        self._doubtful_ns = 0 if certain else self._doubtful_ns + elapsed_ns
        if self._doubtful_ns > LONGEST_DOUBT_NS or self._misfit_sq > MOST_MISFIT_SQ:
            self._t_ns = None
            return pose, False
        return _sides_changed(pose, knees=knees.changed, ankles=ankles.changed), certain

    def _start(self) -> None:
        self._phase.start(self._knees.x, self._ankles.x)
        self._knees.start()
        self._ankles.start()
        self._age_ns = self._doubtful_ns = self._misfit_sq = 0

    def _vote(self, elapsed_ns: int) -> None:
        """Count what the model said, and turn round what it has outvoted."""
        knees, ankles, memory_ns = self._knees, self._ankles, min(self._age_ns, VOTE_NS)
        knees.vote(elapsed_ns, memory_ns)
        ankles.vote(elapsed_ns, memory_ns)
        if knees.votes + ankles.votes < 2 * OUTVOTED:
            self._phase.turn_round()
            knees.turn_round()
            ankles.turn_round()
        elif min(knees.votes, ankles.votes) < OUTVOTED:
            self._t_ns = None


def _trunk(points: Sequence[int]) -> TrunkAxis:
    a, b, c, d = SHOULDERS_AND_HIPS
    across = (points[c] + points[d] - points[a] - points[b]) >> 1
    down = (points[c + 1] + points[d + 1] - points[a + 1] - points[b + 1]) >> 1
    return TrunkAxis(across, down, across * across + down * down)


def _sides_changed(pose: Pose, *, knees: bool, ankles: bool) -> Pose:
    if not knees and not ankles:
        return pose
    points = list(pose.points)
    for left, right, change in zip(LEFT, RIGHT, (knees, ankles), strict=True):
        if change:
            points[left : left + 3], points[right : right + 3] = (
                points[right : right + 3],
                points[left : left + 3],
            )
    return replace(pose, points=tuple(points))
