"""The parabola through three neighbours on the grid: where it turns, how high, and between them."""

from __future__ import annotations

from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.fixed_point import Q30, divide_round, shift_round


def vertex(a: int, b: int, c: int) -> tuple[int, int]:
    """Where and how high the parabola is highest; `b` higher than `a`, and no lower than `c`.

    With u = a - c and v = a - 2b + c the vertex lies u / 2v periods after b, u^2 / 8v below it.

    Returns:
        Periods after b in Q2.30, between -1/2 and 1/2; and the height.
    """
    rise = a - c
    bend = -(a - 2 * b + c)
    return divide_round(-rise << Q30, 2 * bend), b + divide_round(rise * rise, 8 * bend)


def between(a: int, b: int, c: int, offset: int) -> int:
    """The parabola's value `offset` periods after b, Q2.30."""
    slope = c - a
    curve = a - 2 * b + c
    return b + shift_round(offset * slope + shift_round(offset * offset * curve, Q30), Q30 + 1)


def in_ns(offset: int) -> int:
    """Periods in Q2.30 as time."""
    return shift_round(offset * PERIOD_NS, Q30)
