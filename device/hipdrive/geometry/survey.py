"""What running itself tells of the camera and the belt: roll, yaw, scale, speed of the belt.

The foot on the belt goes where the belt goes: its path in the picture shows the belt's direction
and speed. Roll and incline turn that path alike, so the incline must be known. A camera that looks
from ahead or from behind sees the path tilted too, since what goes away from it rises towards the
horizon; the path alone cannot tell that from roll. The yaw shows elsewhere: shoulders, elbows,
wrists and hips lie abreast on average over a stride. It is known to about two degrees, which is
enough to warn, and to take off most of what it does to the path.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.signal.atan2 import atan2
from hipdrive.gait.signal.rotation import cos_sin
from hipdrive.geometry.ankle_path import Ankles, Passage, passage
from hipdrive.geometry.foot_path import tread
from hipdrive.types.fixed_point import Q30, divide_round
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
    from collections.abc import Iterable, Sequence

    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

POSES_KEPT = 256
"""Longer than a stride at 200 frames a second."""
STRIDES_KEPT = 256
"""Three minutes: what is found is of late, and a camera that was moved is noticed."""
LEAST_STRIDES = 10
LEG_PERMILLE = 491
"""Thigh and shank, thousandths of body height (0.245 + 0.246; Drillis and Contini, 1966)."""
TORSO_PERMILLE = 288
"""Hips to shoulders, thousandths of body height (same source)."""
ABREAST = tuple(
    (f"left_{joint}", f"right_{joint}") for joint in ("shoulder", "elbow", "wrist", "hip")
)
"""Left and right shoulder, elbow, wrist, hip."""
ABREAST_PERMILLE = 3 * 220 + 100
"""How far apart these are in all, thousandths of body height: joints of the shoulders and the hips
by the same source; elbows and wrists are taken to hang below the shoulders."""
FURTHEST_PERCENT = 120
"""A pair further apart than this share of the torso is a guess of the model's."""
TILT_PERCENT_OF_YAW = 32
"""How much the path is tilted by yaw: its depth below the lens over its distance, here 0.88 m below
a lens at the height of the hips and 2.75 m away, as the camera is to be placed."""
YAW_SD_BAM = 13 * (1 << 31) // 1800
"""1.3 degrees: how far the yaws scatter that MoveNet gives of rendered runners
(scripts/measure_yaw.py)."""
SIN_60_PERMILLE = 866
"""Yaws end at 60 degrees: from there nobody is seen from the side."""
OUTLIER_MADS = 4
"""A stride whose slope is this many median deviations off the median is left out."""


class YawError(NamedTuple):
    """How far off the yaw is that a pose model's key points tell, by the side the runner faces."""

    left_bam: int = 0
    right_bam: int = 0


EXACT = YawError()


class StrideView(NamedTuple):
    """What one stride of the near leg showed.

    Attributes:
        path: of its contact.
        leg: thigh and shank, median over the stride, Q16.16 px.
        torso, ahead: sums over the stride of the torso's length and of how far the joints of the
            near side are ahead of those of the far side.
    """

    path: Passage
    leg: int
    torso: int
    ahead: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What strides of one runner told.

    Attributes:
        facing: the side of the picture the runner faces; the leg of that name is the near one.
        strides: of the near leg, those behind the figures.
        tilt_bam: how far the belt rises forwards in the picture, by roll, incline and yaw.
        tilt_se_bam: standard error of that by the scatter of the strides.
        yaw_bam: how far the camera looks from ahead (positive) or from behind.
        leg: thigh and shank, Q16.16 px.
        speed: of the belt in the picture, Q16.16 px/s.
    """

    facing: Side
    strides: int
    tilt_bam: int
    tilt_se_bam: int
    yaw_bam: int
    leg: int
    speed: int

    def roll_bam(self, incline_bam: int) -> int:
        """How far the camera is turned clockwise, on a belt of this incline.

        With MoveNet on rendered runners within 0.9 degrees, root mean square 0.4, as long as the
        camera is square to the belt (docs/accuracy.md).
        """
        forward = 1 if self.facing is Side.RIGHT else -1
        by_yaw_bam = -self.yaw_bam * TILT_PERCENT_OF_YAW // 100
        return forward * (self.tilt_bam - by_yaw_bam - incline_bam)

    @property
    def roll_se_bam(self) -> int:
        """Standard error of the roll: of the tilt, and of what is taken off it for the yaw."""
        by_yaw_bam = YAW_SD_BAM * TILT_PERCENT_OF_YAW // 100
        return isqrt(self.tilt_se_bam**2 + by_yaw_bam**2)

    def px_per_m(self, height_mm: int) -> int:
        """Pixels for a metre in the plane of the near leg, Q16.16, from the runner's height."""
        return divide_round(self.leg * 1_000_000, LEG_PERMILLE * height_mm)

    def px_per_m_from_belt(self, belt_mm_per_s: int) -> int:
        """The same from a known speed of the belt."""
        return divide_round(self.speed * 1000, belt_mm_per_s)

    def belt_mm_per_s(self, px_per_m: int) -> int:
        """Speed of the belt by this scale."""
        return divide_round(self.speed * 1000, px_per_m)


