"""Leg identity: pose models confuse the left and the right leg, for some frames or for many.

At any time of a stride knees or ankles are apart: while the one pair cross, the other moves
fastest. That tells the stance leg, which goes with the belt, from the swing leg, which goes against
it. A shank's length tells whose ankle belongs to a knee.
"""

from __future__ import annotations

from dataclasses import replace
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.joints.joint_pair import COST_SCALE, JointPair
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import (
    COCO_17,
    LEFT_ANKLE,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    RIGHT_ANKLE,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    Skeleton,
)
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.types.pose import Keypoint, Pose

SPREAD_PERCENT = 10
"""Of the torso: what lies between two joints is found with about this SD, and so are shanks."""
DRIFT_TORSOS_PER_S2 = 15
"""What the oscillator does not know: it may be off by 0.02 torsos after a thirtieth of a second, by
0.15 after a tenth."""
PAIR_COST_LIMIT = 30 * COST_SCALE
SHANK_COST_LIMIT = 6 * COST_SCALE
DISAGREEMENT_COST = 2 * COST_SCALE
"""For each pair that is assigned against the model."""
KNEE_LOST_PERCENT = 45
ANKLE_LOST_PERCENT = 100
"""Of the torso: a joint this far off is no joint of this runner. With MoveNet that happens in one
frame of a hundred at the most."""
KNEES_LOST_FRAMES = 2
ANKLES_LOST_FRAMES = 4
"""After so many frames in a row the track is lost."""
SURE_VOTES = ONE // 10
OUTVOTED = -ONE // 10
OUTVOTED_ALONE = -ONE // 5
"""Knees without ankles, or the other way round: half as many votes."""
LONGEST_DOUBT_NS = 200_000_000
"""After that the track is started anew from the model's assignment."""
LONGEST_GAP_NS = 300_000_000
"""Beyond, the oscillator's prediction is worth nothing."""
KNEES = (LEFT_KNEE, RIGHT_KNEE)
ANKLES = (LEFT_ANKLE, RIGHT_ANKLE)
SHOULDERS_AND_HIPS = (LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP)
FOOT_JOINTS = ("heel", "big_toe", "small_toe", "toe", "foot", "foot_index")
"""Joints beyond the ankle, as skeletons name them; where a skeleton has them they belong to whose
leg the ankle belongs to."""


class SideChoice(NamedTuple):
    """Which joints to swap, and what that costs."""

    cost: int
    knees: bool
    ankles: bool


