"""Lengths and positions that a runner shows on the side near the camera."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.geometry.ankle_path import AnkleSample
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

ABREAST = ("shoulder", "elbow", "wrist", "hip")
"""Seen from the side, the left and the right one lie abreast on average over a stride."""
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
        near, far = facing, facing.other
        self.forward = 1 if facing is Side.RIGHT else -1
        self._shoulder, self._hip = f"{near}_shoulder", f"{near}_hip"
        self._knee = f"{near}_knee"
        self._near_ankle, self._far_ankle = f"{near}_ankle", f"{far}_ankle"
        self._abreast = [(f"{near}_{joint}", f"{far}_{joint}") for joint in ABREAST]

    def leg(self, pose: Pose) -> int:
        """Length of thigh and shank of the near leg, Q16.16 px."""
        thigh = _length(pose, self._hip, self._knee)
        return thigh + _length(pose, self._knee, self._near_ankle)

    def torso(self, pose: Pose) -> int:
        """Length from near hip to near shoulder, Q16.16 px."""
        return _length(pose, self._hip, self._shoulder)

    def ankles(self, pose: Pose) -> AnkleSample:
        """Both ankles, the near one first."""
        near, far = pose[self._near_ankle], pose[self._far_ankle]
        forward = self.forward
        return AnkleSample(pose.t_ns, forward * near.x, near.y, forward * far.x, far.y)

    def ahead(self, pose: Pose, torso: int) -> int:
        """How far the joints of `ABREAST` are ahead on the near side, summed, Q16.16 px."""
        most = torso * FURTHEST_PERCENT // 100
        total = 0
        for near, far in self._abreast:
            ahead = self.forward * (pose[near].x - pose[far].x)
            total += max(-most, min(most, ahead))
        return total


def _length(pose: Pose, a: str, b: str) -> int:
    (a_x, a_y, _), (b_x, b_y, _) = pose[a], pose[b]
    return isqrt((a_x - b_x) ** 2 + (a_y - b_y) ** 2)
