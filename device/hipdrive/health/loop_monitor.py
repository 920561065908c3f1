"""What the loop leaves behind of every frame, for somebody else to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.types.fixed_point import ONE
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.pose import Pose

KEPT = 2048
"""Frames that are kept: more than ten seconds of the fastest camera."""
RATE_NS = 3 * NS_PER_S
"""A rate of less than this is chance."""


@dataclass(frozen=True, slots=True)
class LoopStats:
    """How the loop is doing.

    Attributes:
        age_ns: time since the loop finished a frame, or since it began, ns.
        frames_per_second: frames finished within the window; None in the first three
            seconds.
        loop_p50_ns, loop_p95_ns: time from taking a frame to being done with it; None: no frame.
        score: mean score of the frames' key points, 0 to 1; None: no frame.
        dropped: frames that `camera.fps` asked for and the loop never had, since it began: the
            sensor or the loop was too slow.
    """

    age_ns: int
    frames_per_second: float | None
    loop_p50_ns: int | None
    loop_p95_ns: int | None
    score: float | None
    dropped: int


@dataclass(frozen=True, slots=True)
class _Lap:
    done_ns: int
    duration_ns: int
    score: int


class LoopMonitor:
    """Filled by the loop, read by another thread; an `Outlet`, constant memory.

    No lock: each frame leaves one whole value in a ring, and a reader copies the ring, so that the
    loop never waits for it. A reader may miss the newest frame, and nothing else.

    Args:
        asked_fps: frames a second asked of the camera.
        clock_ns: a monotonic clock.
    """

    def __init__(self, asked_fps: int, clock_ns: Callable[[], int]) -> None:
        self._asked_fps = asked_fps
        self._clock_ns = clock_ns
        self._began_ns = clock_ns()
        self._ring: list[_Lap | None] = [None] * KEPT
        self._count = 0
        self._newest_ns: int | None = None
        self._first_ns: int | None = None
        self._first_t_ns: int | None = None
        self._pose: Pose | None = None

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        self._pose = result.pose
        if self._first_t_ns is None:
            self._first_t_ns = result.pose.t_ns

    def lap(self, duration_ns: int) -> None:
        """The frame of the result taken last is done with."""
        if self._pose is None:
            return
        now_ns = self._clock_ns()
        if self._first_ns is None:
            self._first_ns = now_ns
        self._ring[self._count % KEPT] = _Lap(now_ns, duration_ns, self._pose.body_score)
        self._count += 1
        self._newest_ns = now_ns

    def beat(self, window_ns: int) -> LoopStats:
        """The last `window_ns`, or what there was of them."""
        now_ns = self._clock_ns()
        since_ns = now_ns - window_ns
        laps = [lap for lap in self._ring.copy() if lap and lap.done_ns > since_ns]
        durations_ns = sorted(lap.duration_ns for lap in laps)
        first_ns = now_ns if self._first_ns is None else self._first_ns
        watched_ns = now_ns - max(since_ns, first_ns)
        newest_ns = self._newest_ns or self._began_ns
        return LoopStats(
            max(now_ns - newest_ns, 0),
            len(laps) * NS_PER_S / watched_ns if watched_ns >= RATE_NS else None,
            _rank(durations_ns, 50),
            _rank(durations_ns, 95),
            sum(lap.score for lap in laps) / len(laps) / ONE if laps else None,
            self._dropped(),
        )

    def _dropped(self) -> int:
        if self._pose is None or self._first_t_ns is None:
            return 0
        asked = (self._pose.t_ns - self._first_t_ns) * self._asked_fps // NS_PER_S
        return max(asked - self._count, 0)


def _rank(ascending: list[int], percent: int) -> int | None:
    """The value that `percent` of all do not exceed."""
    if not ascending:
        return None
    return ascending[max(-(-percent * len(ascending) // 100) - 1, 0)]
