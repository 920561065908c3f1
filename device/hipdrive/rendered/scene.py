"""Everything in the picture that is not a runner: room, treadmill, belt."""

from __future__ import annotations

from functools import partial
from math import cos, sin
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.rendered.gym import Gym

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.rendered.view import View
    from hipdrive.types.frame import RgbImage

BELT_M = (-0.85, 0.75)
BELT_HALF_WIDTH_M = 0.25
DECK_HALF_WIDTH_M = 0.38
DECK_M = (-0.95, 1.1)
FLOOR_M = -0.2
STRIPES_EVERY_M = 0.32
STRIPE_M = 0.03
WALL_BEHIND_M = 2.2
RAIL_M = 0.045


class Scene:
    """The room with a treadmill whose belt moves.

    Args:
        settings: what it looks like.
        slope: of the belt, radians.
        view: from where.
    """

    def __init__(self, settings: RenderedSettings, slope: float, view: View) -> None:
        self._view = view
        self._slope = slope
        self._far = -1.0 if settings.runner.facing == "left" else 1.0
        self._light = settings.scene.light
        self._speed_mps = settings.treadmill.speed_mps
        height_px, width_px = settings.camera.height_px, settings.camera.width_px
        self._room = np.zeros((height_px, width_px, 3), np.uint8)
        self._paint_room(settings.scene.background, np.random.default_rng((settings.seed, 2)))
        self._paint_treadmill(self._room)
        # Where it is, whatever is behind: on black and on white it looks the same.
        black, white = np.zeros_like(self._room), np.full_like(self._room, 255)
        for image in (black, white):
            self._paint_treadmill(image)
        self._treadmill = (black == white).all(axis=2)
        self._handrail = settings.scene.handrail

    def draw(self, image: RgbImage, t_s: float) -> None:
        """Put the room with the belt as it is at a time into the picture."""
        np.copyto(image, self._room)
        self._paint_stripes(image, t_s)

    def draw_treadmill(self, image: RgbImage, t_s: float) -> None:
        """Put the treadmill before whatever has been drawn behind it."""
        image[self._treadmill] = self._room[self._treadmill]
        self._paint_stripes(image, t_s)

    def draw_before(self, image: RgbImage) -> None:
        """Put what is between runner and camera into the picture."""
        if not self._handrail:
            return
        y = -self._far * DECK_HALF_WIDTH_M
        for start, end, tone in (((-0.3, 0.93), (0.98, 1.0), 92), ((0.98, 1.0), (1.02, -0.15), 80)):
            ends = self._tilted([(start[0], y, start[1]), (end[0], y, end[1])])
            width_px = RAIL_M * float(self._view.scale(np.array([0.0, y, 1.0])))
            for share, shade in ((1.0, 0.7), (0.6, 1.0), (0.25, 1.35)):
                self._line(image, ends, share * width_px, tone * shade)

    def _paint_stripes(self, image: RgbImage, t_s: float) -> None:
        start, end = BELT_M
        offset_m = (-self._speed_mps * t_s) % STRIPES_EVERY_M
        for x in np.arange(start + offset_m, end - STRIPE_M, STRIPES_EVERY_M):
            self._slab(image, (x, x + STRIPE_M), BELT_HALF_WIDTH_M, 0.0, (74, 74, 78))

    def _paint_room(self, background: str, chance: np.random.Generator) -> None:
        image = self._room
        height_px = image.shape[0]
        wall = np.linspace(168, 196, height_px)[:, None, None] * np.array([1.0, 0.98, 0.94])
        image[:] = np.minimum(wall * self._light, 255)
        far_m = self._far * WALL_BEHIND_M
        gym = background in {"machines", "mirror"}
        # A corner behind an oblique camera would be seen upside down.
        wide, narrow = (4.5, 4.0) if gym else (9.0, 9.0)
        corner = self._view.project(np.array([[-wide, far_m, FLOOR_M], [wide, far_m, FLOOR_M]]))
        near_m = -0.5 * self._far
        front = self._view.project(
            np.array([[narrow, near_m, FLOOR_M], [-narrow, near_m, FLOOR_M]])
        )
        self._fill(image, np.concatenate([corner, front]), (112, 104, 96))
        if gym:
            fill = partial(self._fill, image)
            Gym(self._view, self._far, WALL_BEHIND_M, FLOOR_M, fill).paint(
                chance, mirror=background == "mirror"
            )
        if gym or background == "plain":
            return
        for _ in range(7):
            x = chance.uniform(-2.6, 2.6)
            wide, low, high = chance.uniform(0.1, 0.6), chance.uniform(-0.2, 0.9), 0.0
            high = low + chance.uniform(0.2, 1.1)
            tone = chance.uniform(60, 200)
            colour = tuple((tone + chance.uniform(-20, 20, 3)).tolist())
            self._fill(image, self._upright(x, x + wide, low, high), colour)
        if background == "window":
            self._fill(image, self._upright(-1.3, 0.9, 0.7, 2.0), (245, 250, 255))

    def _upright(self, left_m: float, right_m: float, low_m: float, high_m: float) -> Array:
        y = self._far * WALL_BEHIND_M
        corners = [(left_m, low_m), (right_m, low_m), (right_m, high_m), (left_m, high_m)]
        return self._view.project(np.array([(x, y, z) for x, z in corners]))

    def _paint_treadmill(self, image: RgbImage) -> None:
        for side in (self._far, -self._far):
            y = side * DECK_HALF_WIDTH_M
            post = self._tilted([(1.0, y, 0.0), (1.06, y, 0.0), (0.98, y, 1.15), (0.92, y, 1.15)])
            rail = self._tilted([(0.55, y, 0.92), (0.98, y, 1.0), (0.98, y, 1.06), (0.55, y, 0.97)])
            if side == self._far:
                self._fill(image, post, (70, 70, 76))
                self._fill(image, rail, (60, 60, 66))
                self._slab(image, DECK_M, DECK_HALF_WIDTH_M, -0.005, (58, 58, 62))
                self._slab(image, BELT_M, BELT_HALF_WIDTH_M, 0.0, (38, 38, 42))
        near = -self._far * DECK_HALF_WIDTH_M
        start, end = DECK_M
        edge = [
            (start, near, -0.005),
            (end, near, -0.005),
            (end, near, -0.17),
            (start, near, -0.17),
        ]
        self._fill(image, self._tilted(edge), (150, 152, 156))
        console = [(0.9, 0.0, 1.12), (1.02, 0.0, 1.12), (0.98, 0.0, 1.4), (0.94, 0.0, 1.4)]
        self._fill(image, self._tilted(console), (30, 30, 34))

    def _slab(
        self,
        image: RgbImage,
        along_m: tuple[float, float],
        half_width_m: float,
        z: float,
        colour: tuple[float, ...],
    ) -> None:
        start, end = along_m
        corners = [(start, -half_width_m, z), (end, -half_width_m, z)]
        corners += [(end, half_width_m, z), (start, half_width_m, z)]
        self._fill(image, self._tilted(corners), colour)

    def _tilted(self, positions: list[tuple[float, float, float]]) -> Array:
        """Pixels of positions on the treadmill, x along the belt and z square to it."""
        x, y, z = np.array(positions).T
        cosine, sine = cos(self._slope), sin(self._slope)
        return self._view.project(np.stack([x * cosine - z * sine, y, x * sine + z * cosine], 1))

    def _line(self, image: RgbImage, ends: Array, width_px: float, tone: float) -> None:
        along = (ends[1] - ends[0]) / max(float(np.linalg.norm(ends[1] - ends[0])), 1e-6)
        across = np.array([-along[1], along[0]]) * width_px / 2
        corners = [ends[0] + across, ends[1] + across, ends[1] - across, ends[0] - across]
        self._fill(image, np.array(corners), (tone, tone, tone * 1.04))

    def _fill(self, image: RgbImage, corners: Array, colour: tuple[float, ...]) -> None:
        lit = tuple(min(255, round(value * self._light)) for value in colour)
        points = np.rint(np.clip(corners, -4000, 4000) * 16).astype(np.int32)
        cv2.fillConvexPoly(image, points, lit, cv2.LINE_AA, 4)
