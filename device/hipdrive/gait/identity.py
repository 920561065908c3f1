"""Which leg is which: pose models take one for the other, for some frames or for many.

What lies between the knees, and between the ankles, is known up to its sign; the sign that goes on
where the last frames were heading is right. At any moment of a stride knees or ankles are apart:
while the one pair cross, the other moves fastest. That tells the stance leg, which goes with the
belt, from the swing leg, which goes against it.

Which of the two is the left one nobody knows but the model, which is right most of the time: its
votes add up, and outvote what was followed.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait import keypoints as kp
from hipdrive.gait.keypoints import ONE, Pose
from hipdrive.gait.resample import NS_PER_S
from hipdrive.gait.swing import Swing

if TYPE_CHECKING:
    from collections.abc import Sequence

SPREAD_PERCENT = 10
"""Of the torso: what lies between two joints is found with about this SD."""
DRIFT_TORSOS_PER_S2 = 15
"""What the oscillator does not know: it may be off by 0.02 torsos after a thirtieth of a second, by
0.15 after a tenth."""
PENNY = 256
"""Costs are squares in units of half a variance, times this."""
MOST_FOR_A_JOINT = 30 * PENNY
MOST_FOR_SHANKS = 6 * PENNY
FOR_DISAGREEING = 1 * PENNY
"""With the model, a joint."""
KNEE_LOST_PERCENT = 45
ANKLE_LOST_PERCENT = 70
"""Of the torso: a joint this far off is no joint of this runner. With MoveNet that happens in one
frame of a hundred at the most."""
KNEES_LOST_FRAMES = 2
ANKLES_LOST_FRAMES = 4
"""After so many what was followed is not there any more."""
VOTE_NS = 500_000_000
"""The model's votes fade with this time constant: a swap of theirs lasts up to 0.3 s."""
CLOSE_PERCENT = 15
APART_PERCENT = 35
"""Of the torso: joints closer than the one have no vote, and those further apart than the other a
whole one."""
LONGEST_DOUBT_NS = 200_000_000
"""Then what was followed is nothing: it is begun afresh with what the model says."""
SURE_VOTES = ONE // 10
OUTVOTED = -ONE // 10
LONGEST_GAP_NS = 300_000_000
"""Of an oscillator whose pace is a guess."""
FIRST_VOTES = SURE_VOTES
LEFT = (3 * kp.LEFT_KNEE, 3 * kp.LEFT_ANKLE)
RIGHT = (3 * kp.RIGHT_KNEE, 3 * kp.RIGHT_ANKLE)
SHOULDERS_AND_HIPS = tuple(
    3 * joint for joint in (kp.LEFT_SHOULDER, kp.RIGHT_SHOULDER, kp.LEFT_HIP, kp.RIGHT_HIP)
)


class Between(NamedTuple):
    """Left minus right, of the knees and of the ankles, and how long the torso is; one unit."""

    knee_x: int
    knee_y: int
    ankle_x: int
    ankle_y: int
    torso: int


class Choice(NamedTuple):
    """Which joints are to change sides, and what speaks against that."""

    cost: int
    knees: bool
    ankles: bool