class LegIdentity:
    """Assigns knees and ankles to the leg that they belong to.

    Args:
        skeleton: of the poses.

    Raises:
        SkeletonError: shoulders, hips, knees or ankles are missing from it.
    """

    def __init__(self, skeleton: Skeleton = COCO_17) -> None:
        left_knee, right_knee = self._knee_pair = _pair(skeleton, *KNEES)
        left_ankle, right_ankle = self._ankle_pair = _pair(skeleton, *ANKLES)
        self._foot_pairs = (
            self._ankle_pair,
            *(
                _pair(skeleton, f"left_{joint}", f"right_{joint}")
                for joint in FOOT_JOINTS
                if f"left_{joint}" in skeleton and f"right_{joint}" in skeleton
            ),
        )
        self._torso_joints = skeleton.indices(SHOULDERS_AND_HIPS)
        self._knees = JointPair(left_knee, right_knee, KNEE_LOST_PERCENT)
        self._ankles = JointPair(left_ankle, right_ankle, ANKLE_LOST_PERCENT)
        self._t_ns: int | None = None
        self._first = True
        self._shank = self._doubtful_ns = 0

    def reset(self) -> None:
        """A gap: begin anew with the next pose, as the model assigns it."""
        self._t_ns = None

    def step(self, pose: Pose) -> tuple[Pose, bool]:
        """The pose with its legs assigned, and whether the assignment is certain.

        After a gap, or when time runs backwards, it begins afresh.
        """
        points, torso = pose.keypoints, self._torso(pose.keypoints)
        elapsed_ns = 0 if self._t_ns is None else pose.t_ns - self._t_ns
        self._t_ns = pose.t_ns
        if not 0 < elapsed_ns <= LONGEST_GAP_NS or not torso:
            self._start(points)
            return pose, True
        if self._first:
            self._first = False
            self._knees.start_moving(points, elapsed_ns)
            self._ankles.start_moving(points, elapsed_ns)
            return pose, True
        best = self._best(points, torso, elapsed_ns)
        knees = self._knees.update(torso, elapsed_ns, change=best.knees)
        ankles = self._ankles.update(torso, elapsed_ns, change=best.ankles)
        knees_turn, ankles_turn = self._outvoted()
        certain = self._sure and not self._knees.frames_missed
        self._doubtful_ns = 0 if certain else self._doubtful_ns + elapsed_ns
        if self._knees.frames_missed >= KNEES_LOST_FRAMES or self._doubtful_ns > LONGEST_DOUBT_NS:
            self._t_ns = None
            return pose, False
        if self._ankles.frames_missed >= ANKLES_LOST_FRAMES:
            self._ankles.start(points)
        corrected = self._sides_changed(
            pose, knees=knees is not knees_turn, ankles=ankles is not ankles_turn
        )
        if not self._knees.frames_missed and not self._ankles.frames_missed:
            self._shank += (
                sum(self._shanks(corrected.keypoints, crossed=False)) // 2 - self._shank
            ) >> 5
        return corrected, certain

    def _start(self, points: Sequence[Keypoint]) -> None:
        self._first = True
        self._doubtful_ns = 0
        self._knees.start(points)
        self._ankles.start(points)
        self._shank = sum(self._shanks(points, crossed=False)) // 2

    @property
    def _sure(self) -> bool:
        return self._knees.votes + self._ankles.votes >= 2 * SURE_VOTES

    def _outvoted(self) -> tuple[bool, bool]:
        """Swaps the tracks that run under the other leg's name; whether of knees, of ankles."""
        both = self._knees.votes + self._ankles.votes < 2 * OUTVOTED
        # One pair alone too, or two that contradict each other would keep each other for good.
        knees, ankles = (
            both or pair.votes < OUTVOTED_ALONE for pair in (self._knees, self._ankles)
        )
        if knees:
            self._knees.swap_sides()
        if ankles:
            self._ankles.swap_sides()
        return knees, ankles

    def _best(self, points: Sequence[Keypoint], torso: int, elapsed_ns: int) -> SideChoice:
        drift = torso * DRIFT_TORSOS_PER_S2 * elapsed_ns // NS_PER_S * elapsed_ns // NS_PER_S
        spread_sq = torso * torso * SPREAD_PERCENT**2 // 100**2 + 1
        variance = spread_sq + drift * drift
        of_knees = self._knees.costs(points, elapsed_ns, variance, torso)
        of_ankles = self._ankles.costs(points, elapsed_ns, variance, torso)
        of_shanks = [self._shank_cost(points, spread_sq, crossed=c) for c in (False, True)]
        return min(
            SideChoice(
                min(of_knees[knees], PAIR_COST_LIMIT)
                + min(of_ankles[ankles], PAIR_COST_LIMIT)
                + of_shanks[knees is not ankles]
                + DISAGREEMENT_COST * (knees + ankles),
                knees,
                ankles,
            )
            for knees in (False, True)
            for ankles in (False, True)
        )

    def _shank_cost(self, points: Sequence[Keypoint], spread_sq: int, *, crossed: bool) -> int:
        off = sum((length - self._shank) ** 2 for length in self._shanks(points, crossed=crossed))
        return min(COST_SCALE * off // (2 * spread_sq), SHANK_COST_LIMIT)

    def _torso(self, points: Sequence[Keypoint]) -> int:
        """From the middle of the shoulders to that of the hips."""
        a, b, c, d = self._torso_joints
        (a_x, a_y, _), (b_x, b_y, _) = points[a], points[b]
        (c_x, c_y, _), (d_x, d_y, _) = points[c], points[d]
        across, down = a_x + b_x - c_x - d_x, a_y + b_y - c_y - d_y
        return isqrt(across * across + down * down) >> 1

    def _shanks(self, points: Sequence[Keypoint], *, crossed: bool) -> tuple[int, int]:
        """Lengths of both shanks; crossed: each from one leg's knee to the other's ankle."""
        left_knee, right_knee = self._knee_pair
        left_ankle, right_ankle = self._ankle_pair
        if crossed:
            left_ankle, right_ankle = right_ankle, left_ankle
        return (
            _distance(points[left_knee], points[left_ankle]),
            _distance(points[right_knee], points[right_ankle]),
        )

    def _sides_changed(self, pose: Pose, *, knees: bool, ankles: bool) -> Pose:
        if not knees and not ankles:
            return pose
        points = list(pose.keypoints)
        pairs = (self._knee_pair,) * knees + self._foot_pairs * ankles
        for left, right in pairs:
            points[left], points[right] = points[right], points[left]
        return replace(pose, keypoints=tuple(points))


def _pair(skeleton: Skeleton, left: str, right: str) -> tuple[int, int]:
    return skeleton.index(left), skeleton.index(right)


def _distance(a: Keypoint, b: Keypoint) -> int:
    (a_x, a_y, _), (b_x, b_y, _) = a, b
    return isqrt((a_x - b_x) ** 2 + (a_y - b_y) ** 2)
