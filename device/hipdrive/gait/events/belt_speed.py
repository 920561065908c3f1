"""The speed of the belt as it was measured while the runner ran."""

from __future__ import annotations

from collections import deque

from hipdrive.types.fixed_point import divide_round

KEPT_POSES = 512
"""Longer than a stride and what passes until it is known, at 240 frames a second."""


class BeltSpeedTrack:
    """The last speeds of the belt, in bounded memory."""

    def __init__(self) -> None:
        self._speeds: deque[tuple[int, int]] = deque(maxlen=KEPT_POSES)

    def add(self, t_ns: int, mm_per_s: int | None) -> None:
        """Take a speed in; None: not known then."""
        if mm_per_s is not None:
            self._speeds.append((t_ns, mm_per_s))

    def mean(self, first_ns: int, last_ns: int) -> int | None:
        """Mean of the speeds from one time to another, both included, mm/s; None: none is known."""
        speeds = [speed for t_ns, speed in self._speeds if first_ns <= t_ns <= last_ns]
        return divide_round(sum(speeds), len(speeds)) if speeds else None
