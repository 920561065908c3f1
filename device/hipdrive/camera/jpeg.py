"""Pictures that come as the bytes of a file: PNG or JPEG."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.camera.picture_size import check_pixels, declared_size

if TYPE_CHECKING:
    from hipdrive.types.frame import RgbImage

JPEG_BEGINS, SCAN_BEGINS, JPEG_ENDS = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"


def is_whole(data: bytes) -> bool:
    """Whether a JPEG has its end; OpenCV before 5 fills the rest of a cut-off one with grey."""
    return not data.startswith(JPEG_BEGINS) or data.rfind(JPEG_ENDS) > data.rfind(SCAN_BEGINS)


def rgb_picture(data: bytes, where: str) -> RgbImage | None:
    """The picture, uint8 [height, width, 3], red first, upright; None where it is no whole one.

    Args:
        data: the file.
        where: its name, for messages.

    Raises:
        SourceError: it is too large.
        cv2.error: it cannot be decoded.
    """
    import cv2

    size = declared_size(data)
    if size is None or not is_whole(data):
        return None
    check_pixels(*size, where)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
