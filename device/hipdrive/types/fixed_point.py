"""Fixed point: Q16.16 values in 32 bits, Q2.30 coefficients, saturating.

Products and sums are exact, as Python integers are; rounding happens once, half away from zero,
and a result that does not fit 32 bits becomes the nearest one that does.
"""

from __future__ import annotations

Q16 = 16
Q30 = 30
ONE = 1 << Q16
"""1.0 in Q16.16: one pixel, or a score of one."""
MAX32 = (1 << 31) - 1
MIN32 = -(1 << 31)


def saturate(value: int) -> int:
    """The nearest 32-bit value."""
    return MAX32 if value > MAX32 else max(value, MIN32)


def shift_round(value: int, bits: int) -> int:
    """`value` / 2^bits, rounded half away from zero."""
    half = 1 << (bits - 1)
    return (value + half) >> bits if value >= 0 else -((half - value) >> bits)


def divide_round(numerator: int, denominator: int) -> int:
    """`numerator` / `denominator` for a positive denominator, rounded half away from zero."""
    half = denominator >> 1
    if numerator >= 0:
        return (numerator + half) // denominator
    return -((half - numerator) // denominator)
