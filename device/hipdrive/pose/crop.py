"""Which square of the picture the model sees.

A treadmill runner stays in place, and every move of the square shifts the grid that the model's
coordinates lie on. So the square stands still until the runner has clearly moved or come nearer,
and then glides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.gait import keypoints as kp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.gait.keypoints import Pose

SIDE_IN_TORSOS = 3.8
"""Side of the square, centred on the hips, over the length of the torso: MoveNet's authors crop so.
From the hips it is 1.6 torsos to the top of the head and 1.8 to the sole."""
SMOOTH_S = 1.0
"""The torso bounces with every step and its key points are noisy; the square ignores both."""
GLIDE_S = 1.0
DEAD_BAND = 0.08
"""Share of the side by which the runner may be off before the square moves."""
ARRIVED = 0.015
LEAST_TORSO_PX = 12.0
LOST_NS = 500_000_000


@dataclass(frozen=True, slots=True)
class Square:
    """A square in pixels of the camera's picture; it may reach beyond the edges."""

    left_px: int
    top_px: int
    side_px: int


@dataclass(frozen=True, slots=True)
class Aim:
    """Centre and side of a square, in pixels."""

    x: float
    y: float
    side: float

    @classmethod
    def at(cls, pose: Pose) -> Aim:
        """At the hips, and as large as the torso tells."""
        hip_x, hip_y = _middle(pose, kp.LEFT_HIP, kp.RIGHT_HIP)
        shoulder_x, shoulder_y = _middle(pose, kp.LEFT_SHOULDER, kp.RIGHT_SHOULDER)
        torso = math.hypot(hip_x - shoulder_x, hip_y - shoulder_y)
        return cls(hip_x, hip_y, SIDE_IN_TORSOS * max(torso, LEAST_TORSO_PX))

    def towards(self, other: Aim, share: float) -> Aim:
        """A share of the way to another."""
        return Aim(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
            self.side + (other.side - self.side) * share,
        )

    def distance(self, other: Aim) -> float:
        """How far off the other is, as a share of the side."""
        off = max(abs(other.x - self.x), abs(other.y - self.y), abs(other.side - self.side))
        return off / self.side

    def square(self) -> Square:
        """In whole pixels: the phase of the model's grid then changes in steps."""
        half = self.side / 2
        return Square(round(self.x - half), round(self.y - half), round(self.side))


def _middle(pose: Pose, a: int, b: int) -> tuple[float, float]:
    points = pose.points
    return (
        (points[3 * a] + points[3 * b]) / (2 * kp.ONE),
        (points[3 * a + 1] + points[3 * b + 1]) / (2 * kp.ONE),
    )


class CropTracker:
    """Holds the square on the runner.

    Args:
        width_px, height_px: size of the picture.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self._search = list(search_squares(width_px, height_px))
        self._turn = 0
        self._aim: Aim | None = None
        self._runner = Aim(0, 0, 1)
        self._sightings = 0
        self._gliding = False
        self._seen_ns = 0
        self._last_ns = 0

    @property
    def searching(self) -> bool:
        """True while no runner is held."""
        return self._aim is None

    @property
    def square(self) -> Square:
        """Where to look next."""
        return self._search[self._turn] if self._aim is None else self._aim.square()

    def lock(self, pose: Pose) -> None:
        """Jump to a runner who has just been found."""
        self._aim = self._runner = Aim.at(pose)
        self._sightings = 1
        self._gliding = False
        self._seen_ns = self._last_ns = pose.t_ns

    def follow(self, pose: Pose) -> None:
        """Take note of the pose found in `square`: move slowly, or go searching."""
        if self._aim is None:
            self._turn = (self._turn + 1) % len(self._search)
            return
        elapsed_s = max(0, pose.t_ns - self._last_ns) / 1e9
        self._last_ns = pose.t_ns
        if pose.runner_seen:
            self._seen_ns = pose.t_ns
            self._aim = self._follow(self._aim, Aim.at(pose), elapsed_s)
        elif pose.t_ns - self._seen_ns > LOST_NS:
            self._aim = None
            self._turn = 0

    def _follow(self, aim: Aim, seen: Aim, elapsed_s: float) -> Aim:
        self._sightings += 1
        share = max(1 / self._sightings, elapsed_s / (elapsed_s + SMOOTH_S))
        self._runner = self._runner.towards(seen, share)
        self._gliding = aim.distance(self._runner) > (ARRIVED if self._gliding else DEAD_BAND)
        if not self._gliding:
            return aim
        return aim.towards(self._runner, elapsed_s / (elapsed_s + GLIDE_S))


def search_squares(width_px: int, height_px: int) -> Iterator[Square]:
    """Where to look for a runner, in turn: the whole picture, then squares along its long side.

    In the whole of a wide or tall picture a runner is small and scores low.
    """
    long, short = max(width_px, height_px), min(width_px, height_px)
    yield Square((width_px - long) // 2, (height_px - long) // 2, long)
    if long * 4 > short * 5:
        for offset in ((long - short) // 2, 0, long - short):
            yield Square(offset, 0, short) if width_px > height_px else Square(0, offset, short)
