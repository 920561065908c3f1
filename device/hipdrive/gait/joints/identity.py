"""Leg identity: pose models confuse the left and the right leg, for some frames or for many.

On people a model does so in one run of frames a stride, always at the same phase, for up to 0.2 s,
knees and ankles mostly together, and no score shows it. The phase of the gait (`gait_phase`), which
knees and ankles of both legs share, tells it. Which of the legs is the left one only the model can
say, and it is right most of the time, so its votes are averaged over whole strides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.gait.joints.gait_phase import ANKLE_X, ANKLE_Y, KNEE_X, KNEE_Y, TORSO, GaitPhase
from hipdrive.gait.joints.joint_pair import EVIDENCE_UNIT, JointPair, TrunkAxis
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

DISAGREEMENT = 3 * EVIDENCE_UNIT // 2
"""Evidence that it takes to assign a pair against the model."""
FIRST_DISAGREEMENT = 4 * EVIDENCE_UNIT
"""At first, falling until `SETTLED_NS`: the phase is a guess."""
SETTLED_NS = 500_000_000
KNEES_LOST = TORSO * 45 // 100
ANKLES_LOST = TORSO
"""A joint this far off is no joint of this runner. With MoveNet that happens in one frame of a
hundred at the most."""
MISFIT_NS = 50_000_000
LARGEST_MEAN_MISFIT = TORSO * TORSO // 2
"""Of knees (twice) and ankles, averaged over `MISFIT_NS`: beyond, the phase is wrong."""
LONGEST_DOUBT_NS = 200_000_000
"""After that the phase is begun anew from the model's assignment."""
LONGEST_GAP_NS = 300_000_000
"""Beyond, the prediction is worth nothing."""
AT_REST_PER_S = TORSO // 4
"""Somebody who stands, or a paused video: runners' ankles move 4 torsos a second where their knees
turn back."""
_NS2_PER_S2 = NS_PER_S * NS_PER_S
VOTE_NS = 1_000_000_000
"""Time constant of the model's votes: a stride and a half."""
OUTVOTED = -ONE // 10
"""Mean vote of a pair below which the assignment is the wrong way round."""
KNEES = (LEFT_KNEE, RIGHT_KNEE)
ANKLES = (LEFT_ANKLE, RIGHT_ANKLE)
SHOULDERS_AND_HIPS = (LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP)
FOOT_JOINTS = ("heel", "big_toe", "small_toe", "toe", "foot", "foot_index")
"""Joints beyond the ankle, as skeletons name them; where a skeleton has them they belong to whose
leg the ankle belongs to."""


