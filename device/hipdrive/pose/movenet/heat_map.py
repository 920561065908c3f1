"""Key points from the heat map, finer than its cells.

The stock decode rounds to a grid of 0.79 px of the 192. The heat map around the cell it chose tells
more: the mean position in a window of 7 x 7 cells, weighted by the square of the probabilities.
Before that, `LegSeparator` moves joints that were put on the wrong leg.
`hipdrive validate --what decode` shows what that is worth.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.pose.movenet.two_legs import LegSeparator

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.types.skeleton import Skeleton

REACH_CELLS = 3
_WEIGHT_ONE = 1 << 20


class HeatMapDecode:
    """Moves key points to the centre of the peaks in their heat maps.

    Whole numbers until the last division, so that a heat map gives the same everywhere.

    Args:
        scale, zero_point: what the numbers mean: scale (number - zero_point) is a logit.
        skeleton: which joint each map is of.
    """

    def __init__(self, scale: float, zero_point: int, skeleton: Skeleton) -> None:
        squares = [
            1 / (1 + exp(-scale * (number - zero_point))) ** 2 for number in range(-128, 128)
        ]
        # Never zero: an empty window has its middle for its mean.
        weights = np.maximum(np.rint(np.array(squares) * _WEIGHT_ONE), 1).astype(np.int64)
        # A number is looked up by its byte: -1 is 255, the last of them.
        self._weights = np.roll(weights, 128)
        self._legs = LegSeparator(self._weights, _WEIGHT_ONE, skeleton)
        reach = slice(-REACH_CELLS, REACH_CELLS + 1)
        self._around = np.mgrid[reach, reach].reshape(2, -1).T.copy()
        self._joints = np.arange(len(skeleton))

    def refine(self, keypoints: npt.NDArray[np.float32], heat: npt.NDArray[np.int8]) -> None:
        """Replace y and x of key points, in place.

        A joint that moves to the other leg gets the score of its place there.

        Args:
            keypoints: y, x, score [joints, 3], y and x as fractions of the picture.
            heat: the maps they are from [cells, cells, joints].
        """
        cells = heat.shape[0]
        middle = np.clip((keypoints[:, :2] * cells).astype(np.int64), 0, cells - 1)
        self._legs.separate(heat, middle, keypoints)
        np.clip(middle, REACH_CELLS, cells - 1 - REACH_CELLS, out=middle)
        steps = np.array((cells, 1)) * len(self._joints)
        places = (middle @ steps + self._joints)[:, None] + self._around @ steps
        weights = self._weights.take(heat.ravel().take(places).view(np.uint8))
        total = weights.sum(axis=1, keepdims=True)
        # The middle of a cell lies half a cell in.
        summed = (2 * middle + 1) * total + 2 * (weights @ self._around)
        keypoints[:, :2] = summed / (2 * cells * total)
