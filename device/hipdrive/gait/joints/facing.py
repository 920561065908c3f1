"""Which way the runner faces: knees bend one way only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.knee_bend import RecentBends, bends, legs_of
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17, Skeleton

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

LEAST_SPAN_NS = 2_000_000_000
"""Two seconds are three strides: enough of every phase of the gait."""
LEAST_VOTES = 20
"""Each by one knee that is bent by more than 30 degrees. A model's knee lies up to 7 degrees off to
one side, so a person who stands with straight legs would seem to face it; runners bend theirs to
between 90 and 130."""
LEAST_BENDS = 8


class FacingVote:
    """Adds up how far, and to which side, the knees are bent.

    The cross product of thigh and shank is positive for a runner who faces image right. It weighs
    each vote by how much the knee is bent.

    Args:
        skeleton: of the poses.

    Raises:
        SkeletonError: hips, knees or ankles are missing from it.
    """

    def __init__(self, skeleton: Skeleton = COCO_17) -> None:
        self._legs = legs_of(skeleton)
        self._sum = 0
        self._magnitude = 0
        self._votes = 0
        self._first_ns: int | None = None

    def add(self, pose: Pose) -> Side | None:
        """Take a pose in; the side faced as soon as it is clear, else None."""
        for bend in bends(pose, self._legs):
            if self._first_ns is None or pose.t_ns < self._first_ns:
                self._first_ns = pose.t_ns
            self._sum += bend
            self._magnitude += abs(bend)
            self._votes += 1
        return self._decide(pose.t_ns)

    def _decide(self, t_ns: int) -> Side | None:
        if self._first_ns is None or self._votes < LEAST_VOTES:
            return None
        if t_ns - self._first_ns < LEAST_SPAN_NS:
            return None
        if 2 * abs(self._sum) <= self._magnitude:
            return None
        return Side.RIGHT if self._sum > 0 else Side.LEFT


class TurnDetector:
    """Notices when a runner of a known facing turns round.

    Args:
        facing: the side of the picture that the runner faces.
        skeleton: of the poses.

    Attributes:
        turned: lately the knees have bent the other way three times as much as this way.

    Raises:
        SkeletonError: hips, knees or ankles are missing from the skeleton.
    """

    def __init__(self, facing: Side, skeleton: Skeleton = COCO_17) -> None:
        self._bends = RecentBends(skeleton)
        self._forward = 1 if facing is Side.RIGHT else -1
        self.turned = False

    def add(self, pose: Pose) -> None:
        """Take a pose in."""
        lately = self._bends
        lately.add(pose)
        against = 2 * self._forward * lately.sum < -lately.magnitude
        self.turned = lately.count >= LEAST_BENDS and against
