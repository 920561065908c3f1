"""Cues that wait to be published until the panel has shown them, so that they say when."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hipdrive.session.cue_times import CueTime, CueTimes
    from hipdrive.types.cue import Cue

LONGEST_WAIT_NS = NS_PER_S
"""Lights that have changed three times within a second let the next cue wait for its end."""


class WaitingCues:
    """Gives cues back in their order, each with its times.

    A cue waits for a frame, as a rule: the panel's thread shows it meanwhile. One that was not
    shown by the time a later one was never will be.

    Args:
        times: when cues were shown; None: nothing shows them, and none waits.
    """

    def __init__(self, times: CueTimes | None) -> None:
        self._times = times
        self._cues: deque[Cue] = deque()

    def add(self, cues: Iterable[Cue]) -> None:
        """Cues of a frame."""
        self._cues.extend(cues)

    def ready(self, now_ns: int | None) -> Iterator[tuple[Cue, CueTime | None]]:
        """Those that need not wait any more, and their times; None where they are not known.

        Args:
            now_ns: time of the frame; None: the session ends, and nothing waits.
        """
        while self._cues and (now_ns is None or not self._waits(now_ns)):
            cue = self._cues.popleft()
            yield cue, self._of(cue)

    def _waits(self, now_ns: int) -> bool:
        cue = self._cues[0]
        if self._of(cue) is None or now_ns - cue.t_ns >= LONGEST_WAIT_NS:
            return False
        return not any((time := self._of(each)) and time.shown_ns for each in self._cues)

    def _of(self, cue: Cue) -> CueTime | None:
        return None if self._times is None else self._times.of(cue)
