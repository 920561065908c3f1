"""Drawing a body into a picture: shaded capsules, the furthest first."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.rendered.parts import Part, palette, parts

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.parts import Rgb
    from hipdrive.rendered.settings import SceneSettings
    from hipdrive.rendered.view import View
    from hipdrive.types.frame import RgbImage

_SUBPIXEL_BITS = 4
_ROUNDING = np.linspace(pi / 2, 3 * pi / 2, 7)
_ARC = np.concatenate([_ROUNDING, _ROUNDING + pi])
"""Directions of the outline's points against the capsule's: half a turn round each end."""
LAYERS = ((1.0, 0.0, 0.72), (0.78, 0.14, 0.9), (0.42, 0.3, 1.06))
"""Of the shading, from the rim inwards: share of the radius, shift towards the light in radii,
brightness."""
LIGHT_FROM = np.array([0.45, -0.9])
"""Right and above in the picture."""
FAR_SHADE = 0.78


class CapsuleFigure:
    """Draws one body.

    Args:
        scene: clothes and light.
        height_m: of the body.
        build: its girth, 1 is slim.
        shade: how bright the body is beside the runner.
    """

    def __init__(
        self, scene: SceneSettings, height_m: float, build: float, shade: float = 1.0
    ) -> None:
        self._parts = parts()
        self._start_radius = _column(self._parts, "start_radius") * height_m * build
        self._end_radius = _column(self._parts, "end_radius") * height_m * build
        self._start_share = _column(self._parts, "start_share")[:, None]
        self._end_share = _column(self._parts, "end_share")[:, None]
        colours = palette(scene)
        self._colours = [
            _layers(colours[part.colour], scene.light * shade * _far(part)) for part in self._parts
        ]

    def draw(self, image: RgbImage, joints: JointPositions, index: int, view: View) -> None:
        """Draw into the picture as it is at the time with this index."""
        ends = np.array(
            [
                [joints[getattr(part, end)][index] for part in self._parts]
                for end in ("start", "end")
            ]
        )
        start, end = view.project(ends)
        start_px, end_px = view.scale(ends)
        along = end - start
        start, end = start + along * self._start_share, start + along * self._end_share
        shapes = _outlines(start, end, start_px * self._start_radius, end_px * self._end_radius)
        for part_shapes, colours in zip(shapes, self._colours, strict=True):
            for shape, colour in zip(part_shapes, colours, strict=True):
                cv2.fillConvexPoly(image, shape, colour, cv2.LINE_AA, _SUBPIXEL_BITS)


def _outlines(start: Array, end: Array, start_radius: Array, end_radius: Array) -> Array:
    """Points of every layer of every capsule, [parts, layers, points, 2], fixed point."""
    along = end - start
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    half = len(_ARC) // 2
    rim = np.cos(_ARC)[:, None] * along[:, None] + np.sin(_ARC)[:, None] * across[:, None]
    centre = np.repeat(np.stack([start, end], axis=1), half, axis=1)
    radius = np.repeat(np.stack([start_radius, end_radius], axis=1), half, axis=1)[..., None]
    layers = [centre + radius * (share * rim + shift * LIGHT_FROM) for share, shift, _ in LAYERS]
    fixed: Array = np.rint(np.stack(layers, axis=1) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    return fixed


def _layers(colour: Rgb, brightness: float) -> list[tuple[int, ...]]:
    return [
        tuple(min(255, round(value * shade * brightness)) for value in colour)
        for _, _, shade in LAYERS
    ]


def _far(part: Part) -> float:
    return FAR_SHADE if part.start.endswith("_far") else 1.0


def _column(rows: tuple[Part, ...], name: str) -> Array:
    return np.array([getattr(row, name) for row in rows])
