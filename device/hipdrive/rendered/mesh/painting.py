"""Draws a skinned body: shaded quads, the furthest first, twice as fine as the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.rendered.mesh.asset import SURFACES
from hipdrive.rendered.parts import palette

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.mesh.asset import Indices
    from hipdrive.rendered.mesh.dressed import DressedBody
    from hipdrive.rendered.mesh.motion import SegmentMotion
    from hipdrive.rendered.settings import SceneSettings
    from hipdrive.rendered.view import View
    from hipdrive.types.frame import RgbImage

FINER = 2
"""Drawn pixels per pixel of the picture, along each axis."""
_SUBPIXEL_BITS = 4
_MARGIN_PX = 2
AMBIENT, SKY, LAMP, FACING = 0.2, 0.3, 0.42, 0.22
"""Light from everywhere, from above, from the lamp, and from the camera's side."""
LAMP_FROM = np.array([0.4, 0.55, 1.0]) / np.linalg.norm([0.4, 0.55, 1.0])
"""Ahead of the runner, to the side of the camera, above."""
LIFT_M = {"shirt": 0.035, "legwear": 0.025, "shoe": 0.01, "sole": 0.01, "hair": 0.004}
"""Cloth counts as this much nearer than it is: it lies on what is under it."""
FIXED = {"white": (216.0, 212.0, 205.0), "sock": (222.0, 222.0, 220.0)}
SOLES = {"light": (236.0, 236.0, 232.0), "dark": (58.0, 60.0, 66.0)}
LIGHT_SHOE = 150.0
"""A brighter shoe has a dark sole."""
LIPS = (0.85, 0.62, 0.6)
"""Of the skin's red, green and blue."""


@dataclass(frozen=True, slots=True)
class Light:
    """What lights a body.

    Attributes:
        brightness: 1 is usual.
        side: of the camera, 1 to the runner's left, -1 to the right.
    """

    brightness: float
    side: float


class MeshFigure:
    """Draws one person.

    Args:
        person: in their clothes.
        motion: of the same person's segments.
        scene: colours.
        light: that falls on them.
    """

    def __init__(
        self, person: DressedBody, motion: SegmentMotion, scene: SceneSettings, light: Light
    ) -> None:
        self._motion = motion
        count = len(person.vertices)
        ones = np.ones((count, 1))
        self._skin = _flat(person.weights, np.concatenate([person.vertices, ones], axis=1))
        self._tilt = _flat(person.quad_weights, person.normals)
        self._quads = person.quads
        colours = surface_colours(scene)
        self._colours = np.array([colours[name] for name in SURFACES])[person.surfaces]
        lifts = np.array([LIFT_M.get(name, 0.0) for name in SURFACES])
        self._lift_m = lifts[person.surfaces]
        self._light = light

    def vertices(self, joints: JointPositions, index: int) -> tuple[Array, Array]:
        """Where the vertices are, [n, 3] in metres, and the quads' normals, [q, 3]."""
        moved = self._motion.transforms(joints, index).astype(np.float32)
        placed = self._skin @ moved.transpose(0, 2, 1).reshape(-1, 3)
        normals = self._tilt @ moved[:, :, :3].transpose(0, 2, 1).reshape(-1, 3)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return placed.astype(np.float64), normals.astype(np.float64)

    def draw(self, image: RgbImage, joints: JointPositions, index: int, view: View) -> None:
        """Draw into the picture as it is at the time with this index."""
        placed, normals = self.vertices(joints, index)
        self._paint(image, placed, normals, view)

    def _paint(self, image: RgbImage, placed: Array, normals: Array, view: View) -> None:
        pixels = view.project(placed)
        window = _window(pixels, image.shape)
        if window is None:
            return
        left, top, right, bottom = window
        corners = pixels[self._quads]
        diagonals = corners[:, 2:] - corners[:, :2]
        area = diagonals[:, 0, 0] * diagonals[:, 1, 1] - diagonals[:, 0, 1] * diagonals[:, 1, 0]
        seen = np.flatnonzero(area < 0)
        depth = ((placed - view.position) @ view.axes[2])[self._quads[seen]].mean(axis=1)
        order = seen[np.argsort(self._lift_m[seen] - depth)]
        shapes = ((corners[order] - [left, top] + 0.5) * FINER - 0.5) * (1 << _SUBPIXEL_BITS)
        colours = self._shaded(order, normals[order], view)
        part = image[top:bottom, left:right]
        size = (FINER * (right - left), FINER * (bottom - top))
        fine = cv2.resize(part, size, interpolation=cv2.INTER_NEAREST)
        for shape, colour in zip(np.rint(shapes).astype(np.int32), colours, strict=True):
            cv2.fillConvexPoly(fine, shape, colour, cv2.LINE_8, _SUBPIXEL_BITS)
        part[:] = cv2.resize(fine, (right - left, bottom - top), interpolation=cv2.INTER_AREA)

    def _shaded(self, order: Indices, normals: Array, view: View) -> list[list[float]]:
        lamp = LAMP_FROM * [1, self._light.side, 1]
        front = AMBIENT + FACING * np.maximum(normals @ -view.axes[2], 0)
        front += LAMP * np.maximum(normals @ lamp, 0) + SKY * (0.5 + 0.5 * normals[:, 2])
        shade = front * self._light.brightness
        found: list[list[float]] = np.minimum(self._colours[order] * shade[:, None], 255).tolist()
        return found


def surface_colours(scene: SceneSettings) -> dict[str, tuple[float, float, float]]:
    """What each surface is coloured, 0 to 255."""
    chosen = palette(scene)
    skin = chosen["skin"]
    red, green, blue = (value * share for value, share in zip(skin, LIPS, strict=True))
    light_shoe = sum(chosen["shoes"]) / 3 > LIGHT_SHOE
    return {
        **chosen,
        **FIXED,
        "brow": chosen["hair"],
        "legwear": chosen["shorts"],
        "shoe": chosen["shoes"],
        "sole": SOLES["dark" if light_shoe else "light"],
        "lips": (red, green, blue),
    }


def _flat(weights: Array, values: Array) -> npt.NDArray[np.float32]:
    """[n, segments * columns]: one product moves everything."""
    spread = weights[:, :, None] * values[:, None, :]
    return np.ascontiguousarray(spread.reshape(len(weights), -1), np.float32)


def _window(pixels: Array, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Left, top, right, bottom of the part of the picture that is drawn into."""
    low, high = pixels.min(axis=0) - _MARGIN_PX, pixels.max(axis=0) + _MARGIN_PX
    left, top = np.maximum(np.floor(low), 0).astype(int).tolist()
    right, bottom = np.minimum(np.ceil(high), [shape[1], shape[0]]).astype(int).tolist()
    return (left, top, right, bottom) if left < right and top < bottom else None
