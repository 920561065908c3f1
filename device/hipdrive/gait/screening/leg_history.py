"""What the strides of a leg are usually like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.events.peaks import LONGEST_STRIDE_NS, SHORTEST_STRIDE_NS
from hipdrive.gait.signal.running_median import RunningMedian
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection

if TYPE_CHECKING:
    from hipdrive.gait.events.peaks import Peak
    from hipdrive.gait.events.stride_finder import StrideCandidate

TIME_TOLERANCE_PERCENT = 13
"""Runners vary their stride time by 1 to 2 %, and lost frames move a peak by a tenth of it; beyond
are a peak of the other leg, one that was missed, and a cut in a recording."""
TIME_TOLERANCE_AFTER_DOUBT_PERCENT = 25
"""After a stride that was rejected, of which the peak may lie elsewhere: this one's is judged."""


class LegHistory:
    """Length of the thigh, time of a stride, and whether the last one was in doubt.

    Attributes:
        thigh_lengths: of the last strides, Q16.16 px.
        thigh_shares: thigh over trunk of the last strides, Q16.16.
        stride_times: of the last strides, ns.
        time_tolerance_percent: how far a stride's time may be from the usual one.
        too_fast_before: the stride before was too fast for a runner; so is the first one until it
            shows otherwise.
    """

    def __init__(self) -> None:
        self.thigh_lengths = RunningMedian()
        self.thigh_shares = RunningMedian()
        self.stride_times = RunningMedian()
        self.reset()

    def reset(self) -> None:
        """A gap. The thigh keeps its length, and the runner the pace."""
        self.too_fast_before = True
        self.time_tolerance_percent = TIME_TOLERANCE_PERCENT

    def learn(self, stride: StrideCandidate, rejection: Rejection | None) -> None:
        """Take a stride in, and what `LEG_CHECKS` say of it."""
        self.time_tolerance_percent = (
            TIME_TOLERANCE_AFTER_DOUBT_PERCENT if rejection else TIME_TOLERANCE_PERCENT
        )
        if rejection in {None, Rejection.SEGMENT_LENGTH}:
            self.thigh_lengths.learn(stride.peak.thigh_length)
            self.thigh_shares.learn(thigh_share(stride.peak))
        if possible(stride.stride_time_ns) and not stride.peak.too_fast:
            self.stride_times.learn(stride.stride_time_ns)
        self.too_fast_before = stride.peak.too_fast


def thigh_share(peak: Peak) -> int:
    """Length of the thigh over that of the trunk, Q16.16; 0 where the trunk's is not known."""
    return peak.thigh_length * ONE // peak.trunk_length if peak.trunk_length else 0


def possible(stride_time_ns: int) -> bool:
    """Whether a stride of running can take so long."""
    return SHORTEST_STRIDE_NS <= stride_time_ns <= LONGEST_STRIDE_NS
