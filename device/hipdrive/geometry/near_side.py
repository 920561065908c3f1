"""Lengths and positions that a runner shows on the side near the camera."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.geometry.ankle_path import AnkleSample
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose
    from hipdrive.types.skeleton import Skeleton

ABREAST_PERMILLE = {"shoulder": 220, "elbow": 220, "wrist": 220, "hip": 100}
"""Joints whose left and right one lie abreast, on average over a stride, seen from the side; and
how far apart they are, thousandths of body height: shoulders and hips by Drillis and Contini
(1966); elbows and wrists are taken to hang below the shoulders."""
FURTHEST_PERCENT = 120
"""A pair further apart than this share of the torso is a guess of the model's."""


class NearSide:
    """Reads poses of a runner who shows this side.

    Args:
        facing: the side of the picture the runner faces.
        skeleton: of the poses; elbows and wrists may be missing.

    Attributes:
        forward: 1 where x grows in the running direction, -1 where it shrinks.
        breadth_permille: how far apart the joints are, in all, that `ahead` looks at, thousandths
            of body height.
    """

    def __init__(self, facing: Side, skeleton: Skeleton) -> None:
        near, far = facing, facing.other
        self.forward = 1 if facing is Side.RIGHT else -1
        self._shoulder, self._hip, self._knee, self._near_ankle, self._far_ankle = skeleton.indices(
            (
                f"{near}_shoulder",
                f"{near}_hip",
                f"{near}_knee",
                f"{near}_ankle",
                f"{far}_ankle",
            )
        )
        pairs = {(f"{near}_{j}", f"{far}_{j}"): apart for j, apart in ABREAST_PERMILLE.items()}
        there = [pair for pair in pairs if all(joint in skeleton for joint in pair)]
        self._abreast = [(skeleton.index(a), skeleton.index(b)) for a, b in there]
        self.breadth_permille = sum(pairs[pair] for pair in there)

    def leg(self, pose: Pose) -> int:
        """Length of thigh and shank of the near leg, Q16.16 px."""
        thigh = _length(pose, self._hip, self._knee)
        return thigh + _length(pose, self._knee, self._near_ankle)

    def torso(self, pose: Pose) -> int:
        """Length from near hip to near shoulder, Q16.16 px."""
        return _length(pose, self._hip, self._shoulder)

    def ankles(self, pose: Pose) -> AnkleSample:
        """Both ankles, the near one first."""
        near, far = pose.keypoints[self._near_ankle], pose.keypoints[self._far_ankle]
        forward = self.forward
        return AnkleSample(pose.t_ns, forward * near.x, near.y, forward * far.x, far.y)

    def ahead(self, pose: Pose, torso: int) -> int:
        """How far those joints are ahead on the near side, summed, Q16.16 px."""
        most = torso * FURTHEST_PERCENT // 100
        points, total = pose.keypoints, 0
        for near, far in self._abreast:
            ahead = self.forward * (points[near].x - points[far].x)
            total += max(-most, min(most, ahead))
        return total


def _length(pose: Pose, a: int, b: int) -> int:
    (a_x, a_y, _), (b_x, b_y, _) = pose.keypoints[a], pose.keypoints[b]
    across, down = a_x - b_x, a_y - b_y
    return isqrt(across * across + down * down)
