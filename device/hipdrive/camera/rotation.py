"""Turning a picture by quarters, for a camera that hangs on its side or upside down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hipdrive.types.frame import RgbImage

CLOCKWISE_TURNS = {0: None, 90: 0, 180: 1, 270: 2}
"""OpenCV's constants for `rotate`, by degrees."""


def on_its_side(rotation_deg: int) -> bool:
    """Whether width and height are exchanged."""
    return rotation_deg % 180 != 0


def rotated(image: RgbImage, rotation_deg: int) -> RgbImage:
    """The picture turned clockwise; the very same where it is not to be turned.

    Args:
        image: uint8 [height, width, 3].
        rotation_deg: 0, 90, 180 or 270.
    """
    import cv2

    turns = CLOCKWISE_TURNS[rotation_deg]
    if turns is None:
        return image
    return cv2.rotate(image, turns).astype(np.uint8, copy=False)
