"""Whether anything has moved in front of a camera that stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy import typing as npt

    from hipdrive.types.frame import RgbImage

CELLS = (64, 48)
"""Columns and rows that a picture is averaged into: a runner of the least usable size, 150 px high
in 480, covers 15 by 5 of them, and a sensor's noise of SD 3 is left with 0.3."""
STEP_PX = 2
"""Every second pixel of every second row is enough for the averages, at a quarter of the time."""
MOVED_BY = 8
"""Levels of 255, beyond what all cells changed by: light that comes and goes changes them alike."""
LEAST_CELLS = 4


class MotionDetector:
    """Compares each picture with the one before it."""

    def __init__(self) -> None:
        self._before: npt.NDArray[np.int16] | None = None

    def __call__(self, image: RgbImage) -> bool:
        """Whether something has moved since the last picture; True for the first.

        Args:
            image: uint8 [height, width, 3].
        """
        coarse = np.ascontiguousarray(image[::STEP_PX, ::STEP_PX, 1])
        cells = cv2.resize(coarse, CELLS, interpolation=cv2.INTER_AREA).astype(np.int16)
        before, self._before = self._before, cells
        if before is None:
            return True
        change = cells - before
        change -= np.int16(np.median(change))
        return int(np.count_nonzero(np.abs(change) >= MOVED_BY)) >= LEAST_CELLS
