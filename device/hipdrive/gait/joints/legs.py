"""Joints of a pose in the order that the engine works with, and the angles between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.leg_track import LegJoints
from hipdrive.gait.signal.atan2 import atan2
from hipdrive.gait.signal.rotation import Upright
from hipdrive.types.angle import wrap
from hipdrive.types.side import Side
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

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

_LEFT = (LEFT_SHOULDER, LEFT_HIP, LEFT_KNEE, LEFT_ANKLE)
_RIGHT = (RIGHT_SHOULDER, RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE)


class JointSelection:
    """Picks the joints that the angles need.

    In this order: near shoulder, hip, knee; far hip, knee; near ankle, far ankle; far shoulder.

    Args:
        facing: the side of the picture the runner faces.
        roll_bam: the camera's roll, which is taken off.
        skeleton: of the poses.

    Raises:
        SkeletonError: shoulders, hips, knees or ankles are missing from it.
    """

    def __init__(self, facing: Side, roll_bam: int = 0, skeleton: Skeleton = COCO_17) -> None:
        left, right = (skeleton.indices(side) for side in (_LEFT, _RIGHT))
        near, far = (left, right) if facing is Side.LEFT else (right, left)
        self._near = near[:3]
        self._far = far[1:3]
        self._joints = (*self._near, *self._far, near[3], far[3], far[0])
        self._ankles = near[3], far[3]
        self._forward = 1 if facing is Side.RIGHT else -1
        self._upright = Upright(roll_bam, self._forward) if roll_bam else None

    def coordinates(self, pose: Pose) -> list[int]:
        """x, y of each joint: x in the running direction, y down, Q16.16 px."""
        points, forward = pose.keypoints, self._forward
        flat: list[int] = []
        for joint in self._joints:
            x, y, _ = points[joint]
            flat += (forward * x, y)
        return self._upright.turn(flat) if self._upright else flat

    def near_score(self, pose: Pose) -> int:
        """Least score of the near shoulder, hip and knee, Q16.16."""
        points = pose.keypoints
        return min([points[joint][2] for joint in self._near])

    def thigh_scores(self, pose: Pose) -> tuple[int, int]:
        """Lesser score of hip and knee of the near leg and of the far leg, Q16.16."""
        points = pose.keypoints
        _, hip, knee = self._near
        far_hip, far_knee = self._far
        return (
            min(points[hip][2], points[knee][2]),
            min(points[far_hip][2], points[far_knee][2]),
        )

    def ankle_scores(self, pose: Pose) -> tuple[int, int]:
        """Score of the ankle of the near leg and of the far leg, Q16.16."""
        near, far = self._ankles
        return pose.keypoints[near].score, pose.keypoints[far].score


def angles(joints: list[int]) -> tuple[int, int, int]:
    """Near and far `thigh_ext` and forward trunk lean, BAM, from `JointSelection.coordinates`.

    thigh_ext = atan2(hip_x - knee_x, knee_y - hip_y), lean = atan2(shoulder_x - hip_x,
    hip_y - shoulder_y), x forward and y down.

    Raises:
        ZeroDivisionError: two joints of a segment coincide.
    """
    shoulder_x, shoulder_y, hip_x, hip_y, knee_x, knee_y = joints[:6]
    far_hip_x, far_hip_y, far_knee_x, far_knee_y = joints[6:10]
    return (
        atan2(hip_x - knee_x, knee_y - hip_y),
        atan2(far_hip_x - far_knee_x, far_knee_y - far_hip_y),
        atan2(shoulder_x - hip_x, hip_y - shoulder_y),
    )


def knee_flexions(
    joints: list[int], near_thigh_bam: int, far_thigh_bam: int
) -> tuple[int | None, int | None]:
    """Flexion of the near and the far knee, BAM: shank minus thigh, 0 when straight.

    None where a knee and its ankle coincide.
    """
    _, _, _, _, knee_x, knee_y, _, _, far_knee_x, far_knee_y = joints[:10]
    ankle_x, ankle_y, far_ankle_x, far_ankle_y = joints[10:]
    return (
        _flexion(knee_x - ankle_x, ankle_y - knee_y, near_thigh_bam),
        _flexion(far_knee_x - far_ankle_x, far_ankle_y - far_knee_y, far_thigh_bam),
    )


def _flexion(back: int, down: int, thigh_bam: int) -> int | None:
    return wrap(atan2(back, down) - thigh_bam) if back or down else None


def leg_joints(joints: list[int], ankle_scores: tuple[int, int]) -> tuple[LegJoints, LegJoints]:
    """The near and the far leg of `JointSelection.coordinates`."""
    _, _, hip_x, hip_y, knee_x, knee_y, far_hip_x, far_hip_y, far_knee_x, far_knee_y = joints[:10]
    ankle_x, ankle_y, far_ankle_x, far_ankle_y = joints[10:]
    near, far = ankle_scores
    return (
        LegJoints(hip_x, hip_y, knee_x, knee_y, ankle_x, ankle_y, near),
        LegJoints(far_hip_x, far_hip_y, far_knee_x, far_knee_y, far_ankle_x, far_ankle_y, far),
    )


def hip_ext(thigh_ext_bam: int, lean_bam: int) -> int:
    """`thigh_ext` minus forward trunk lean, BAM."""
    return wrap(thigh_ext_bam - lean_bam)
