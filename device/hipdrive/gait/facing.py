"""Which way the runner faces: knees bend one way only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait import keypoints as kp

if TYPE_CHECKING:
    from hipdrive.gait.keypoints import Pose

LEGS = (
    (kp.LEFT_HIP, kp.LEFT_KNEE, kp.LEFT_ANKLE),
    (kp.RIGHT_HIP, kp.RIGHT_KNEE, kp.RIGHT_ANKLE),
)
LEAST_SPAN_NS = 2_000_000_000
"""Two seconds are three strides: enough of every phase of the gait."""
LEAST_VOTES = 20
"""Each by one knee that is bent by more than 30 degrees. A model's knee lies up to 7 degrees off to
one side, so whoever stands there with straight legs would seem to face it; runners bend theirs to
between 90 and 130."""

TURNED_NS = 500_000_000
"""What the knees did longer ago than about this does not count: who turns round is seen to have
done so within a stride."""
LEAST_BENDS = 8


class FacingVote:
    """Adds up how far, and to which side, the knees are bent.

    The cross product of thigh and shank is positive for a runner who faces image right. It weighs
    each vote by how much the knee is bent.
    """

    def __init__(self) -> None:
        self._sum = 0
        self._magnitude = 0
        self._votes = 0
        self._first_ns: int | None = None

    def add(self, pose: Pose) -> kp.Side | None:
        """Take a pose in; the side faced as soon as it is clear, else None."""
        for leg in LEGS:
            if min(pose.score(joint) for joint in leg) < kp.RUNNER_SCORE:
                continue
            bend = _bend(pose.points, leg)
            if not bend:
                continue
            if self._first_ns is None or pose.t_ns < self._first_ns:
                self._first_ns = pose.t_ns
            self._sum += bend
            self._magnitude += abs(bend)
            self._votes += 1
        return self._decide(pose.t_ns)

    def _decide(self, t_ns: int) -> kp.Side | None:
        if self._first_ns is None or self._votes < LEAST_VOTES:
            return None
        if t_ns - self._first_ns < LEAST_SPAN_NS:
            return None
        if 2 * abs(self._sum) <= self._magnitude:
            return None
        return kp.Side.RIGHT if self._sum > 0 else kp.Side.LEFT


class TurnWatch:
    """Watches whether somebody of a known facing has turned round.

    Args:
        facing: the side of the picture that they face.

    Attributes:
        turned: whether the knees have lately bent the other way, three times as much as this way.
    """

    def __init__(self, facing: kp.Side) -> None:
        self._forward = 1 if facing is kp.Side.RIGHT else -1
        self._sum = self._magnitude = self._bends = 0
        self._t_ns: int | None = None
        self.turned = False

    def add(self, pose: Pose) -> None:
        """Take a pose in."""
        elapsed_ns = 0 if self._t_ns is None else max(pose.t_ns - self._t_ns, 0)
        self._t_ns = pose.t_ns
        self._sum -= self._sum * elapsed_ns // (elapsed_ns + TURNED_NS)
        self._magnitude -= self._magnitude * elapsed_ns // (elapsed_ns + TURNED_NS)
        for leg in LEGS:
            if min(pose.score(joint) for joint in leg) >= kp.RUNNER_SCORE:
                bend = self._forward * _bend(pose.points, leg)
                self._bends += bool(bend)
                self._sum += bend
                self._magnitude += abs(bend)
        self.turned = self._bends >= LEAST_BENDS and 2 * self._sum < -self._magnitude


def _bend(points: tuple[int, ...], leg: tuple[int, int, int]) -> int:
    """Cross product of thigh and shank; 0 when the knee is bent by 30 degrees or less."""
    (hip_x, hip_y), (knee_x, knee_y), (ankle_x, ankle_y) = (points[3 * j : 3 * j + 2] for j in leg)
    thigh_x, thigh_y = knee_x - hip_x, knee_y - hip_y
    shank_x, shank_y = ankle_x - knee_x, ankle_y - knee_y
    cross = thigh_x * shank_y - thigh_y * shank_x
    squares = (thigh_x * thigh_x + thigh_y * thigh_y) * (shank_x * shank_x + shank_y * shank_y)
    return cross if 4 * cross * cross > squares else 0
