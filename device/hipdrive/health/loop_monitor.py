"""Timing of the loop's frames, kept for another thread to read."""

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
"""Frames kept: more than ten seconds of the fastest camera."""
RATE_NS = 3 * NS_PER_S
"""Shortest time from which a rate is computed; over less it is chance."""


@dataclass(frozen=True, slots=True)
class LoopStats:
    """Timing of the loop over a window.

    Attributes:
        age_ns: time since the loop finished a frame, or since it began, ns.
        frames_per_second: frames finished within the window; None in the first three
            seconds, and while nobody is there and the device rests.
        loop_p50_ns, loop_p95_ns: median and 95th percentile of the time a frame takes in the
            loop, ns; None: no frame.
        score: mean score of the frames' key points, 0 to 1; None: no frame.
        dropped: frames that `camera.fps` asked for and the loop never got, since it began: the
            sensor or the loop was too slow.
    """

    age_ns: int
    frames_per_second: float | None
    loop_p50_ns: int | None
    loop_p95_ns: int | None
    score: float | None
    dropped: int


@dataclass(frozen=True, slots=True)
class FrameTiming:
    """When the loop finished a frame, how long it took, and the pose's score in Q16.16."""

    done_ns: int
    duration_ns: int
    score: int


def never() -> bool:
    """Whether a device rests that never does."""
    return False


class LoopMonitor:
    """Filled by the loop, read by another thread; a `Sink` of constant memory.

    No lock: each frame stores one whole value in a ring buffer, and a reader copies the buffer, so
    the loop never waits for it. A reader may miss the newest frame, and nothing else.

    Args:
        asked_fps: frames a second that the camera is set to.
        clock_ns: a monotonic clock, ns.
        resting: True while nobody is there and few frames are looked at: those left out are not
            missed, and the rate says nothing.
    """

    def __init__(
        self, asked_fps: int, clock_ns: Callable[[], int], resting: Callable[[], bool] = never
    ) -> None:
        self._asked_fps = asked_fps
        self._clock_ns = clock_ns
        self._resting = resting
        self._rested_ns = self._rested = 0
        self._woke_ns = clock_ns()
        self._began_ns = clock_ns()
        self._ring: list[FrameTiming | None] = [None] * KEPT
        self._count = 0
        self._newest_ns: int | None = None
        self._first_ns: int | None = None
        self._first_t_ns: int | None = None
        self._pose: Pose | None = None

    def on_frame(self, result: FrameResult) -> None:
        """Note the frame's time and its pose."""
        if self._resting() and self._pose is not None:
            self._rested_ns += result.pose.t_ns - self._pose.t_ns
            self._rested += 1
            self._woke_ns = self._clock_ns()
        self._pose = result.pose
        if self._first_t_ns is None:
            self._first_t_ns = result.pose.t_ns

    def lap(self, duration_ns: int) -> None:
        """Store the timing of the frame noted last.

        Args:
            duration_ns: how long the loop took for it, ns.
        """
        if self._pose is None:
            return
        now_ns = self._clock_ns()
        if self._first_ns is None:
            self._first_ns = now_ns
        self._ring[self._count % KEPT] = FrameTiming(now_ns, duration_ns, self._pose.body_score)
        self._count += 1
        self._newest_ns = now_ns

    def stats(self, window_ns: int) -> LoopStats:
        """Timing over the last `window_ns`, or over what there was of them."""
        now_ns = self._clock_ns()
        since_ns = now_ns - window_ns
        frames = [frame for frame in self._ring.copy() if frame and frame.done_ns > since_ns]
        durations_ns = sorted(frame.duration_ns for frame in frames)
        first_ns = now_ns if self._first_ns is None else self._first_ns
        rate_ns = max(since_ns, first_ns, self._woke_ns)
        watched_ns = now_ns - rate_ns
        watched = sum(frame.done_ns > rate_ns for frame in frames)
        newest_ns = self._newest_ns or self._began_ns
        return LoopStats(
            max(now_ns - newest_ns, 0),
            watched * NS_PER_S / watched_ns if watched_ns >= RATE_NS else None,
            _percentile(durations_ns, 50),
            _percentile(durations_ns, 95),
            sum(frame.score for frame in frames) / len(frames) / ONE if frames else None,
            self._dropped(),
        )

    def _dropped(self) -> int:
        if self._pose is None or self._first_t_ns is None:
            return 0
        watched_ns = self._pose.t_ns - self._first_t_ns - self._rested_ns
        asked = watched_ns * self._asked_fps // NS_PER_S
        return max(asked - (self._count - self._rested), 0)


def _percentile(ascending: list[int], percent: int) -> int | None:
    """The nearest-rank percentile: the least value that `percent` of all do not exceed."""
    if not ascending:
        return None
    return ascending[max(-(-percent * len(ascending) // 100) - 1, 0)]
