"""How many frames after a peak it is told: what a cue is late by, apart from the loop itself."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.types.frame_result import FrameResult

MOST_FRAMES = 64
"""Half a second of the fastest camera; whoever is told later counts as that."""


class FramesToCue:
    """Counts, for each stride of the near leg, the frames from its peak to the one that told it.

    The peak itself is told a fixed time after it was: the filter's delay (`gait.butterworth`) and
    `gait.peaks.CONFIRM_SAMPLES`; frames come when they come.
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

    def usual(self) -> int | None:
        """The median; None without a stride.

        Strides of the first seconds come late, when it has been found out which way the runner
        faces; nobody is cued for those.
        """
        seen = 0
        for frames, count in sorted(self._counts.items()):
            seen += count
            if 2 * seen >= self._counts.total():
                return frames
        return None
