"""How far the foot on the belt went since the frame before, by matching the picture around it.

A pose model errs by a pixel or two of its 192 about an ankle, and differently as the leg turns. The
shoe looks the same from one frame to the next while it lies flat on the belt: where the template
cut out around it went is known to a tenth of a pixel of the camera's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from hipdrive.pose.crop import BodyPosition
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import FootShift
from hipdrive.types.skeleton import LEFT_ANKLE, RIGHT_ANKLE

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.types.frame import RgbImage
    from hipdrive.types.pose import Pose

    Gray = npt.NDArray[np.uint8]

HALF_LENGTH, ABOVE, BELOW = 0.35, 0.08, 0.17
"""Of the template, from the ankle, in torsos: a shoe is 0.5 long, its sole 0.14 below (Drillis and
Contini, 1966), and it points either way."""
LEAST_BELOW = 0.1
"""Where the picture ends at the feet, so much of them must be in it."""
REACH_ALONG, REACH_ACROSS = 0.2, 0.12
"""How far from where the ankle went the template is looked for, in torsos."""
FINE_PX = 150
"""From here on every second pixel is looked at, and so on: the cost stays the same."""
LEAST_CORRELATION = 0.7
"""Normalised, of the template with its best match; 0.97 and more for a shoe that lies flat."""
LONGEST_NS = 200_000_000


class _Template(NamedTuple):
    """What is kept of a frame: the picture around the foot, every `step`th pixel of it.

    `left_px` and `top_px` are those of its first pixel, `ankle_px` is where the ankle was.
    """

    t_ns: int
    ankle_px: tuple[int, int]
    left_px: int
    top_px: int
    step: int
    gray: Gray


class FootTracker:
    """Follows the lower foot from frame to frame."""

    def __init__(self) -> None:
        self._last: _Template | None = None

    def reset(self) -> None:
        """Forget the frame before: another shot, or nobody there."""
        self._last = None

    def __call__(self, image: RgbImage, pose: Pose) -> FootShift | None:
        """Take the next frame in.

        Args:
            image: uint8 [height, width, 3].
            pose: found in it.

        Returns:
            None when the foot is not seen in both pictures, or looks different.
        """
        last, torso = self._last, BodyPosition.of(pose).torso
        low = max(pose[LEFT_ANKLE], pose[RIGHT_ANKLE], key=lambda ankle: ankle.y)
        ankle_px = round(low.x / ONE), round(low.y / ONE)
        self._last = _template_around(image, pose.t_ns, ankle_px, torso)
        if last is None or not 0 < pose.t_ns - last.t_ns <= LONGEST_NS:
            return None
        found = _find(image, last, ankle_px, torso)
        if found is None:
            return None
        return FootShift(pose.t_ns - last.t_ns, *(round(way * ONE) for way in found))


def _template_around(
    image: RgbImage, t_ns: int, ankle_px: tuple[int, int], torso: float
) -> _Template | None:
    """What to look for in the next frame; None where the picture ends."""
    x, y = ankle_px
    height, width, _ = image.shape
    left, right = x - round(HALF_LENGTH * torso), x + round(HALF_LENGTH * torso)
    top, bottom = y - round(ABOVE * torso), min(y + round(BELOW * torso), height)
    if left < 0 or right > width or top < 0 or bottom < y + LEAST_BELOW * torso:
        return None
    step = 1 + int(torso / FINE_PX)
    # The camera's buffer is used again: this is a copy.
    gray = image[top:bottom:step, left:right:step, 1].copy()
    return _Template(t_ns, ankle_px, left, top, step, gray)


def _find(
    image: RgbImage, last: _Template, ankle_px: tuple[int, int], torso: float
) -> tuple[float, float] | None:
    """How far the template went to the right and down, in pixels."""
    step = last.step
    rows, columns = last.gray.shape
    along, across = round(REACH_ALONG * torso), round(REACH_ACROSS * torso)
    left = max(0, last.left_px + ankle_px[0] - last.ankle_px[0] - along)
    top = max(0, last.top_px + ankle_px[1] - last.ankle_px[1] - across)
    right = left + columns * step + 2 * along
    bottom = top + rows * step + 2 * across
    there = image[top:bottom:step, left:right:step, 1]
    if there.shape[0] < rows + 2 or there.shape[1] < columns + 2:
        return None
    correlation = cv2.matchTemplate(np.ascontiguousarray(there), last.gray, cv2.TM_CCOEFF_NORMED)
    _, best, _, (column, row) = cv2.minMaxLoc(correlation)
    inside = 0 < row < correlation.shape[0] - 1 and 0 < column < correlation.shape[1] - 1
    if best < LEAST_CORRELATION or not inside:
        return None
    x = column + _peak_offset(*correlation[row, column - 1 : column + 2].tolist())
    y = row + _peak_offset(*correlation[row - 1 : row + 2, column].tolist())
    return left - last.left_px + step * x, top - last.top_px + step * y


def _peak_offset(before: float, middle: float, after: float) -> float:
    """Where a parabola through three neighbours is highest, from the middle one."""
    bend = before - 2 * middle + after
    return 0.0 if bend == 0 else 0.5 * (before - after) / bend
