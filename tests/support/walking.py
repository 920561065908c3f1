"""Somebody who walks, from published kinematics: what must not be taken for a runner.

Turning points of the angles in normal walking, in per cent of a stride from heel strike, after
Winter's averages (The Biomechanics and Motor Control of Human Gait) as textbooks draw them; between
two of them the curves follow half a cosine. The trunk is highest when a leg stands upright below it
and lowest when both feet are on the ground, 4 to 5 cm between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi

from support.walker import Walker

THIGH_BACK = ((-14.0, -26.0), (53.0, 18.0), (86.0, -26.0))
"""The thigh against gravity, positive behind the hip: it swings forward to 26 degrees, and is
18 degrees back when the other heel strikes."""
KNEE_BENT = ((-2.0, 3.0), (14.0, 18.0), (40.0, 4.0), (72.0, 62.0), (98.0, 3.0))
"""Bent a little when it takes the weight, and by 62 degrees in the air."""
FURTHEST_BACK = 0.53
LOWEST = 0.03
"""Share of a stride after heel strike; and again half a stride later."""


def curve(turning_points: tuple[tuple[float, float], ...], turns: float) -> float:
    """The angle at a phase in strides since heel strike."""
    first = turning_points[0][0]
    percent = (100 * turns - first) % 100 + first
    for (start, before), (end, after) in pairwise(turning_points):
        if percent <= end:
            return before + (after - before) * (1 - cos(pi * (percent - start) / (end - start))) / 2
    raise AssertionError


@dataclass(frozen=True, slots=True)
class WalkingPerson(Walker):
    """Key points of somebody who walks, 113 steps a minute as they are."""

    stride_s: float = 1.06
    lean_deg: float = 3.0
    bounce_px: float = -4.7
    """Half of 4.5 cm at 207 px a metre: a leg of 178 px is 0.86 m."""

    def thigh_deg(self, t_ns: float, *, near: bool = True) -> float:
        return curve(THIGH_BACK, self._turns(t_ns, near=near))

    def knee_deg(self, t_ns: float, *, near: bool = True) -> float:
        return curve(KNEE_BENT, self._turns(t_ns, near=near))

    def _turns(self, t_ns: float, *, near: bool) -> float:
        return self.phase(t_ns, near=near) / (2 * pi) + FURTHEST_BACK
