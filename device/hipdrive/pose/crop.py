"""Which window of the picture the model sees.

A treadmill runner stays in place, and every move of the window shifts the grid that the model's
coordinates lie on. So the window stands still until the runner has clearly moved or come nearer,
and then glides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import LEFT_HIP, LEFT_SHOULDER, RIGHT_HIP, RIGHT_SHOULDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.types.pose import Pose

SMOOTH_S = 1.0
"""The torso bounces with every step and its key points are noisy; the window ignores both."""
GLIDE_S = 1.0
DEAD_BAND = 0.08
"""Share of the height by which the runner may be off before the window moves."""
ARRIVED = 0.015
LEAST_TORSO_PX = 12.0
LOST_NS = 500_000_000
CANDIDATE_SCORE = ONE // 6
"""A body score worth a closer look while searching: somebody small in the picture scores low."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle in pixels of the camera's picture; it may reach beyond the edges.

    The model sees it stretched to a square.
    """

    left_px: int
    top_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class WindowShape:
    """What part of the picture around a person a model wants to see, in lengths of the torso.

    From the hips it is 1.6 to the crown, 1.8 to 2.1 to the toes, and a foot goes 1.1 to the back.

    Attributes:
        height, width: of the window.
        below_hips: where its middle is.
        first_looks: how often somebody who has just been found is looked at in that picture, at
            most, each time in the window that the look before gave.
    """

    height: float
    width: float
    below_hips: float = 0.0
    first_looks: int = 1


@dataclass(frozen=True, slots=True)
class BodyPosition:
    """Where a person is and how large: middle of the hips and length of the torso, in pixels."""

    x: float
    y: float
    torso: float

    @classmethod
    def of(cls, pose: Pose) -> BodyPosition:
        """Of the person whose key points these are."""
        hip_x, hip_y = _middle(pose, LEFT_HIP, RIGHT_HIP)
        shoulder_x, shoulder_y = _middle(pose, LEFT_SHOULDER, RIGHT_SHOULDER)
        torso = math.hypot(hip_x - shoulder_x, hip_y - shoulder_y)
        return cls(hip_x, hip_y, max(torso, LEAST_TORSO_PX))

    def towards(self, other: BodyPosition, share: float) -> BodyPosition:
        """The position a share of the way to another."""
        return BodyPosition(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
            self.torso + (other.torso - self.torso) * share,
        )

    def distance(self, other: BodyPosition, shape: WindowShape) -> float:
        """How far off the other is, as a share of the window's height."""
        off = max(abs(other.x - self.x), abs(other.y - self.y)) / (self.torso * shape.height)
        return max(off, abs(other.torso - self.torso) / self.torso)

    def window(self, shape: WindowShape) -> Window:
        """In whole pixels: the phase of the model's grid then changes in steps."""
        width, height = shape.width * self.torso, shape.height * self.torso
        top = self.y + shape.below_hips * self.torso - height / 2
        return Window(round(self.x - width / 2), round(top), round(width), round(height))


def _middle(pose: Pose, a: str, b: str) -> tuple[float, float]:
    (a_x, a_y, _), (b_x, b_y, _) = pose[a], pose[b]
    return (a_x + b_x) / (2 * ONE), (a_y + b_y) / (2 * ONE)


class CropTracker:
    """Holds the window on the runner.

    Args:
        width_px, height_px: size of the picture.
        shape: of the window around a runner.
    """

    def __init__(self, width_px: int, height_px: int, shape: WindowShape) -> None:
        self._shape = shape
        self._search = list(search_windows(width_px, height_px))
        self._turn = 0
        self._held: BodyPosition | None = None
        self._runner = BodyPosition(0, 0, 1)
        self._sightings = 0
        self._gliding = False
        self._seen_ns = 0
        self._last_ns = 0

    @property
    def searching(self) -> bool:
        """True while no runner is held."""
        return self._held is None

    @property
    def window(self) -> Window:
        """Where to look next."""
        return self._search[self._turn] if self._held is None else self._held.window(self._shape)

    @property
    def standing(self) -> bool:
        """True while the window stands still on a runner."""
        return self._held is not None and not self._gliding

    def lock(self, pose: Pose) -> None:
        """Jump to a runner who has just been found."""
        self._held = self._runner = BodyPosition.of(pose)
        self._sightings = 1
        self._gliding = False
        self._seen_ns = self._last_ns = pose.t_ns

    def follow(self, pose: Pose) -> None:
        """Take note of the pose found in `window`: move slowly, or go searching."""
        if self._held is None:
            self._turn = (self._turn + 1) % len(self._search)
            return
        elapsed_s = max(0, pose.t_ns - self._last_ns) / 1e9
        self._last_ns = pose.t_ns
        if pose.runner_seen:
            self._seen_ns = pose.t_ns
            self._held = self._follow(self._held, BodyPosition.of(pose), elapsed_s)
        elif pose.t_ns - self._seen_ns > LOST_NS:
            self._held = None
            self._turn = 0

    def _follow(self, held: BodyPosition, seen: BodyPosition, elapsed_s: float) -> BodyPosition:
        self._sightings += 1
        share = max(1 / self._sightings, elapsed_s / (elapsed_s + SMOOTH_S))
        self._runner = self._runner.towards(seen, share)
        off = held.distance(self._runner, self._shape)
        self._gliding = off > (ARRIVED if self._gliding else DEAD_BAND)
        if not self._gliding:
            return held
        return held.towards(self._runner, elapsed_s / (elapsed_s + GLIDE_S))


def search_windows(width_px: int, height_px: int) -> Iterator[Window]:
    """Where to look for a runner, in turn: the whole picture, then squares along its long side.

    In the whole of a wide or tall picture a runner is small and scores low.
    """
    long, short = max(width_px, height_px), min(width_px, height_px)
    yield Window((width_px - long) // 2, (height_px - long) // 2, long, long)
    if long * 4 > short * 5:
        for offset in ((long - short) // 2, 0, long - short):
            left, top = (offset, 0) if width_px > height_px else (0, offset)
            yield Window(left, top, short, short)