class LegIdentity:
    """Gives knees and ankles back to the leg that they belong to."""

    def __init__(self) -> None:
        self._knees, self._ankles = Swing(), Swing()
        self._t_ns: int | None = None
        self._shank = 0
        self._votes = self._frames = self._doubtful_ns = 0
        self._missed_knees = self._missed_ankles = 0

    def reset(self) -> None:
        """A gap: from the next pose on, as the model says."""
        self._t_ns = None
        self._shank = 0

    def step(self, pose: Pose) -> tuple[Pose, bool]:
        """The pose with its legs told apart, and whether it is certain which is which.

        After a gap, or when time runs backwards, it begins afresh.
        """
        between = _between(pose.points)
        elapsed_ns = 0 if self._t_ns is None else pose.t_ns - self._t_ns
        self._t_ns = pose.t_ns
        if not 0 < elapsed_ns <= LONGEST_GAP_NS or not between.torso:
            self._start(between, pose)
            return pose, True
        if self._frames == 1:
            self._frames = 2
            self._knees.go_on(between.knee_x, between.knee_y, elapsed_ns)
            self._ankles.go_on(between.ankle_x, between.ankle_y, elapsed_ns)
            return pose, True
        self._knees.advance(elapsed_ns)
        self._ankles.advance(elapsed_ns)
        best = self._best(pose.points, between, elapsed_ns)
        if self._knees_lost(between, best):
            return pose, False
        ankles_seen = self._ankles_seen(between, best)
        self._vote(between, best, elapsed_ns, ankles_seen=ankles_seen)
        certain = self._votes >= SURE_VOTES
        self._doubtful_ns = 0 if certain else self._doubtful_ns + elapsed_ns
        if self._doubtful_ns > LONGEST_DOUBT_NS:
            self._t_ns = None
            return pose, False
        if self._votes < OUTVOTED:
            best = self._turn_round(best)
        self._correct(between, best, elapsed_ns, ankles_seen=ankles_seen)
        if ankles_seen:
            self._learn_shank(pose.points, crossed=best.knees is not best.ankles)
        return _sides_changed(pose, knees=best.knees, ankles=best.ankles and ankles_seen), certain

    def _start(self, between: Between, pose: Pose) -> None:
        self._votes = FIRST_VOTES
        self._frames = 1
        self._doubtful_ns = 0
        self._missed_knees = self._missed_ankles = 0
        self._knees.start(between.knee_x, between.knee_y)
        self._ankles.start(between.ankle_x, between.ankle_y)
        self._shank = self._shank or sum(_shanks(pose.points, crossed=False)) // 2

    def _best(self, points: Sequence[int], between: Between, elapsed_ns: int) -> Choice:
        torso_sq = between.torso * between.torso
        drift = (
            between.torso * DRIFT_TORSOS_PER_S2 * elapsed_ns // NS_PER_S * elapsed_ns // NS_PER_S
        )
        spread_sq = torso_sq * SPREAD_PERCENT**2 // 100**2 + drift * drift + 1
        of_knees, of_ankles = (
            [
                min(PENNY * swing.miss(sign * x, sign * y) // (2 * spread_sq), MOST_FOR_A_JOINT)
                for sign in (1, -1)
            ]
            for swing, x, y in (
                (self._knees, between.knee_x, between.knee_y),
                (self._ankles, between.ankle_x, between.ankle_y),
            )
        )
        of_shanks = [self._shank_cost(points, torso_sq, crossed=c) for c in (False, True)]
        return min(
            Choice(
                of_knees[knees]
                + of_ankles[ankles]
                + of_shanks[knees is not ankles]
                + FOR_DISAGREEING * (knees + ankles),
                knees,
                ankles,
            )
            for knees in (False, True)
            for ankles in (False, True)
        )

    def _shank_cost(self, points: Sequence[int], torso_sq: int, *, crossed: bool) -> int:
        off = sum((length - self._shank) ** 2 for length in _shanks(points, crossed=crossed))
        return min(PENNY * off * 100**2 // (2 * SPREAD_PERCENT**2 * torso_sq), MOST_FOR_SHANKS)

    def _knees_lost(self, between: Between, best: Choice) -> bool:
        sign = -1 if best.knees else 1
        miss = self._knees.miss(sign * between.knee_x, sign * between.knee_y)
        if not _beyond(miss, between.torso, KNEE_LOST_PERCENT):
            self._missed_knees = 0
            return False
        self._votes = self._votes * 3 // 5
        self._missed_knees += 1
        if self._missed_knees >= KNEES_LOST_FRAMES:
            self._t_ns = None
        return True

    def _ankles_seen(self, between: Between, best: Choice) -> bool:
        sign = -1 if best.ankles else 1
        miss = self._ankles.miss(sign * between.ankle_x, sign * between.ankle_y)
        seen = not _beyond(miss, between.torso, ANKLE_LOST_PERCENT)
        self._missed_ankles = 0 if seen else self._missed_ankles + 1
        return seen

    def _vote(self, between: Between, best: Choice, elapsed_ns: int, *, ankles_seen: bool) -> None:
        knees = _weight(between.knee_x, between.knee_y, between.torso)
        ankles = _weight(between.ankle_x, between.ankle_y, between.torso) * ankles_seen
        vote = ((-knees if best.knees else knees) + (-ankles if best.ankles else ankles)) // 2
        self._votes += (vote - self._votes) * elapsed_ns // (elapsed_ns + VOTE_NS)

    def _turn_round(self, best: Choice) -> Choice:
        self._votes = -self._votes
        self._knees.turn_round()
        self._ankles.turn_round()
        return Choice(best.cost, not best.knees, not best.ankles)

    def _correct(
        self, between: Between, best: Choice, elapsed_ns: int, *, ankles_seen: bool
    ) -> None:
        sign = -1 if best.knees else 1
        self._knees.correct(sign * between.knee_x, sign * between.knee_y, elapsed_ns)
        sign = -1 if best.ankles else 1
        if ankles_seen:
            self._ankles.correct(sign * between.ankle_x, sign * between.ankle_y, elapsed_ns)
        elif self._missed_ankles >= ANKLES_LOST_FRAMES:
            self._ankles.start(between.ankle_x, between.ankle_y)

    def _learn_shank(self, points: Sequence[int], *, crossed: bool) -> None:
        self._shank += (sum(_shanks(points, crossed=crossed)) // 2 - self._shank) >> 5


def _between(points: Sequence[int]) -> Between:
    (knee, ankle), (other_knee, other_ankle) = LEFT, RIGHT
    a, b, c, d = SHOULDERS_AND_HIPS
    return Between(
        points[knee] - points[other_knee],
        points[knee + 1] - points[other_knee + 1],
        points[ankle] - points[other_ankle],
        points[ankle + 1] - points[other_ankle + 1],
        isqrt(
            (points[a] + points[b] - points[c] - points[d]) ** 2
            + (points[a + 1] + points[b + 1] - points[c + 1] - points[d + 1]) ** 2
        )
        >> 1,
    )


def _shanks(points: Sequence[int], *, crossed: bool) -> tuple[int, int]:
    """Lengths of both shanks; crossed: each from one leg's knee to the other's ankle."""
    (left_knee, left_ankle), (right_knee, right_ankle) = LEFT, RIGHT
    if crossed:
        left_ankle, right_ankle = right_ankle, left_ankle
    return _distance(points, left_knee, left_ankle), _distance(points, right_knee, right_ankle)


def _distance(points: Sequence[int], a: int, b: int) -> int:
    return isqrt((points[a] - points[b]) ** 2 + (points[a + 1] - points[b + 1]) ** 2)


def _beyond(square: int, torso: int, percent: int) -> bool:
    return 10_000 * square > (percent * torso) ** 2


def _weight(x: int, y: int, torso: int) -> int:
    """What a vote counts of joints that lie so far apart; ONE at the most."""
    over = 100 * isqrt(x * x + y * y) - CLOSE_PERCENT * torso
    return min(max(over, 0) * ONE // ((APART_PERCENT - CLOSE_PERCENT) * torso), ONE)


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
    return Pose(pose.t_ns, tuple(points), pose.crowded, pose.cut)
