"""What a quantity of a stride usually is, for a stride to be compared with."""

from __future__ import annotations

from collections import deque

STRIDES_KEPT = 9
LEAST_STRIDES = 3


class RunningMedian:
    """What a quantity of the last strides was like: the median of a few."""

    def __init__(self) -> None:
        self._values: deque[int] = deque(maxlen=STRIDES_KEPT)

    def learn(self, value: int) -> None:
        """Take one more in, also one that did not fit: what stays different is the new usual."""
        self._values.append(value)

    def fits(self, value: int, tolerance_percent: int) -> bool:
        """Whether a value is near the usual; True as long as that is not known."""
        if len(self._values) < LEAST_STRIDES:
            return True
        usual = sorted(self._values)[len(self._values) // 2]
        return 100 * abs(value - usual) <= tolerance_percent * usual
