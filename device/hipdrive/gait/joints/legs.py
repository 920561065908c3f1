"""The joints of a pose that are measured, and the angles between them."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.joints.samples import BodySample, LegJoints, LegSample
from hipdrive.gait.signal.atan2 import atan2
from hipdrive.gait.signal.rotation import Upright
from hipdrive.types.angle import wrap
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17, Skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hipdrive.types.pose import Pose

TRUNK_VALUES = 8
"""x and y of four joints: near shoulder, near hip, far hip, far shoulder."""
FILTERED_TRUNK_VALUES = 6
"""Of these the far shoulder steadies the others and is not measured itself."""


class SegmentScores(NamedTuple):
    """Scores in Q16.16: of the lesser end of each thigh, and of each ankle."""

    near_thigh: int
    far_thigh: int
    near_ankle: int
    far_ankle: int


class JointSelection:
    """Finds the joints of the near and the far side in poses of one skeleton.

    Args:
        facing: the side of the picture the runner faces; the leg of that name is the near one.
        roll_bam: the camera's roll, which is taken off.
        skeleton: of the poses.
        further: joints of each leg that metrics ask for beside hip, knee and ankle, such as
            "heel". Left out where the skeleton does not have them on both sides.

    Attributes:
        further: those of them that the skeleton has.

    Raises:
        SkeletonError: shoulders, hips, knees or ankles are missing from the skeleton.
    """

    def __init__(
        self,
        facing: Side,
        roll_bam: int = 0,
        skeleton: Skeleton = COCO_17,
        further: Iterable[str] = (),
    ) -> None:
        self.further = tuple(
            joint for joint in further if all(f"{side}_{joint}" in skeleton for side in Side)
        )
        shoulder, hip, knee, ankle = (
            skeleton.index(f"{facing}_{joint}") for joint in ("shoulder", "hip", "knee", "ankle")
        )
        far_shoulder, far_hip, far_knee, far_ankle = (
            skeleton.index(f"{facing.other}_{joint}")
            for joint in ("shoulder", "hip", "knee", "ankle")
        )
        self._joints = (
            *(shoulder, hip, far_hip, far_shoulder),
            *(knee, ankle, far_knee, far_ankle),
            *(skeleton.index(f"{facing}_{joint}") for joint in self.further),
            *(skeleton.index(f"{facing.other}_{joint}") for joint in self.further),
        )
        self._near = shoulder, hip, knee
        self._scored = hip, knee, far_hip, far_knee, ankle, far_ankle
        self._forward = 1 if facing is Side.RIGHT else -1
        self._upright = Upright(roll_bam, self._forward) if roll_bam else None

    def coordinates(self, pose: Pose) -> list[int]:
        """x, y of one joint after the other: x in the running direction, y down, Q16.16 px.

        First the `TRUNK_VALUES`, then near knee, near ankle, far knee and far ankle, then the
        further joints of the near leg and those of the far leg.
        """
        points, forward = pose.keypoints, self._forward
        flat: list[int] = []
        for joint in self._joints:
            x, y, _ = points[joint]
            flat.append(forward * x)
            flat.append(y)
        return self._upright.turn(flat) if self._upright else flat

    def near_score(self, pose: Pose) -> int:
        """Least score of the near shoulder, hip and knee, Q16.16."""
        points = pose.keypoints
        shoulder, hip, knee = self._near
        return min(points[shoulder][2], points[hip][2], points[knee][2])

    def scores(self, pose: Pose) -> SegmentScores:
        """How well both legs are seen."""
        points = pose.keypoints
        hip, knee, far_hip, far_knee, ankle, far_ankle = self._scored
        return SegmentScores(
            min(points[hip][2], points[knee][2]),
            min(points[far_hip][2], points[far_knee][2]),
            points[ankle][2],
            points[far_ankle][2],
        )


def body_sample(
    t_ns: int,
    values: Sequence[int],
    span_ns: int,
    thigh_scores: SegmentScores,
    ankles: SegmentScores,
) -> BodySample:
    """Angles and lengths of a runner whose joints are there.

    lean = atan2(shoulder_x - hip_x, hip_y - shoulder_y), x forward and y down.

    Args:
        t_ns: when.
        values: the first `FILTERED_TRUNK_VALUES` of `JointSelection.coordinates`, then what comes
            after its trunk.
        span_ns: widest gap between two poses that they may stem from.
        thigh_scores: of the newest pose.
        ankles: of the pose that the values come from.

    Raises:
        ZeroDivisionError: two joints of a segment coincide.
    """
    shoulder_x, shoulder_y, hip_x, hip_y, far_hip_x, far_hip_y, *legs = values
    x, y, ankle_x, ankle_y, far_x, far_y, far_ankle_x, far_ankle_y, *further = legs
    near_further: tuple[int, ...] = ()
    far_further: tuple[int, ...] = ()
    if further:
        middle = len(further) // 2
        near_further, far_further = tuple(further[:middle]), tuple(further[middle:])
    near = LegJoints(hip_x, hip_y, x, y, ankle_x, ankle_y, ankles.near_ankle, near_further)
    far = LegJoints(
        far_hip_x, far_hip_y, far_x, far_y, far_ankle_x, far_ankle_y, ankles.far_ankle, far_further
    )
    ahead, up = shoulder_x - hip_x, hip_y - shoulder_y
    trunk = atan2(ahead, up), isqrt(ahead * ahead + up * up)
    return BodySample(
        t_ns,
        (2 * shoulder_y + hip_y + far_hip_y) >> 2,
        _leg_sample(t_ns, near, trunk, span_ns, thigh_scores.near_thigh),
        _leg_sample(t_ns, far, trunk, span_ns, thigh_scores.far_thigh),
    )


def _leg_sample(
    t_ns: int, joints: LegJoints, trunk: tuple[int, int], span_ns: int, thigh_score: int
) -> LegSample:
    """thigh_ext = atan2(hip_x - knee_x, knee_y - hip_y); flexion of the knee = shank - thigh.

    `trunk`: its lean, BAM, and its length.
    """
    lean_bam, trunk_length = trunk
    hip_x, hip_y, knee_x, knee_y, ankle_x, ankle_y, _, _ = joints
    back, down = hip_x - knee_x, knee_y - hip_y
    thigh_bam = atan2(back, down)
    shank_back, shank_down = knee_x - ankle_x, ankle_y - knee_y
    flex_bam = wrap(atan2(shank_back, shank_down) - thigh_bam) if shank_back or shank_down else None
    length = isqrt(back * back + down * down)
    hip_bam = wrap(thigh_bam - lean_bam)
    return LegSample(
        t_ns, thigh_bam, hip_bam, length, span_ns, flex_bam, joints, thigh_score, trunk_length
    )
