"""Cosine and sine in whole numbers, and the turn that takes a camera's roll off."""

from __future__ import annotations

from hipdrive.gait.signal.atan2 import QUARTER_PI, QUARTER_PI_BITS
from hipdrive.types.angle import TURN
from hipdrive.types.fixed_point import Q30, shift_round


def cos_sin(bam: int) -> tuple[int, int]:
    """Cosine and sine of an angle within half a turn, Q2.30, by their power series.

    Each term is the one before times -x^2 / (n (n + 1)); they end below the last of the guard bits.
    """
    radians = (bam * QUARTER_PI) // (TURN // 8)
    square = (radians * radians) >> QUARTER_PI_BITS
    sums = []
    for term, n in ((1 << QUARTER_PI_BITS, 1), (radians, 2)):
        total, left, order = 0, term, n
        while left not in {0, -1}:  # a shift to the right ends at one of them
            total += left
            left = (-left * square >> QUARTER_PI_BITS) // (order * (order + 1))
            order += 2
        sums.append(shift_round(total, QUARTER_PI_BITS - Q30))
    return sums[0], sums[1]


class Upright:
    """Turns places in the picture back by the camera's roll.

    Args:
        roll_bam: how far the camera is turned clockwise; the picture lies so far anticlockwise.
        forward: 1 where x points to the right of the picture, -1 where it has been flipped.
    """

    def __init__(self, roll_bam: int, forward: int) -> None:
        self._cos, sin = cos_sin(roll_bam)
        self._sin = forward * sin

    def turn(self, flat: list[int]) -> list[int]:
        """x, y, x, y, ... with y down, turned about the origin; any unit."""
        cos, sin = self._cos, self._sin
        turned: list[int] = []
        for x, y in zip(flat[::2], flat[1::2], strict=True):
            turned += (shift_round(x * cos - y * sin, Q30), shift_round(x * sin + y * cos, Q30))
        return turned