class LegIdentity:
    """Assigns knees and ankles to the leg that they belong to.

    Args:
        skeleton: of the poses.

    Raises:
        SkeletonError: shoulders, hips, knees or ankles are missing from it.
    """

    def __init__(self, skeleton: Skeleton = COCO_17) -> None:
        self._knee_pair, ankle_pair = _pair(skeleton, *KNEES), _pair(skeleton, *ANKLES)
        self._foot_pairs = (
            ankle_pair,
            *(
                _pair(skeleton, f"left_{joint}", f"right_{joint}")
                for joint in FOOT_JOINTS
                if f"left_{joint}" in skeleton and f"right_{joint}" in skeleton
            ),
        )
        self._trunk_joints = skeleton.indices(SHOULDERS_AND_HIPS)
        self._phase = GaitPhase()
        self._knees = JointPair(*self._knee_pair, KNEES_LOST, 2)
        self._ankles = JointPair(*ankle_pair, ANKLES_LOST, 1)
        self._t_ns: int | None = None
        self._age_ns = self._doubtful_ns = self._mean_misfit = 0

    def reset(self) -> None:
        """A gap: begin anew with the next pose, as the model assigns it."""
        self._t_ns = None

    def rehearse(self, poses: Sequence[Pose]) -> None:
        """Go through the first poses of a runner to their end and back to their beginning.

        When they are stepped through after that, the first ones are assigned as surely as the last.

        Args:
            poses: oldest first; those after a gap are left out.
        """
        joined: list[Pose] = []
        for pose in poses:
            if joined and not 0 < pose.t_ns - joined[-1].t_ns <= LONGEST_GAP_NS:
                break
            joined.append(pose)
        if len(joined) < 2:  # noqa: PLR2004  # there is no way back from one
            return
        for pose in joined:
            self.step(pose)
        self._phase.reverse()
        for pose in joined[-2::-1]:
            self.step(replace(pose, t_ns=2 * joined[-1].t_ns - pose.t_ns))
        self._phase.reverse()
        first_ns = joined[1].t_ns - joined[0].t_ns
        self._phase.advance(-first_ns)
        self._t_ns = joined[0].t_ns - first_ns if self._t_ns is not None else None

    def step(self, pose: Pose) -> tuple[Pose, bool]:
        """The pose with its legs assigned, and whether the assignment is certain.

        After a gap, or when time runs backwards, it begins afresh.
        """
        knees, ankles, trunk = self._knees, self._ankles, self._trunk(pose.keypoints)
        elapsed_ns = 0 if self._t_ns is None else pose.t_ns - self._t_ns
        self._t_ns = pose.t_ns if trunk.square else None
        if not trunk.square:
            return pose, True
        moved_sq = knees.see(pose.keypoints, trunk) + ankles.see(pose.keypoints, trunk)
        if not 0 < elapsed_ns <= LONGEST_GAP_NS:
            self._start()
            return pose, True
        rested = AT_REST_PER_S * elapsed_ns
        if moved_sq * _NS2_PER_S2 < rested * rested:
            return self._assigned(pose), True
        self._assign(elapsed_ns)
        settled = self._age_ns > SETTLED_NS
        certain = not (knees.lost and settled) and knees.votes + ankles.votes >= 0
        self._doubtful_ns = 0 if certain else self._doubtful_ns + elapsed_ns
        if self._doubtful_ns > LONGEST_DOUBT_NS or self._mean_misfit > LARGEST_MEAN_MISFIT:
            self._t_ns = None
            return pose, False
        return self._assigned(pose), certain

    def _start(self) -> None:
        self._phase.start(self._knees.x, self._ankles.x)
        self._knees.start()
        self._ankles.start()
        self._age_ns = self._doubtful_ns = self._mean_misfit = 0

    def _assign(self, elapsed_ns: int) -> None:
        knees, ankles, phase = self._knees, self._ankles, self._phase
        self._age_ns += elapsed_ns
        phase.advance(elapsed_ns)
        expected = phase.expected
        against_model = DISAGREEMENT
        if self._age_ns < SETTLED_NS:
            first = FIRST_DISAGREEMENT * (SETTLED_NS - self._age_ns) // SETTLED_NS
            against_model = max(first, DISAGREEMENT)
        knees.assign(expected[KNEE_X], expected[KNEE_Y], against_model)
        ankles.assign(expected[ANKLE_X], expected[ANKLE_Y], against_model)
        phase.correct(knees.errors + ankles.errors, elapsed_ns)
        self._vote(elapsed_ns)
        misfit = 2 * knees.misfit + ankles.misfit
        self._mean_misfit += (misfit - self._mean_misfit) * elapsed_ns // (elapsed_ns + MISFIT_NS)

    def _vote(self, elapsed_ns: int) -> None:
        """Average the model's votes, and swap the sides of what it has outvoted."""
        knees, ankles, constant_ns = self._knees, self._ankles, min(self._age_ns, VOTE_NS)
        knees.vote(elapsed_ns, constant_ns)
        ankles.vote(elapsed_ns, constant_ns)
        if knees.votes + ankles.votes < 2 * OUTVOTED:
            self._phase.swap_sides()
            knees.swap_sides()
            ankles.swap_sides()
        elif knees.votes < OUTVOTED or ankles.votes < OUTVOTED:
            # Knees and ankles contradict one another: neither says which phase is right.
            self._t_ns = None

    def _trunk(self, points: Sequence[Keypoint]) -> TrunkAxis:
        a, b, c, d = self._trunk_joints
        (a_x, a_y, _), (b_x, b_y, _) = points[a], points[b]
        (c_x, c_y, _), (d_x, d_y, _) = points[c], points[d]
        across, down = (c_x + d_x - a_x - b_x) >> 1, (c_y + d_y - a_y - b_y) >> 1
        return TrunkAxis(across, down, across * across + down * down)

    def _assigned(self, pose: Pose) -> Pose:
        knees, ankles = self._knees.swapped, self._ankles.swapped
        if not knees and not ankles:
            return pose
        points = list(pose.keypoints)
        for left, right in (self._knee_pair,) * knees + self._foot_pairs * ankles:
            points[left], points[right] = points[right], points[left]
        return replace(pose, keypoints=tuple(points))


def _pair(skeleton: Skeleton, left: str, right: str) -> tuple[int, int]:
    return skeleton.index(left), skeleton.index(right)
