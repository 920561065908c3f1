"""A cut in a video: from one picture to the next nothing is where it was.

A camera beside a treadmill stands still and a runner fills a part of the picture. Patterns of
consecutive pictures correlate by 0.9 or more, whoever passes by, and by 0.8 still where there are
five a second of a runner who fills a bare room; across cuts, also between two shots of the same
room, 0.65 was the highest found. Correlation does not mind when the light changes as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.types.frame import RgbImage

COLUMNS, ROWS = 16, 12
_SAMPLES = 8
"""Pixels across a cell of the thumbnail that are looked at."""
_MEAN = np.full((COLUMNS, 1), 1 / COLUMNS)
LEAST_CORRELATION = 0.72
LEAST_SD = 6.0
"""Of 255. A noisy sensor leaves 3 of a cell. A picture flatter than this, black between two shots
for example, has no pattern: the picture after it is compared with the one before."""


class ShotChangeDetector:
    """Compares each picture with the one before."""

    def __init__(self) -> None:
        self._last: npt.NDArray[np.float64] | None = None

    def __call__(self, image: RgbImage) -> bool:
        """Take the next picture in; True when it is the first of another shot."""
        pattern = _pattern(image)
        if pattern is None:
            return False
        last, self._last = self._last, pattern
        return last is not None and float(np.vdot(last, pattern)) < LEAST_CORRELATION * last.size


def _pattern(image: RgbImage) -> npt.NDArray[np.float64] | None:
    """Brightness on a coarse grid, each row with mean 0, all with SD 1; None for a flat picture.

    Without the rows' means, because ceiling, wall and floor are much the same in any room.
    """
    height, width, _ = image.shape
    across = max(1, width // (COLUMNS * _SAMPLES))
    down = max(1, height // (ROWS * _SAMPLES))
    green = np.ascontiguousarray(image[::down, ::across, 1])
    small = cv2.resize(green, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA).astype(np.float64)
    small -= small @ _MEAN
    sd = float(np.vdot(small, small) / small.size) ** 0.5
    pattern: npt.NDArray[np.float64] = small / max(sd, 1e-9)
    return pattern if sd >= LEAST_SD else None
