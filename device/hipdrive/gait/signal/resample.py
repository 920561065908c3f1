"""Timestamped values onto a uniform grid, because a biquad assumes a constant rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hipdrive.types.fixed_point import Q16
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator

GRID_HZ = 64
"""Rate of the grid. Its period is a whole number of ns, and it loses nothing of a 60 Hz camera."""
PERIOD_NS = NS_PER_S // GRID_HZ
_HALF = 1 << (Q16 - 1)
_BELOW_HALF = _HALF - 1


class GridPoint(NamedTuple):
    """Values at one sample of the grid.

    Attributes:
        t_ns: the sample, a whole number of periods after the first input.
        values: interpolated values.
        span_ns: how far apart the two inputs lie between which it was interpolated.
    """

    t_ns: int
    values: list[int]
    span_ns: int


class Resampler:
    """Linear interpolation between the two inputs around each sample of the grid."""

    def __init__(self) -> None:
        self._t_ns: int | None = None
        self._values: list[int] = []
        self._grid_ns = 0

    def reset(self) -> None:
        """Forget the past: the next input starts a new grid."""
        self._t_ns = None

    def step(self, t_ns: int, values: list[int]) -> Iterator[GridPoint]:
        """Take one input in and yield the samples of the grid up to it.

        Args:
            t_ns: time, after the one before.
            values: as many as always, any unit.
        """
        before_ns, before = self._t_ns, self._values
        self._t_ns, self._values = t_ns, values
        if before_ns is None:
            self._grid_ns = t_ns + PERIOD_NS
            yield GridPoint(t_ns, values, 0)
            return
        span_ns = t_ns - before_ns
        while (grid_ns := self._grid_ns) <= t_ns:
            weight = ((grid_ns - before_ns) << Q16) // span_ns
            # `shift_round`, written out: it is called for every joint of every sample.
            mixed = [
                a + (((b - a) * weight + (_HALF if b >= a else _BELOW_HALF)) >> Q16)
                for a, b in zip(before, values)  # noqa: B905  # `strict` doubles its time
            ]
            self._grid_ns += PERIOD_NS
            yield GridPoint(grid_ns, mixed, span_ns)
