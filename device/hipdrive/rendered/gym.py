"""A gym behind the runner: more treadmills in a row, and a wall with screens or a mirror."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.view import View

    Rgb = tuple[float, ...]

EVERY_M = 1.15
MACHINE_BEHIND_M = 1.45
"""From the runner to the row of machines."""
MIRROR_M = (0.05, 2.1)
"""Heights above the floor."""
TILE_M = 0.6
TOP, FRONT = 1.2, 0.85
"""How bright the faces of a box are beside its side."""


class Gym:
    """Paints it.

    Args:
        view: from where.
        far: side of the wall, 1 to the runner's left, -1 to the right.
        wall_m: how far the wall is behind.
        floor_m: height of the floor.
        fill: puts a polygon of pixels into the picture in a colour.
    """

    def __init__(
        self,
        view: View,
        far: float,
        wall_m: float,
        floor_m: float,
        fill: Callable[[Array, Rgb], None],
    ) -> None:
        self._view = view
        self._far = far
        self._wall_m = wall_m
        self._floor_m = floor_m
        self._fill = fill

    def paint(self, chance: np.random.Generator, *, mirror: bool) -> None:
        """Paint it; the machines are before a mirror and in it."""
        self._tiles()
        if mirror:
            low, high = (self._floor_m + height for height in MIRROR_M)
            self._upright((-5.0, 5.0), (low, high), (176, 186, 188))
            self._upright((-5.0, 5.0), (low, self._floor_m + 0.45), (132, 134, 132))
            tones = chance.uniform(0.75, 1.1, 8)
            self._row(2 * self._wall_m - MACHINE_BEHIND_M + 1.0, tones * 0.9)
            for x in np.arange(-4.0, 4.0, 1.6):
                self._upright((x, x + 0.02), (low, high), (120, 124, 126))
        else:
            self._wall(chance)
            self._row(MACHINE_BEHIND_M, chance.uniform(0.7, 1.2, 8))

    def _wall(self, chance: np.random.Generator) -> None:
        self._upright((-5.0, 5.0), (self._floor_m, self._floor_m + 0.12), (70, 68, 66))
        self._upright((-5.0, 5.0), (2.02, 2.1), (252, 252, 246))
        for x in np.arange(-3.0, 3.0, 1.5):
            shift = chance.uniform(-0.2, 0.2)
            screen = tuple(chance.uniform(40, 200, 3).tolist())
            self._upright((x + shift, x + shift + 0.8), (1.32, 1.8), (24, 24, 28))
            self._upright((x + shift + 0.04, x + shift + 0.76), (1.36, 1.76), screen)

    def _tiles(self) -> None:
        y = np.array([-0.5, self._wall_m]) * self._far
        for x in np.arange(-5.0, 5.0, TILE_M):
            self._floor((x, x + 0.02), (y[0], y[1]), (92, 86, 80))
        for aside in np.arange(0.5, self._wall_m, TILE_M):
            self._floor((-6, 6), (aside * self._far, (aside + 0.015) * self._far), (92, 86, 80))

    def _row(self, behind_m: float, tones: Array) -> None:
        for number, tone in enumerate(tones.tolist()):
            self._machine((number - 3.5) * EVERY_M + 0.25, behind_m, tone)

    def _machine(self, x: float, behind_m: float, tone: float) -> None:
        """A second treadmill, seen from its side."""
        floor = self._floor_m
        far, near = behind_m + 0.35, behind_m - 0.35
        grey = tuple(tone * value for value in (78.0, 80.0, 84.0))
        dark = tuple(tone * value for value in (44.0, 44.0, 48.0))
        self._box((x - 0.6, x + 0.45), (near, far), (floor, floor + 0.16), grey)
        for y in (far - 0.06, near):
            self._box((x + 0.36, x + 0.44), (y, y + 0.06), (floor + 0.16, floor + 1.3), dark)
            self._box((x + 0.0, x + 0.42), (y, y + 0.05), (floor + 1.02, floor + 1.08), dark)
        self._box((x + 0.3, x + 0.44), (near, far), (floor + 1.2, floor + 1.5), dark)
        self._box((x + 0.29, x + 0.3), (near + 0.1, far - 0.1), (floor + 1.26, floor + 1.46), grey)

    def _box(
        self,
        x: tuple[float, float],
        behind: tuple[float, float],
        z: tuple[float, float],
        colour: Rgb,
    ) -> None:
        near, far = behind
        side = -1 if self._view.position[0] < x[0] else 1
        end = x[0] if side < 0 else x[1]
        top = [(x[0], near, z[1]), (x[1], near, z[1]), (x[1], far, z[1]), (x[0], far, z[1])]
        front = [(end, near, z[0]), (end, far, z[0]), (end, far, z[1]), (end, near, z[1])]
        face = [(x[0], near, z[0]), (x[1], near, z[0]), (x[1], near, z[1]), (x[0], near, z[1])]
        for corners, shade in ((top, TOP), (front, FRONT), (face, 1.0)):
            self._polygon(corners, tuple(shade * value for value in colour))

    def _upright(self, x: tuple[float, float], z: tuple[float, float], colour: Rgb) -> None:
        """On the wall."""
        y = self._wall_m
        corners = [(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])]
        self._polygon(corners, colour)

    def _floor(self, x: tuple[float, float], y: tuple[float, float], colour: Rgb) -> None:
        z = self._floor_m
        corners = [(x[0], y[0], z), (x[1], y[0], z), (x[1], y[1], z), (x[0], y[1], z)]
        self._fill(self._view.project(np.array(corners)), colour)

    def _polygon(self, corners: list[tuple[float, float, float]], colour: Rgb) -> None:
        """Corners as along, behind, up."""
        positions = np.array(corners) * [1, self._far, 1]
        self._fill(self._view.project(positions), colour)
