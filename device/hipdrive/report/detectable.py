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
    return TWO_SIDED_95 * math.sqrt(2) * sd / math.sqrt(count)
