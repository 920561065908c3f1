"""Which way the runner faces: knees bend one way only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.pose import RUNNER_SCORE
from hipdrive.types.side import Side
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
    from hipdrive.types.pose import Keypoint, Pose

LEGS = (
    (LEFT_HIP, LEFT_KNEE, LEFT_ANKLE),
    (RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE),
)
LEAST_SPAN_NS = 2_000_000_000
"""Two seconds are three strides: enough of every phase of the gait."""
LEAST_VOTES = 20
"""Each by one knee that is bent by more than 30 degrees. A model's knee lies up to 7 degrees off to
one side, so a person who stands with straight legs would seem to face it; runners bend theirs to
between 90 and 130."""
TURN_NS = 500_000_000
"""Time constant of what the knees do, when a turn is looked for: it is seen within a stride."""
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
        self._legs = [skeleton.indices(leg) for leg in LEGS]
        self._sum = 0
        self._magnitude = 0
        self._votes = 0
        self._first_ns: int | None = None

    def add(self, pose: Pose) -> Side | None:
        """Take a pose in; the side faced as soon as it is clear, else None."""
        points = pose.keypoints
        for hip, knee, ankle in self._legs:
            leg = points[hip], points[knee], points[ankle]
            if min([joint[2] for joint in leg]) < RUNNER_SCORE:
                continue
            bend = _bend(*leg)
            if not bend:
                continue
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
        self._legs = [skeleton.indices(leg) for leg in LEGS]
        self._forward = 1 if facing is Side.RIGHT else -1
        self._sum = self._magnitude = self._bends = 0
        self._t_ns: int | None = None
        self.turned = False

    def add(self, pose: Pose) -> None:
        """Take a pose in."""
        elapsed_ns = 0 if self._t_ns is None else max(pose.t_ns - self._t_ns, 0)
        self._t_ns = pose.t_ns
        self._sum -= self._sum * elapsed_ns // (elapsed_ns + TURN_NS)
        self._magnitude -= self._magnitude * elapsed_ns // (elapsed_ns + TURN_NS)
        points = pose.keypoints
        for hip, knee, ankle in self._legs:
            leg = points[hip], points[knee], points[ankle]
            if min([joint[2] for joint in leg]) < RUNNER_SCORE:
                continue
            bend = self._forward * _bend(*leg)
            self._bends += bool(bend)
            self._sum += bend
            self._magnitude += abs(bend)
        self.turned = self._bends >= LEAST_BENDS and 2 * self._sum < -self._magnitude


def _bend(hip: Keypoint, knee: Keypoint, ankle: Keypoint) -> int:
    """Cross product of thigh and shank; 0 when the knee is bent by 30 degrees or less."""
    (hip_x, hip_y, _), (knee_x, knee_y, _), (ankle_x, ankle_y, _) = hip, knee, ankle
    thigh_x, thigh_y = knee_x - hip_x, knee_y - hip_y
    shank_x, shank_y = ankle_x - knee_x, ankle_y - knee_y
    cross = thigh_x * shank_y - thigh_y * shank_x
    squares = (thigh_x * thigh_x + thigh_y * thigh_y) * (shank_x * shank_x + shank_y * shank_y)
    return cross if 4 * cross * cross > squares else 0
