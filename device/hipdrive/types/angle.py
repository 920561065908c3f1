"""Angles as binary angle measurement (BAM): 2^32 is one turn, so wrap-around is exact."""

from __future__ import annotations

TURN = 1 << 32
HALF_TURN = 1 << 31
QUARTER_TURN = 1 << 30
_LEAST = -HALF_TURN


def wrap(bam: int) -> int:
    """The same direction in -2^31 .. 2^31 - 1."""
    if _LEAST <= bam < HALF_TURN:
        return bam
    return ((bam + HALF_TURN) & (TURN - 1)) - HALF_TURN


def bam_from_deg(degrees: float) -> int:
    """Nearest BAM of an angle in degrees; for configuration and constants, not for data."""
    return round(degrees * TURN / 360)


def deg_from_bam(bam: int) -> float:
    """Degrees of a BAM, for output only."""
    return bam * 360 / TURN
