"""Knees bend one way only, so how they are bent tells which way a person faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.pose import RUNNER_SCORE
from hipdrive.types.skeleton import (
    COCO_17,
    LEFT_ANKLE,
    LEFT_HIP,
    LEFT_KNEE,
    RIGHT_ANKLE,
    RIGHT_HIP,
    RIGHT_KNEE,
    Skeleton,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.types.pose import Keypoint, Pose

LEGS = (
    (LEFT_HIP, LEFT_KNEE, LEFT_ANKLE),
    (RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE),
)
LATELY_NS = 500_000_000
"""Time constant of what the knees did lately: a turn is seen within a stride."""


def bends(pose: Pose, legs: list[list[int]]) -> Iterator[int]:
    """The cross product of thigh and shank, positive for who faces image right; larger, more bent.

    Args:
        pose: of a person.
        legs: indices of hip, knee and ankle of each leg in its skeleton; see `legs_of`.

    Yields:
        That of each leg that is seen and whose knee is bent by more than 30 degrees.
    """
    points = pose.keypoints
    for hip, knee, ankle in legs:
        leg = points[hip], points[knee], points[ankle]
        if min([joint[2] for joint in leg]) >= RUNNER_SCORE and (bend := _bend(*leg)):
            yield bend


def legs_of(skeleton: Skeleton) -> list[list[int]]:
    """Hip, knee and ankle of each leg.

    Raises:
        SkeletonError: one of them is missing from the skeleton.
    """
    return [skeleton.indices(leg) for leg in LEGS]


class RecentBends:
    """What both knees did lately, the newest weighing most.

    Args:
        skeleton: of the poses.

    Attributes:
        sum: positive where they were bent as those are of who faces image right.
        magnitude: the same without regard to the side.
        count: how many bends were seen.

    Raises:
        SkeletonError: hips, knees or ankles are missing from the skeleton.
    """

    def __init__(self, skeleton: Skeleton = COCO_17) -> None:
        self._legs = legs_of(skeleton)
        self._t_ns: int | None = None
        self.sum = self.magnitude = self.count = 0

    def add(self, pose: Pose) -> None:
        """Take a pose in."""
        elapsed_ns = 0 if self._t_ns is None else max(pose.t_ns - self._t_ns, 0)
        self._t_ns = pose.t_ns
        self.sum -= self.sum * elapsed_ns // (elapsed_ns + LATELY_NS)
        self.magnitude -= self.magnitude * elapsed_ns // (elapsed_ns + LATELY_NS)
        for bend in bends(pose, self._legs):
            self.sum += bend
            self.magnitude += abs(bend)
            self.count += 1


def _bend(hip: Keypoint, knee: Keypoint, ankle: Keypoint) -> int:
    """Cross product of thigh and shank; 0 when the knee is bent by 30 degrees or less."""
    (hip_x, hip_y, _), (knee_x, knee_y, _), (ankle_x, ankle_y, _) = hip, knee, ankle
    thigh_x, thigh_y = knee_x - hip_x, knee_y - hip_y
    shank_x, shank_y = ankle_x - knee_x, ankle_y - knee_y
    cross = thigh_x * shank_y - thigh_y * shank_x
    squares = (thigh_x * thigh_x + thigh_y * thigh_y) * (shank_x * shank_x + shank_y * shank_y)
    return cross if 4 * cross * cross > squares else 0
