"""Two legs are in two places, also where the model puts both knees, or both ankles, on one of them.

It does so in one frame of ten of an ordinary runner's ankles. The heat map of the joint that is on
the wrong leg nearly always has a lower peak on the right one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.types.skeleton import (
    LEFT_ANKLE,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    RIGHT_ANKLE,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.types.skeleton import Skeleton

ONE_PLACE_CELLS = 3
"""Joints that are no further apart may be on one leg, and so far around them no other peak is
looked for. A thigh is some ten cells long."""
SAME_PERCENT = 30
"""Legs do cross: two peaks must make up for it by being no more than so much less likely."""
LEAST_PROBABILITY = 0.08
KNEE_REACH, ANKLE_REACH = 1.1, 2.0
"""Of the torso, from the hips: what lies further away belongs to another person."""


class LegSeparator:
    """Moves a joint to the other leg's peak in its heat map.

    Args:
        weights: int64 [256], the square of the probability by the number's byte.
        weight_one: what stands for 1 there.
        skeleton: which joint each map is of.
    """

    def __init__(self, weights: npt.NDArray[np.int64], weight_one: int, skeleton: Skeleton) -> None:
        knees = skeleton.index(LEFT_KNEE), skeleton.index(RIGHT_KNEE)
        ankles = skeleton.index(LEFT_ANKLE), skeleton.index(RIGHT_ANKLE)
        self._pairs = ((knees, KNEE_REACH), (ankles, ANKLE_REACH))
        self._shoulders = skeleton.indices((LEFT_SHOULDER, RIGHT_SHOULDER))
        self._hips = skeleton.indices((LEFT_HIP, RIGHT_HIP))
        self._weights = weights
        self._weight_one = weight_one
        self._least = LEAST_PROBABILITY**2 * weight_one
        self._rest = np.empty((0, 0), np.int8)

    def separate(
        self,
        heat: npt.NDArray[np.int8],
        cells: npt.NDArray[np.int64],
        keypoints: npt.NDArray[np.float32],
    ) -> None:
        """Change cell and score of the joints that have to move, in place.

        Args:
            heat: [cells, cells, joints].
            cells: row and column of each joint [joints, 2].
            keypoints: y, x, score [joints, 3], y and x as fractions of the picture.
        """
        for (left, right), reach in self._pairs:
            (row, column), (other_row, other_column) = cells[left].tolist(), cells[right].tolist()
            if max(abs(row - other_row), abs(column - other_column)) <= ONE_PLACE_CELLS:
                self._separate(heat, cells, keypoints, (left, right), reach)

    def _separate(
        self,
        heat: npt.NDArray[np.int8],
        cells: npt.NDArray[np.int64],
        keypoints: npt.NDArray[np.float32],
        pair: tuple[int, int],
        reach: float,
    ) -> None:
        here = [self._likely(heat, joint, *cells[joint].tolist()) for joint in pair]
        best, moves = here[0] * here[1] * SAME_PERCENT**2 // 100**2, None
        for joint, other in (pair, pair[::-1]):
            row, column = self._second_peak(heat[:, :, joint], cells[list(pair)])
            there = self._likely(heat, joint, row, column)
            stays = here[pair.index(other)]
            if (
                there >= self._least
                and there * stays > best
                and _is_local_maximum(heat[:, :, joint], row, column)
                and self._within(keypoints, (row, column), heat.shape[0], reach)
            ):
                best, moves = there * stays, (joint, row, column, there)
        if moves:
            joint, row, column, there = moves
            cells[joint] = row, column
            # Never more than the model gave: nothing must not become a person.
            keypoints[joint, 2] = min(keypoints[joint, 2], (there / self._weight_one) ** 0.5)

    def _likely(self, heat: npt.NDArray[np.int8], joint: int, row: int, column: int) -> int:
        """Square of the probability next to a cell, as a weight."""
        around = heat[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2, joint]
        return int(self._weights[int(around.max()) & 0xFF])

    def _second_peak(
        self, heat: npt.NDArray[np.int8], places: npt.NDArray[np.int64]
    ) -> tuple[int, int]:
        """The cell of the highest probability that is near none of these."""
        if self._rest.shape != heat.shape:
            self._rest = np.empty(heat.shape, np.int8)
        np.copyto(self._rest, heat)
        reach = ONE_PLACE_CELLS
        for row, column in places.tolist():
            self._rest[
                max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1
            ] = -128
        row, column = divmod(int(self._rest.argmax()), heat.shape[1])
        return row, column

    def _within(
        self,
        keypoints: npt.NDArray[np.float32],
        cell: tuple[int, int],
        cells: int,
        reach: float,
    ) -> bool:
        """Whether a leg of this runner can be there."""
        shoulders = keypoints[self._shoulders, :2].sum(axis=0)
        hips = keypoints[self._hips, :2].sum(axis=0)
        torso = np.hypot(*(hips - shoulders)) / 2
        place = (np.array(cell) + 0.5) / cells
        return bool(np.hypot(*(place - hips / 2)) <= reach * torso)


def _is_local_maximum(heat: npt.NDArray[np.int8], row: int, column: int) -> bool:
    """Whether no neighbour is higher: else it is the slope of the peak that was left out."""
    around = heat[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
    return bool(heat[row, column] >= around.max())
