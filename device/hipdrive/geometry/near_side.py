"""Lengths and positions that a runner shows on the side near the camera."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.geometry.ankle_path import AnkleSample
from hipdrive.types.side import Side
from hipdrive.types.skeleton import (
    LEFT_ANKLE,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    RIGHT_ANKLE,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
)

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

ABREAST = ((5, 6), (7, 8), (9, 10), (11, 12))
"""Left and right shoulder, elbow, wrist, hip: seen from the side, they lie abreast on average."""
FURTHEST_PERCENT = 120
"""A pair further apart than this share of the torso is a guess of the model's."""


class NearSide:
    """Reads poses of a runner who shows this side.

    Args:
        facing: the side of the picture the runner faces.

    Attributes:
        forward: 1 where x grows in the running direction, -1 where it shrinks.
    """

    def __init__(self, facing: Side) -> None:
        right = facing is Side.RIGHT
        self.forward = 1 if right else -1
        self._near, self._far = (1, 0) if right else (0, 1)

    def leg(self, pose: Pose) -> int:
        """Length of thigh and shank of the near leg, Q16.16 px."""
        hip, knee, ankle = (
            pair[self._near]
            for pair in (
                (LEFT_HIP, RIGHT_HIP),
                (LEFT_KNEE, RIGHT_KNEE),
                (LEFT_ANKLE, RIGHT_ANKLE),
            )
        )
        return _length(pose, hip, knee) + _length(pose, knee, ankle)

    def torso(self, pose: Pose) -> int:
        """Length from near hip to near shoulder, Q16.16 px."""
        hip = (LEFT_HIP, RIGHT_HIP)[self._near]
        return _length(pose, hip, (LEFT_SHOULDER, RIGHT_SHOULDER)[self._near])

    def ankles(self, pose: Pose) -> AnkleSample:
        """Both ankles, the near one first."""
        pair = (LEFT_ANKLE, RIGHT_ANKLE)
        near, far, points = 3 * pair[self._near], 3 * pair[self._far], pose.points
        forward = self.forward
        return AnkleSample(
            pose.t_ns,
            forward * points[near],
            points[near + 1],
            forward * points[far],
            points[far + 1],
        )

    def ahead(self, pose: Pose, torso: int) -> int:
        """How far the joints of `ABREAST` are ahead on the near side, summed, Q16.16 px."""
        most = torso * FURTHEST_PERCENT // 100
        total = 0
        for pair in ABREAST:
            near, far = pose.points[3 * pair[self._near]], pose.points[3 * pair[self._far]]
            total += max(-most, min(most, self.forward * (near - far)))
        return total


def _length(pose: Pose, a: int, b: int) -> int:
    points = pose.points
    return isqrt(
        (points[3 * a] - points[3 * b]) ** 2 + (points[3 * a + 1] - points[3 * b + 1]) ** 2
    )
