"""How many frames lie between a peak and the cue that rests on it, apart from the loop itself."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.types.frame_result import FrameResult

MOST_FRAMES = 64
"""Half a second of the fastest camera; a stride that becomes known later counts as that."""


class FramesToCue:
    """Counts the frames from the peak of each near-leg stride to the one in which it became known.

    A peak becomes known a fixed time after it was: the filter's delay and the samples that confirm
    it (`gait`); frames come at their own times.
    """

    def __init__(self) -> None:
        self._frames_ns: deque[int] = deque(maxlen=MOST_FRAMES)
        self._counts: Counter[int] = Counter()

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        self._frames_ns.append(result.pose.t_ns)
        for stride in result.gait.strides:
            if stride.near and stride.accepted:
                self._counts[sum(t_ns > stride.t_ns for t_ns in self._frames_ns)] += 1

    def median(self) -> int | None:
        """Median count of frames; None without a stride.

        Strides of the first seconds become known late, once it is clear which way the runner faces;
        no cue rests on those, so they would distort the mean.
        """
        seen = 0
        for frames, count in sorted(self._counts.items()):
            seen += count
            if 2 * seen >= self._counts.total():
                return frames
        return None
