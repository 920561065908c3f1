"""How far two measurements of the same agree, after Bland and Altman (1986)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Values = npt.NDArray[np.float64]

LIMITS_SDS = 1.96
"""19 of 20 differences lie within so many SDs, if they are normal."""


@dataclass(frozen=True)
class Agreement:
    """Pairs of values of the same quantity, by two methods.

    Attributes:
        first, second: parallel, in one unit.
    """

    first: Values
    second: Values

    @property
    def n(self) -> int:
        """How many pairs."""
        return len(self.first)

    @property
    def means(self) -> Values:
        """Of each pair."""
        return (self.first + self.second) / 2

    @property
    def differences(self) -> Values:
        """First minus second."""
        return self.first - self.second

    @property
    def bias(self) -> float | None:
        """Mean difference; None without a pair."""
        return float(self.differences.mean()) if self.n else None

    @property
    def sd(self) -> float | None:
        """Sample SD of the differences; None with fewer than two."""
        return float(self.differences.std(ddof=1)) if self.n > 1 else None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Between which 19 of 20 differences lie."""
        if self.bias is None or self.sd is None:
            return None
        return self.bias - LIMITS_SDS * self.sd, self.bias + LIMITS_SDS * self.sd


def curves(t_first: Values, first: Values, t_second: Values, second: Values) -> Agreement:
    """Two curves at those moments of the first between which the second was measured too.

    Args:
        t_first: s, rising.
        first: parallel to it.
        t_second: on the same clock, rising.
        second: parallel to it.
    """
    if len(t_second) < 2:  # noqa: PLR2004  # between one moment and itself lies nothing
        return Agreement(np.empty(0), np.empty(0))
    after = np.searchsorted(t_second, t_first)
    inside = (after > 0) & (after < len(t_second))
    after, t_s, values = after[inside], t_first[inside], first[inside]
    close = t_second[after] - t_second[after - 1] <= LONGEST_STEP_S
    return Agreement(values[close], np.interp(t_s[close], t_second, second))


LONGEST_STEP_S = 0.05
"""Three steps of the 64 Hz grid: over a longer gap a curve is not what lies in between."""
NEAR_S = 0.15
"""Peaks no further apart belong together; two of one leg are half a second apart at least."""


def peaks(t_first: Values, first: Values, t_second: Values, second: Values) -> Agreement:
    """The peaks that both have; arguments as of `curves`."""
    if not len(t_second):
        return Agreement(np.empty(0), np.empty(0))
    nearest = np.abs(t_second[None, :] - t_first[:, None]).argmin(axis=1)
    close = np.abs(t_second[nearest] - t_first) <= NEAR_S
    return Agreement(first[close], second[nearest[close]])
