"""Whether a stride is one of a single runner, large enough to measure, who runs.

Running and walking are told apart by the trunk. A runner flies between two contacts: the trunk is
highest just after the thigh was furthest back and lowest in the middle of the contact. Who walks
vaults over a straight leg, so the trunk is highest in the middle of the contact (Cavagna 1977).

How far it rises is a matter of gravity. Take the trunk's path for one sine wave a step and call the
amplitude of its acceleration the lift. A contact of share c of the step, its force half a sine
wave, gives a lift of 2 cos(pi c) / (1 - 4 c^2) g: 2/3 g without any flight, 1 g at c = 0.82, 1.6 g
at c = 0.5. A film in slow motion by a factor k shows 1 / k^2 of it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection, Stride

if TYPE_CHECKING:
    from hipdrive.gait.events.peaks import GridAngle
    from hipdrive.types.pose import Pose

LEAST_THIGH_PX = 36
"""Mean length of the near thigh in the camera's picture. A pixel is 1.6 degrees of such a thigh,
and the model sees the picture enlarged. With MoveNet the error of a rendered runner's peak had an
SD of 0.8 to 1.4 degrees at 67 px and more, up to 2.4 at 51 and 3.7 at 39: three times the usual."""
LIFT_MG_PER_THIGH = 5280
"""Lift in thousandths of g of somebody whose trunk is, on average, a thigh higher around the peaks
than between them, at a stride of a second: pi / 4 of that is the amplitude, at two waves a stride
(4 pi / 1 s)^2 its acceleration, and half a leg is 0.2455 (Drillis and Contini 1966) of 1.70 m."""
LEAST_LIFT_MG = 500
"""At a stride of a second, and less with the square of the time for shorter ones: half of what
gravity asks for, as contacts of slow runners last no longer than 0.4 s and a long stride is mostly
flight."""
KEPT_NS = 1_200_000_000
"""A stride and what passes until it is known."""
MS = 1_000_000
_EIGHTHS = 8
_AROUND_PEAKS = frozenset({0, 3, 4, 7})
"""Eighths of a stride, between two peaks of a leg: those next to a peak of either leg."""


class Trunk(NamedTuple):
    """How low the trunk is at one moment of the grid, and how long the near thigh; Q16.16 px."""

    t_ns: int
    down: int
    thigh_length: int


class RunnerScreen:
    """Watches the trunk and who else is there, and rejects strides accordingly."""

    def __init__(self) -> None:
        self._trunk: deque[Trunk] = deque(maxlen=KEPT_NS // PERIOD_NS)
        self._crowded_ns: int | None = None

    def reset(self) -> None:
        """A gap: what was before it does not count."""
        self._trunk.clear()

    def see(self, pose: Pose) -> None:
        """Note whether somebody else was there."""
        if pose.crowded:
            self._crowded_ns = pose.t_ns

    def add(self, near: GridAngle, joints: list[int]) -> None:
        """Take the next moment of the grid in: the near leg, and `Joints.coordinates`."""
        _, shoulder_y, _, hip_y, _, _, _, far_hip_y, *_ = joints
        down = (2 * shoulder_y + hip_y + far_hip_y) >> 2
        self._trunk.append(Trunk(near.t_ns, down, near.thigh_length))

    def judge(self, stride: Stride) -> Stride:
        """The stride, rejected if it is not one of a runner alone, near enough, who runs."""
        rejection = self._rejection(stride)
        if rejection is stride.rejection:
            return stride
        return replace(stride, rejection=rejection, measures=())

    def _rejection(self, stride: Stride) -> Rejection | None:
        began_ns = stride.t_ns - stride.stride_time_ns
        if self._crowded_ns is not None and self._crowded_ns >= began_ns:
            return Rejection.SEVERAL_PEOPLE
        moments = [moment for moment in self._trunk if began_ns <= moment.t_ns < stride.t_ns]
        if not moments:
            return stride.rejection
        thigh_length = sum(moment.thigh_length for moment in moments) // len(moments)
        if thigh_length < LEAST_THIGH_PX * ONE:
            return Rejection.TOO_SMALL
        if stride.rejection is None and not _flies(moments, stride, thigh_length):
            return Rejection.NOT_RUNNING
        return stride.rejection


def _flies(moments: list[Trunk], stride: Stride, thigh_length: int) -> bool:
    """Whether the trunk rises as gravity makes a runner's rise."""
    began_ns, time_ms = stride.t_ns - stride.stride_time_ns, stride.stride_time_ns // MS
    around: list[int] = []
    between: list[int] = []
    for t_ns, down, _ in moments:
        eighth = (t_ns - began_ns) * _EIGHTHS // stride.stride_time_ns
        (around if eighth in _AROUND_PEAKS else between).append(down)
    if not around or not between:
        return True
    rise = sum(between) // len(between) - sum(around) // len(around)
    least_mg = LEAST_LIFT_MG * time_ms * time_ms // MS
    return rise * LIFT_MG_PER_THIGH * MS >= least_mg * time_ms * time_ms * thigh_length
