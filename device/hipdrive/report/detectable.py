"""The smallest change of a mean that is no chance."""

from __future__ import annotations

import math

TWO_SIDED_95 = 1.96
"""Of the normal distribution."""


def detectable_change(sd: float, count: int) -> float:
    """Smallest difference of two sessions' means that chance makes in one of twenty at most.

    1.96 * sqrt(2) * SD / sqrt(n), the minimal detectable change (Weir 2005), with the standard
    error of the mean of `count` strides in both. It knows nothing of a camera that was moved.

    >>> round(detectable_change(2.0, 100), 2)
    0.55
    """
    return detectable_difference((sd, count), (sd, count))


def detectable_difference(one: tuple[float, int], other: tuple[float, int]) -> float:
    """The same of two sessions that differ, SD and count of strides of each.

    1.96 * sqrt(SD_1^2 / n_1 + SD_2^2 / n_2).

    >>> round(detectable_difference((3.0, 900), (4.0, 400)), 3)
    0.438
    """
    variance = sum(sd * sd / count for sd, count in (one, other))
    return TWO_SIDED_95 * math.sqrt(variance)
