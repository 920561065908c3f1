"""The mean time of a stride over a session; cadence comes from it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.gait.metrics.cadence import STRIDES_A_LINE, TIME_TOLERANCE_PERCENT
from hipdrive.gait.signal.running_median import STRIDES_KEPT, RunningMedian
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.types.stride import Stride

LEAST_FOR_A_LINE = 3
"""Strides. Through the ends of two, a line says no more than the second's own time."""
STRIKE_WEIGHT = 2
"""Of a foot strike in that of a peak: on drawn people the one is within 2 ms, the other within 3
(one SD, `docs/accuracy_mesh.md`), and weights go by the variance."""


class MeanStrideTime:
    """Mean time of the strides of one leg, without those that the ones around them contradict.

    A stride is judged by the median of nine of which it is the middle one, so the first of a
    session, for which the engine has nothing to compare with yet, is judged as well. Those that
    follow one another are timed together (`cadence/2`). Constant memory.
    """

    def __init__(self) -> None:
        self._median = RunningMedian()
        self._waiting: deque[Stride] = deque()
        self._lines = _Lines()

    def add(self, stride: Stride) -> None:
        """Take one more stride of the leg in, one whose time is sound."""
        self._median.learn(stride.stride_time_ns)
        self._waiting.append(stride)
        if len(self._waiting) > STRIDES_KEPT // 2:
            self._judge(self._waiting.popleft(), self._lines)

    def sums(self) -> tuple[int, float]:
        """How many strides are behind the mean, and the time that they take together, ns."""
        lines = replace(self._lines, line=[*self._lines.line])
        # Of the latest the successors are not known yet.
        for stride in self._waiting:
            self._judge(stride, lines)
        return lines.sums()

    def _judge(self, stride: Stride, lines: _Lines) -> None:
        if self._median.fits(stride.stride_time_ns, TIME_TOLERANCE_PERCENT):
            lines.add(stride)


def cadence_spm(*legs: MeanStrideTime) -> float | None:
    """Steps a minute, two a stride, of all legs' strides together; None without one."""
    counts, totals_ns = zip(*(leg.sums() for leg in legs), strict=True)
    return 120 * NS_PER_S * sum(counts) / sum(totals_ns) if sum(counts) else None


@dataclass
class _Lines:
    """Strides in lines of those that follow one another; whole lines are counted and let go.

    Attributes:
        count, total_ns: strides of whole lines, and their time.
        line: the latest strides, which follow one another.
        counted: how many of these are in a whole line already.
    """

    count: int = 0
    total_ns: float = 0.0
    line: list[Stride] = field(default_factory=list)
    counted: int = 0

    def add(self, stride: Stride) -> None:
        """Take the next one in."""
        line = self.line
        follows = not line or line[-1].t_ns == stride.t_ns - stride.stride_time_ns
        if not follows or len(line) == STRIDES_A_LINE:
            self.count, self.total_ns = self.sums()
            # The end of the last stride is where the next line begins.
            self.line = line[-1:] if follows else []
            self.counted = len(self.line)
        self.line.append(stride)

    def sums(self) -> tuple[int, float]:
        """Count and time, ns, of all strides."""
        count = len(self.line) - self.counted
        if len(self.line) >= LEAST_FOR_A_LINE:
            time_ns = count * _slope_ns(self.line)
        else:
            time_ns = float(sum(stride.stride_time_ns for stride in self.line[self.counted :]))
        return self.count + count, self.total_ns + time_ns


def _slope_ns(line: Sequence[Stride]) -> float:
    """Time of a stride, ns: least-squares slope of peaks and foot strikes over its number.

    From the first peak to the last the whole error of both is in the time; here every event weighs
    against all others. The peak before the first stride is left out: it may be the first that was
    seen of the leg.
    """
    peaks = [(number, stride.t_ns) for number, stride in enumerate(line)]
    strikes = [
        (number, stride.foot_strike_ns)
        for number, stride in enumerate(line)
        if stride.foot_strike_ns is not None
    ]
    (peaks_up, peaks_across), (strikes_up, strikes_across) = _sums(peaks), _sums(strikes)
    up = peaks_up + STRIKE_WEIGHT * strikes_up
    return up / (peaks_across + STRIKE_WEIGHT * strikes_across)


def _sums(events: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Of (number - its mean) times the time, ns, and of (number - its mean) squared."""
    if not events:
        return 0.0, 0.0
    mean = sum(number for number, _ in events) / len(events)
    first_ns = events[0][1]
    return (
        sum((number - mean) * (t_ns - first_ns) for number, t_ns in events),
        sum((number - mean) ** 2 for number, _ in events),
    )
