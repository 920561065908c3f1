"""Angles as binary angle measurement (BAM): 2^32 is one turn, so wrap-around is exact.

`atan2` divides, looks up a table of 257 arc tangents and interpolates; the table is computed here
in whole numbers, so no float and no libm takes part.
"""

from __future__ import annotations

from itertools import pairwise

from hipdrive.types.angle import HALF_TURN, QUARTER_TURN, TURN

_TABLE_BITS = 8
_RATIO_BITS = 30
_FRACTION_BITS = _RATIO_BITS - _TABLE_BITS
_FRACTION_MASK = (1 << _FRACTION_BITS) - 1
_GUARD_BITS = 96


def _arctan(numerator: int, denominator: int) -> int:
    """Arc tangent of a ratio in 0..1 in radians times 2^_GUARD_BITS, truncated.

    Euler's series: atan(n/d) = sum of 2^(2k) (k!)^2 / (2k+1)! * n^(2k+1) / ... with each term the
    one before times 2k/(2k+1) * n^2/(n^2+d^2).
    """
    squares = numerator * numerator + denominator * denominator
    term = (numerator * denominator << _GUARD_BITS) // squares
    total, k = 0, 0
    while term:
        total += term
        k += 1
        term = term * 2 * k * numerator * numerator // ((2 * k + 1) * squares)
    return total


QUARTER_PI_BITS = _GUARD_BITS
QUARTER_PI = _arctan(1, 1)
"""A quarter of pi times 2^QUARTER_PI_BITS, truncated."""
_TABLE = tuple(
    (_arctan(i, 1 << _TABLE_BITS) * (TURN // 8) + QUARTER_PI // 2) // QUARTER_PI
    for i in range((1 << _TABLE_BITS) + 1)
)
"""BAM of atan(i / 256). Linear interpolation between entries is at most 7.2e-5 degrees off:
h^2/8 * max|f''| with h = 1/256 and max|f''| = 0.65."""
_LINES = (*((angle, after - angle) for angle, after in pairwise(_TABLE)), (_TABLE[-1], 0))
"""Each entry, and how far it is to the next."""


def atan2(y: int, x: int) -> int:
    """Direction of the vector (x, y) as BAM in -2^31 .. 2^31 - 1, like `math.atan2`.

    The inputs may be integers of any size and in any unit, as long as it is the same one. The
    direction of (0, 0) does not exist.

    Raises:
        ZeroDivisionError: both inputs are zero.
    """
    across = y if y >= 0 else -y
    along = x if x >= 0 else -x
    steep = across > along
    ratio = (along << _RATIO_BITS) // across if steep else (across << _RATIO_BITS) // along
    angle, rise = _LINES[ratio >> _FRACTION_BITS]
    angle += (rise * (ratio & _FRACTION_MASK)) >> _FRACTION_BITS
    if steep:
        angle = QUARTER_TURN - angle
    if x < 0:
        angle = HALF_TURN - angle
    return -angle if y < 0 or angle == HALF_TURN else angle
