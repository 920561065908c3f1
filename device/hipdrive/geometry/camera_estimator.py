"""Estimates the camera and the belt from running itself: roll, yaw, scale, speed of the belt.

The foot on the belt goes where the belt goes: its path in the picture shows the belt's direction
and speed. Roll and incline turn that path alike, so the incline must be known. A camera that looks
from ahead or from behind sees the path tilted too, since what goes away from it rises towards the
horizon; the path alone cannot distinguish that from roll. The yaw shows elsewhere: shoulders,
elbows, wrists and hips lie abreast on average over a stride. It is known to about two degrees,
which is enough to warn, and to take off most of what it does to the path.
"""

from __future__ import annotations

from collections import deque
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.signal.atan2 import atan2
from hipdrive.gait.signal.rotation import cos_sin
from hipdrive.geometry.ankle_path import ankle_path
from hipdrive.geometry.camera_estimate import CameraEstimate
from hipdrive.geometry.contact_path import ContactPath
from hipdrive.geometry.foot_path import foot_path
from hipdrive.geometry.near_side import NearSide
from hipdrive.types.calibration import NO_YAW_ERROR, YawError
from hipdrive.types.fixed_point import Q30, divide_round
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

POSES_KEPT = 256
"""Longer than a stride at 200 frames a second."""
STRIDES_KEPT = 256
"""Three minutes: what is found is of late, and a camera that was moved is noticed."""
LEAST_STRIDES = 10
TORSO_PERMILLE = 288
"""Hips to shoulders, thousandths of body height (Drillis and Contini, 1966)."""
SIN_60_PERMILLE = 866
"""Yaws end at 60 degrees: beyond that no runner is seen from the side."""
OUTLIER_MADS = 4
"""A stride whose slope is this many median deviations off the median is left out."""


class StrideObservation(NamedTuple):
    """What one stride of the near leg shows.

    Attributes:
        path: of its contact.
        leg: thigh and shank, median over the stride, Q16.16 px.
        breadth: sum over the stride of the torso's length times how far the left and the right
            joints are apart, thousandths of body height.
        ahead: sum over the stride of how far those of the near side are ahead.
    """

    path: ContactPath
    leg: int
    breadth: int
    ahead: int


class CameraEstimator:
    """Takes in the near leg's strides, in constant memory.

    Args:
        yaw_error: of the model that made the key points.
    """

    def __init__(self, yaw_error: YawError = NO_YAW_ERROR) -> None:
        self._yaw_error = yaw_error
        self._poses: deque[Pose] = deque(maxlen=POSES_KEPT)
        self._by_ankle: deque[StrideObservation] = deque(maxlen=STRIDES_KEPT)
        self._by_foot: deque[StrideObservation] = deque(maxlen=STRIDES_KEPT)
        self._facing: Side | None = None

    @property
    def strides(self) -> int:
        """Strides of the near leg that showed a contact."""
        return max(len(self._by_ankle), len(self._by_foot))

    def step(self, pose: Pose, update: GaitUpdate) -> None:
        """Take in a pose and what it completed."""
        if pose.runner_seen:
            self._poses.append(pose)
        for stride in update.strides:
            if stride.near and stride.accepted:
                self._observe(stride)

    def _observe(self, stride: Stride) -> None:
        if stride.leg is not self._facing:
            self._facing = stride.leg
            self._by_ankle.clear()
            self._by_foot.clear()
        if stride.foot_strike_ns is None or stride.toe_off_ns is None:
            return
        first_ns = stride.t_ns - stride.stride_time_ns
        poses = [pose for pose in self._poses if first_ns < pose.t_ns <= stride.t_ns]
        if not poses:
            return
        side = NearSide(stride.leg, poses[0].skeleton)
        leg = sorted(map(side.leg, poses))[len(poses) // 2]
        contact = stride.foot_strike_ns, stride.toe_off_ns
        torsos = [side.torso(pose) for pose in poses]
        ahead = sum(side.ahead(pose, torso) for pose, torso in zip(poses, torsos, strict=True))
        breadth = side.breadth_permille * sum(torsos)
        ankles = [side.ankles(pose) for pose in poses]
        for path, observed in (
            (ankle_path(ankles, *contact, leg), self._by_ankle),
            (foot_path(poses, *contact, side.forward), self._by_foot),
        ):
            if path:
                observed.append(StrideObservation(path, leg, breadth, ahead))

    def estimate(self) -> CameraEstimate | None:
        """The estimate so far; None before `LEAST_STRIDES`."""
        if self._facing is None:
            return None
        observed = max(map(_without_outliers, (self._by_foot, self._by_ankle)), key=_enough)
        if not _enough(observed):
            return None
        xx, xy, tt, tx = (sum(sums) for sums in zip(*(one.path for one in observed), strict=True))
        along = ContactPath(xx, xy, tt, tx)
        yaw_bam = self._yaw(observed, self._facing)
        return CameraEstimate(
            facing=self._facing,
            strides=len(observed),
            tilt_bam=atan2(-xy, xx),
            tilt_se_bam=atan2(_scatter(observed, along.slope), xx << Q30),
            yaw_bam=yaw_bam,
            leg=divide_round(sum(one.leg for one in observed), len(observed)),
            speed=_along_the_path(along, yaw_bam),
        )

    def _yaw(self, observed: Sequence[StrideObservation], facing: Side) -> int:
        seen = _yaw(sum(one.ahead for one in observed), sum(one.breadth for one in observed))
        left_bam, right_bam = self._yaw_error
        return seen - (right_bam if facing is Side.RIGHT else left_bam)


def _without_outliers(observed: Iterable[StrideObservation]) -> Sequence[StrideObservation]:
    """Those whose path is as steep as that of most."""
    slopes = sorted((one.path.slope, number, one) for number, one in enumerate(observed))
    if not slopes:
        return []
    middle = slopes[len(slopes) // 2][0]
    off = sorted(abs(slope - middle) for slope, _, _ in slopes)[len(slopes) // 2]
    return [one for slope, _, one in slopes if abs(slope - middle) <= OUTLIER_MADS * off]


def _enough(observed: Sequence[StrideObservation]) -> bool:
    return len(observed) >= LEAST_STRIDES


def _scatter(observed: Sequence[StrideObservation], slope: int) -> int:
    """Standard error of the common slope times the sum of the weights, Q2.30.

    The slope is the mean of those of the strides, each weighted by its `xx`.
    """
    return isqrt(sum((one.path.xx * (one.path.slope - slope)) ** 2 for one in observed))


def _along_the_path(along: ContactPath, yaw_bam: int) -> int:
    """Speed in the direction of the path, as seen from the side."""
    slope = along.slope
    in_picture = along.speed * isqrt((1 << 2 * Q30) + slope * slope)
    return divide_round(in_picture, cos_sin(yaw_bam)[0])


def _yaw(ahead: int, breadth: int) -> int:
    """From how far the near side is ahead: minus the sine is that over the breadth."""
    most = breadth * SIN_60_PERMILLE // 1000
    across = max(-most, min(most, -ahead * TORSO_PERMILLE))
    return atan2(across, isqrt(breadth * breadth - across * across))
