"""How far the engine's atan2 is off, all the way round; needs nothing but Python.

usage: PYTHONPATH=device python tests/support/gait/atan2_sweep.py [EVERY]

EVERY: units of 2^-32 turn from one direction to the next; 256 are 17 million directions for each
length.
"""

from __future__ import annotations

import math
import platform
import sys
from typing import TYPE_CHECKING

from hipdrive.gait.signal.atan2 import atan2
from hipdrive.types.angle import TURN
from hipdrive.types.fixed_point import MAX32, MIN32

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Vector = tuple[int, int]

DEMANDED_DEG = 0.002
INTERPOLATION_DEG = math.degrees(3 * math.sqrt(3) / 8 / 8 / 256**2)
"""Linear interpolation is off by h^2/8 max|f''|; of the arc tangent, max|f''| = 3 sqrt(3) / 8, at
1 / sqrt(3)."""
ROUNDING_DEG = 3 * 360 / 2**32
"""The table's half a unit, the truncated ratio and the truncated product."""
ALLOWED_DEG = INTERPOLATION_DEG + ROUNDING_DEG

MAGNITUDES = {
    "300 units": 300,
    "5 px": 5 << 16,
    "90 px": 90 << 16,
    "the largest coordinate": MAX32,
    "from edge to edge": MAX32 - MIN32,
    "2^80": 2**80,
    "2^300": 2**300,
}
EDGES = (MIN32, MIN32 + 1, MIN32 // 2, -1, 0, 1, MAX32 // 2, MAX32 - 1, MAX32, MAX32 - MIN32)
SHORT = range(-120, 121)


def error_deg(y: int, x: int) -> float:
    """Distance from the true direction.

    That of double precision is true enough to judge by: a C library's atan2 is right to a unit in
    the last place, the conversions to double and to units of 2^-32 turn lose as much again, and
    all of it is below 1e-15 of a turn, 4e-13 degrees. `test_atan2_sweep` holds it to a series of
    60 digits.
    """
    true = math.atan2(y, x) / math.tau * TURN
    return abs(math.remainder(atan2(y, x) - true, TURN)) * 360 / TURN


def worst(vectors: Iterable[Vector]) -> tuple[float, Vector]:
    """The largest error and the vector (y, x) that has it."""
    return max((error_deg(y, x), (y, x)) for y, x in vectors)


def around(magnitude: int, every: int) -> Iterator[Vector]:
    """Vectors of one length, so many units of 2^-32 turn apart."""
    coarse = max(0, magnitude.bit_length() - 53)  # a double holds 53 bits
    length = float(magnitude >> coarse)
    for bam in range(0, TURN, every):
        turned = math.tau * bam / TURN
        yield round(math.sin(turned) * length) << coarse, round(math.cos(turned) * length) << coarse


def knots() -> Iterator[Vector]:
    """The table's entries and one unit of ratio to either side, in all eight octants."""
    one = 1 << 30
    for i in range(257):
        for ratio in range((i << 22) - 1, (i << 22) + 2):
            for a, b in ((ratio, one), (one, ratio)):
                yield from ((a, b), (a, -b), (-a, b), (-a, -b))


def edges() -> Iterator[Vector]:
    """The ends of the 32 bits, the axes and the diagonals."""
    return ((y, x) for y in EDGES for x in EDGES if y or x)


def short() -> Iterator[Vector]:
    """Every vector up to 120 units each way: directions where rounding is worst."""
    return ((y, x) for y in SHORT for x in SHORT if y or x)


def unequal() -> Iterator[Vector]:
    """One component up to 2^200 times the other."""
    powers = [sign * 2**n for n in range(0, 200, 7) for sign in (1, -1)]
    return ((y, x) for y in powers for x in powers)


def main() -> int:
    """Print the worst error of each part; 1 if one is beyond what theory allows."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1 << 12
    parts = {"knots": knots(), "edges": edges(), "short": short(), "unequal": unequal()}
    parts |= {name: around(magnitude, every) for name, magnitude in MAGNITUDES.items()}
    print(f"atan2 on {platform.machine()}, Python {platform.python_version()}")  # noqa: T201
    found = 0.0
    for name, vectors in parts.items():
        error, vector = worst(vectors)
        there = math.degrees(math.atan2(*vector))
        print(f"  {name}: off by {error:.3e} degrees at {there:.4f}")  # noqa: T201
        found = max(found, error)
    print(f"worst {found:.3e} degrees, allowed {ALLOWED_DEG:.3e}, demanded {DEMANDED_DEG}")  # noqa: T201
    return int(found > ALLOWED_DEG)


if __name__ == "__main__":
    sys.exit(main())
