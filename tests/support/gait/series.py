"""Arc tangents to as many digits as the context asks for: what the engine's table is held to."""

from __future__ import annotations

from decimal import Decimal


def decimal_arctan(x: Decimal) -> Decimal:
    """By halving the angle until Gregory's series is short: atan x = 2 atan(x / (1 + r))."""
    halvings = 20
    for _ in range(halvings):
        x /= 1 + (1 + x * x).sqrt()
    terms = ((-1) ** k * x ** (2 * k + 1) / (2 * k + 1) for k in range(8))
    return sum(terms, Decimal(0)) * Decimal(2) ** halvings


def decimal_atan2(y: int, x: int) -> Decimal:
    """Direction of (x, y) in radians; x is not zero."""
    angle = decimal_arctan(Decimal(y) / Decimal(x))
    if x > 0:
        return angle
    half_turn = 4 * decimal_arctan(Decimal(1))
    return angle + half_turn if y >= 0 else angle - half_turn
