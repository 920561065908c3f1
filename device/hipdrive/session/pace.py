"""The mean time of a stride, over a session."""

from __future__ import annotations

from collections import deque

from hipdrive.gait.metrics.cadence import TIME_TOLERANCE_PERCENT
from hipdrive.gait.signal.running_median import STRIDES_KEPT, RunningMedian


class Pace:
    """Mean of stride times, without those that the strides before and after contradict.

    A stride is judged by the median of nine of which it is the middle one, so the first of a
    session, for which the engine has nothing to compare with yet, is judged as well. Constant
    memory.
    """

    def __init__(self) -> None:
        self._usual = RunningMedian()
        self._waiting: deque[int] = deque()
        self._count = 0
        self._total_ns = 0

    def add(self, stride_time_ns: int) -> None:
        """Take the time of one more stride in."""
        self._usual.learn(stride_time_ns)
        self._waiting.append(stride_time_ns)
        if len(self._waiting) > STRIDES_KEPT // 2:
            oldest_ns = self._waiting.popleft()
            if self._usual.fits(oldest_ns, TIME_TOLERANCE_PERCENT):
                self._count += 1
                self._total_ns += oldest_ns

    @property
    def strides(self) -> int:
        """How many are behind the mean."""
        return self._count + len(self._fitting())

    @property
    def mean_ns(self) -> float | None:
        """Mean time of a stride; None without one."""
        fitting = self._fitting()
        strides = self._count + len(fitting)
        return (self._total_ns + sum(fitting)) / strides if strides else None

    def _fitting(self) -> list[int]:
        """Of those whose successors are not known yet."""
        return [
            time_ns
            for time_ns in self._waiting
            if self._usual.fits(time_ns, TIME_TOLERANCE_PERCENT)
        ]
