"""From the whole numbers of the gait engine to the units that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.gait.metrics.metric import Unit


def in_unit(unit: Unit, whole: float) -> float:
    """A value of a metric in its unit, from its whole units (a mean of them need not be whole)."""
    return whole * unit.numerator / unit.denominator


def rounded(unit: Unit, whole: float | None) -> float | None:
    """The same to the decimals of the unit; None stays None."""
    return None if whole is None else round(in_unit(unit, whole), unit.decimals)
