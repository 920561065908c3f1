"""The soft shadow that a foot casts on the belt: it shows where the foot stands."""

from __future__ import annotations

from math import cos, pi, sin, tan
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.view import View
    from hipdrive.types.frame import RgbImage

LONG_M, WIDE_M = 0.16, 0.06
"""Half of the shadow of a standing foot; it grows with the foot's height, and fades."""
GROWS, FADES_M = 0.35, 0.15
DARKEST = 0.5
SHARES = (1.0, 0.75, 0.5)
"""Of its size, the three steps of its soft edge."""
_TURN = np.linspace(0, 2 * pi, 24, endpoint=False)
_SUBPIXEL_BITS = 4


def cast(image: RgbImage, joints: JointPositions, index: int, view: View, slope: float) -> None:
    """Darken the belt, which has this slope in radians, under both feet."""
    for end in ("far", "near"):
        foot = (joints[f"heel_{end}"][index] + joints[f"ball_{end}"][index]) / 2
        above_m = max(float(foot[2] - foot[0] * tan(slope)) * cos(slope), 0.0)
        grown_m = GROWS * above_m
        dark = DARKEST * np.exp(-above_m / FADES_M) / len(SHARES)
        outline = _ellipse(LONG_M + grown_m, WIDE_M + grown_m, slope)
        for share in SHARES:
            _darken(image, view.project(_below(foot, slope) + share * outline), float(dark))


def _below(foot: Array, slope: float) -> Array:
    """The point of the belt below a foot."""
    return np.array([foot[0], foot[1], foot[0] * tan(slope)])


def _ellipse(long_m: float, wide_m: float, slope: float) -> Array:
    """[points, 3], about 0 in the belt's plane."""
    along = long_m * np.cos(_TURN)
    aside = wide_m * np.sin(_TURN)
    return np.stack([along * cos(slope), aside, along * sin(slope)], axis=1)


def _darken(image: RgbImage, outline: Array, dark: float) -> None:
    low = np.maximum(np.floor(outline.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(outline.max(axis=0)).astype(int) + 2, image.shape[1::-1])
    if (low >= high).any():
        return
    part = image[low[1] : high[1], low[0] : high[0]]
    mask = np.zeros(part.shape[:2], np.uint8)
    points = np.rint((outline - low) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillConvexPoly(mask, points, 255, cv2.LINE_AA, _SUBPIXEL_BITS)
    light = 1 - mask.astype(np.float32)[..., None] * (dark / 255)
    np.rint(part * light, out=part, casting="unsafe")
