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
    from hipdrive.types.pose import Pose

LEGS = (
    (LEFT_HIP, LEFT_KNEE, LEFT_ANKLE),
    (RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE),
)
LATELY_NS = 500_000_000
"""Time constant of what the knees did lately: a turn is seen within a stride."""


def bends(pose: Pose, legs: list[list[int]]) -> list[int]:
    """The cross product of thigh and shank, positive for who faces image right; larger, more bent.

    Args:
        pose: of a person.
        legs: indices of hip, knee and ankle of each leg in its skeleton; see `legs_of`.

    Returns:
        That of each leg that is seen and whose knee is bent by more than 30 degrees.
    """
    points = pose.keypoints
    found = []
    for hip, knee, ankle in legs:
        hip_x, hip_y, hip_score = points[hip]
        knee_x, knee_y, knee_score = points[knee]
        ankle_x, ankle_y, ankle_score = points[ankle]
        if hip_score < RUNNER_SCORE or knee_score < RUNNER_SCORE or ankle_score < RUNNER_SCORE:
            continue
        thigh_x, thigh_y = knee_x - hip_x, knee_y - hip_y
        shank_x, shank_y = ankle_x - knee_x, ankle_y - knee_y
        cross = thigh_x * shank_y - thigh_y * shank_x
        squares = (thigh_x * thigh_x + thigh_y * thigh_y) * (shank_x * shank_x + shank_y * shank_y)
        # The sine of 30 degrees is a half.
        if 4 * cross * cross > squares:
            found.append(cross)
    return found


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
        whole_ns = elapsed_ns + LATELY_NS
        self._t_ns = pose.t_ns
        self.sum -= self.sum * elapsed_ns // whole_ns
        self.magnitude -= self.magnitude * elapsed_ns // whole_ns
        for bend in bends(pose, self._legs):
            self.sum += bend
            self.magnitude += abs(bend)
            self.count += 1
