"""Mean, standard deviation and trend of a stream of whole numbers, in constant memory.

The sums are integers and exact, however long the session; only what is derived from them is a
float.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

MS = 1_000_000


@dataclass(slots=True)
class RunningSums:
    """Count, sum and sum of squares of the values so far."""

    count: int = 0
    total: int = 0
    squares: int = 0

    def add(self, whole: int) -> None:
        """Take one value in."""
        self.count += 1
        self.total += whole
        self.squares += whole * whole

    @property
    def mean(self) -> float | None:
        """None without a value."""
        return self.total / self.count if self.count else None

    @property
    def sd(self) -> float | None:
        """Sample standard deviation; None below two values."""
        n = self.count
        if n < 2:  # noqa: PLR2004  # one value has none
            return None
        return math.sqrt((n * self.squares - self.total**2) / (n * (n - 1)))


@dataclass(frozen=True, slots=True)
class Slope:
    """A least-squares slope and its standard error, in units of the values a ms."""

    value: float
    standard_error: float


@dataclass(slots=True)
class Trend:
    """Running sums of a value against time, from the first one's time on to keep them small."""

    values: RunningSums = field(default_factory=RunningSums)
    times: RunningSums = field(default_factory=RunningSums)
    products: int = 0
    _first_ns: int = 0

    def add(self, t_ns: int, whole: int) -> None:
        """Take one value in."""
        if not self.values.count:
            self._first_ns = t_ns
        t_ms = (t_ns - self._first_ns) // MS
        self.values.add(whole)
        self.times.add(t_ms)
        self.products += t_ms * whole

    def slope(self, least: int) -> Slope | None:
        """The slope; None below `least` values, three at least, or if all have the same time."""
        n, times, values = self.values.count, self.times, self.values
        across = n * times.squares - times.total**2
        if n < max(least, 3) or not across:
            return None
        up = n * self.products - times.total * values.total
        around = n * values.squares - values.total**2
        # Exact until here: residuals are what is left of two large numbers.
        residual = around * across - up * up
        return Slope(up / across, math.sqrt(residual / (n - 2)) / across)
