"""The mean time of a stride over a session; cadence comes from it."""

from __future__ import annotations

from collections import deque

from hipdrive.gait.metrics.cadence import TIME_TOLERANCE_PERCENT
from hipdrive.gait.signal.running_median import STRIDES_KEPT, RunningMedian


class MeanStrideTime:
    """Mean of stride times, without those that the strides before and after contradict.

    A stride is judged by the median of nine of which it is the middle one, so the first of a
    session, for which the engine has nothing to compare with yet, is judged as well. Constant
    memory.
    """

    def __init__(self) -> None:
        self._median = RunningMedian()
        self._waiting: deque[int] = deque()
        self._count = 0
        self._total_ns = 0

    def add(self, stride_time_ns: int) -> None:
        """Take the time of one more stride in, ns."""
        self._median.learn(stride_time_ns)
        self._waiting.append(stride_time_ns)
        if len(self._waiting) > STRIDES_KEPT // 2:
            oldest_ns = self._waiting.popleft()
            if self._median.fits(oldest_ns, TIME_TOLERANCE_PERCENT):
                self._count += 1
                self._total_ns += oldest_ns

    @property
    def count(self) -> int:
        """How many strides are behind the mean."""
        return self._count + len(self._fitting())

    @property
    def mean_ns(self) -> float | None:
        """Mean time of a stride, ns; None without one."""
        fitting = self._fitting()
        count = self._count + len(fitting)
        return (self._total_ns + sum(fitting)) / count if count else None

    def _fitting(self) -> list[int]:
        """Times of the latest strides that fit, those whose successors are not known yet."""
        return [
            time_ns
            for time_ns in self._waiting
            if self._median.fits(time_ns, TIME_TOLERANCE_PERCENT)
        ]
