"""Plays the cues of a recording by the recording's own time, however fast it is gone through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from hipdrive.cues.driver import PanelDriver
    from hipdrive.types.cue import Cue, CueKind
    from hipdrive.types.frame_result import FrameResult


MOST_CAUGHT_UP_NS = 60 * NS_PER_S
"""Of a gap in a recording, so much is played."""


class FrameTime:
    """A clock that shows the time of the newest frame, or of what was due before it."""

    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        """The time, ns."""
        return self.now_ns


class RecordingPlayer:
    """Plays the loop's cues on simulated pins in the loop's own thread, and takes every frame in.

    What is shown, and when, is the same whenever the same recording is replayed.

    Args:
        make_driver: makes the driver of the outputs from the clock that it is to run by.
    """

    def __init__(self, make_driver: Callable[[FrameTime], PanelDriver]) -> None:
        self._time = FrameTime()
        self._driver = make_driver(self._time)
        self._began = False

    @property
    def unseen(self) -> Counter[CueKind]:
        """Cues that `show` took and nobody saw or heard."""
        return self._driver.unseen

    def show(self, cue: Cue) -> bool:
        """Show the cue; False where the outputs fail."""
        self._advance(cue.t_ns)
        self._driver.decided(cue)
        self._driver.drive((cue,))
        return not self._driver.broken

    def on_frame(self, result: FrameResult) -> None:
        """Show what was due until this frame."""
        self._advance(result.pose.t_ns)

    def close(self) -> None:
        """Switch everything off. Safe to repeat."""
        self._driver.outputs.close()

    def _advance(self, t_ns: int) -> None:
        if not self._began:
            self._began = True
            self._time.now_ns = t_ns
            self._driver.begin()
            self._driver.drive()
        self._time.now_ns = max(self._time.now_ns, t_ns - MOST_CAUGHT_UP_NS)
        while (next_ns := self._driver.next_ns()) is not None and next_ns <= t_ns:
            self._time.now_ns = max(self._time.now_ns, next_ns)
            self._driver.drive()
        self._time.now_ns = max(self._time.now_ns, t_ns)
