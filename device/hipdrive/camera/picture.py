"""From a decoded frame to the picture as it is meant to be seen: RGB, square pixels, upright."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

    from av import VideoFrame

    from hipdrive.types.frame import RgbImage


def as_shown(frame: VideoFrame, aspect: Fraction) -> RgbImage:
    """The picture as a player shows it, uint8 [height, width, 3], red first.

    Args:
        frame: as it was decoded.
        aspect: how many times wider than high a stored pixel is meant to be seen.
    """
    return _upright(_square(_rgb(frame), aspect), _display_matrix(frame))


def _square(image: RgbImage, aspect: Fraction) -> RgbImage:
    """Stretched until pixels are square, never shrunk: nothing that was seen is lost."""
    import cv2

    height, width, _ = image.shape
    size = (round(width * max(aspect, 1)), round(height / min(aspect, 1)))
    if size == (width, height):
        return image
    # Exact: the same bits on every machine.
    wide = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR_EXACT)
    return wide.astype(np.uint8, copy=False)


def _rgb(frame: VideoFrame) -> RgbImage:
    """The picture as it is stored, uint8 [height, width, 3], red first."""
    import cv2

    even = frame.width % 2 == 0 and frame.height % 2 == 0
    if frame.format.name == "yuv420p" and even:
        # OpenCV converts in integers, the same on every machine, and so does the Pi's camera.
        # FFmpeg's converter gives other numbers on other processors and versions.
        image = cv2.cvtColor(frame.to_ndarray(), cv2.COLOR_YUV2RGB_I420)
    else:
        image = frame.to_ndarray(format="rgb24")
    return image.astype(np.uint8, copy=False)


def _display_matrix(frame: VideoFrame) -> tuple[int, int, int, int]:
    """How the stored picture maps onto the screen: x' = a x + c y, y' = b x + d y.

    Phones do not turn the pixels; they store the way the phone was held as this matrix.
    """
    from av.sidedata.sidedata import Type

    side_data: Any = frame.side_data  # PyAV's stub knows one of the kinds only
    matrix = side_data.get(Type.DISPLAYMATRIX)
    if matrix is None:
        return 1, 0, 0, 1
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
    return a, b, c, d


def _upright(image: RgbImage, matrix: tuple[int, int, int, int]) -> RgbImage:
    """Turn and mirror by the nearest quarter turn."""
    a, b, c, d = matrix
    if abs(b) > abs(a):
        image = image.transpose(1, 0, 2)
        a, d = c, b
    return np.ascontiguousarray(image[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1])