class Survey:
    """Watches the near leg's strides, in constant memory.

    Args:
        yaw_error: of the model that made the key points.
    """

    def __init__(self, yaw_error: YawError = EXACT) -> None:
        self._yaw_error = yaw_error
        self._poses: deque[Pose] = deque(maxlen=POSES_KEPT)
        self._views: deque[StrideView] = deque(maxlen=STRIDES_KEPT)
        self._pictured: deque[StrideView] = deque(maxlen=STRIDES_KEPT)
        self._facing: Side | None = None

    @property
    def strides(self) -> int:
        """Strides of the near leg that showed a contact."""
        return max(len(self._views), len(self._pictured))

    def step(self, pose: Pose, update: GaitUpdate) -> None:
        """Take in a pose and what it completed."""
        if pose.runner_seen:
            self._poses.append(pose)
        for stride in update.strides:
            if stride.near and stride.accepted:
                self._look(stride)

    def _look(self, stride: Stride) -> None:
        if stride.leg is not self._facing:
            self._facing = stride.leg
            self._views.clear()
            self._pictured.clear()
        if stride.foot_strike_ns is None or stride.toe_off_ns is None:
            return
        first_ns = stride.t_ns - stride.stride_time_ns
        poses = [pose for pose in self._poses if first_ns < pose.t_ns <= stride.t_ns]
        if not poses:
            return
        side = _Side(stride.leg)
        leg = sorted(map(side.leg, poses))[len(poses) // 2]
        contact = stride.foot_strike_ns, stride.toe_off_ns
        torsos = [side.torso(pose) for pose in poses]
        ahead = sum(side.ahead(pose, torso) for pose, torso in zip(poses, torsos, strict=True))
        ankles = [side.ankles(pose) for pose in poses]
        for path, views in (
            (passage(ankles, *contact, leg), self._views),
            (tread(poses, *contact, side.forward), self._pictured),
        ):
            if path:
                views.append(StrideView(path, leg, sum(torsos), ahead))

    def finding(self) -> Finding | None:
        """What is known so far; None before `LEAST_STRIDES`."""
        if self._facing is None:
            return None
        views = max(map(_alike, (self._pictured, self._views)), key=_enough)
        if not _enough(views):
            return None
        run = sum(view.path.run for view in views)
        rise = sum(view.path.rise for view in views)
        way = sum(view.path.way for view in views)
        time = sum(view.path.time for view in views)
        along = Passage(run, rise, time, way)
        yaw_bam = self._yaw(views, self._facing)
        return Finding(
            facing=self._facing,
            strides=len(views),
            tilt_bam=atan2(-rise, run),
            tilt_se_bam=atan2(_scatter(views, along.slope), run << Q30),
            yaw_bam=yaw_bam,
            leg=divide_round(sum(view.leg for view in views), len(views)),
            speed=_along_the_path(along, yaw_bam),
        )

    def _yaw(self, views: Sequence[StrideView], facing: Side) -> int:
        seen = _yaw(sum(view.ahead for view in views), sum(view.torso for view in views))
        left_bam, right_bam = self._yaw_error
        return seen - (right_bam if facing is Side.RIGHT else left_bam)


class _Side:
    """Reads poses of a runner who shows this side."""

    def __init__(self, facing: Side) -> None:
        right = facing is Side.RIGHT
        self.forward = 1 if right else -1
        self._near, self._far = (1, 0) if right else (0, 1)

    def leg(self, pose: Pose) -> int:
        """Length of thigh and shank of the near leg."""
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
        """Length from near hip to near shoulder."""
        hip = (LEFT_HIP, RIGHT_HIP)[self._near]
        return _length(pose, hip, (LEFT_SHOULDER, RIGHT_SHOULDER)[self._near])

    def ankles(self, pose: Pose) -> Ankles:
        """Both of them, the near one first."""
        pair = (LEFT_ANKLE, RIGHT_ANKLE)
        near, far, forward = pose[pair[self._near]], pose[pair[self._far]], self.forward
        return Ankles(pose.t_ns, forward * near.x, near.y, forward * far.x, far.y)

    def ahead(self, pose: Pose, torso: int) -> int:
        """How far the joints that should be abreast are ahead on the near side, in all."""
        most = torso * FURTHEST_PERCENT // 100
        total = 0
        for pair in ABREAST:
            near, far = pose[pair[self._near]], pose[pair[self._far]]
            total += max(-most, min(most, self.forward * (near.x - far.x)))
        return total


def _length(pose: Pose, a: str, b: str) -> int:
    (a_x, a_y, _), (b_x, b_y, _) = pose[a], pose[b]
    return isqrt((a_x - b_x) ** 2 + (a_y - b_y) ** 2)


def _alike(views: Iterable[StrideView]) -> Sequence[StrideView]:
    """Those whose path is as steep as that of most."""
    slopes = sorted((view.path.slope, number, view) for number, view in enumerate(views))
    if not slopes:
        return []
    middle = slopes[len(slopes) // 2][0]
    off = sorted(abs(slope - middle) for slope, _, _ in slopes)[len(slopes) // 2]
    return [view for slope, _, view in slopes if abs(slope - middle) <= OUTLIER_MADS * off]


def _enough(views: Sequence[StrideView]) -> bool:
    return len(views) >= LEAST_STRIDES


def _scatter(views: Sequence[StrideView], slope: int) -> int:
    """Standard error of the common slope times the sum of the weights, Q2.30.

    The slope is the mean of those of the strides, each weighted by its `run`.
    """
    return isqrt(sum((view.path.run * (view.path.slope - slope)) ** 2 for view in views))


def _along_the_path(along: Passage, yaw_bam: int) -> int:
    """Speed in the direction of the path, as seen from the side."""
    slope = along.slope
    in_picture = along.speed * isqrt((1 << 2 * Q30) + slope * slope)
    return divide_round(in_picture, cos_sin(yaw_bam)[0])


def _yaw(ahead: int, torso: int) -> int:
    """From how far the near side is ahead: minus the sine is that over the breadth."""
    breadth = torso * ABREAST_PERMILLE
    most = breadth * SIN_60_PERMILLE // 1000
    across = max(-most, min(most, -ahead * TORSO_PERMILLE))
    return atan2(across, isqrt(breadth * breadth - across * across))
