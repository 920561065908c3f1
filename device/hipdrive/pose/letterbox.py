"""A window of the camera's picture as the model wants it: scaled, mirrored, partly blackened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from hipdrive.pose.bystanders import Box
    from hipdrive.pose.crop import Window
    from hipdrive.types.frame import RgbImage


def letterbox(image: RgbImage, window: Window, out: RgbImage, *, mirrored: bool = False) -> None:
    """Scale a window of the picture to fill `out`, black where it reaches beyond the edges.

    Args:
        image: uint8 [height, width, 3].
        window: what to show.
        out: uint8 [rows, columns, 3], written in place.
        mirrored: left and right are to change places.
    """
    rows, columns, _ = out.shape
    across, down = window.width_px / columns, window.height_px / rows
    # Pixel centres lie at halves: the middle of the first pixel of `out` is half a scaled pixel in.
    left, top = window.left_px + (across - 1) / 2, window.top_px + (down - 1) / 2
    if mirrored:
        left += across * (columns - 1)
        across = -across
    to_image = np.array([[across, 0.0, left], [0.0, down, top]])
    cv2.warpAffine(
        image,
        to_image,
        (columns, rows),
        dst=out,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
    )


def black_out(box: Box, window: Window, out: RgbImage) -> None:
    """Blacken a box of the picture in what `letterbox` made of a window of it."""
    height, width, _ = out.shape
    across, down = width / window.width_px, height / window.height_px
    left, right = ((x - window.left_px) * across for x in (box.left_px, box.right_px))
    top, bottom = ((y - window.top_px) * down for y in (box.top_px, box.bottom_px))
    rows, columns = (
        slice(max(0, round(start)), max(0, round(end)))
        for start, end in ((top, bottom), (left, right))
    )
    out[rows, columns] = 0
