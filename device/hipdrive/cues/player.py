"""Plays cues in a thread of its own, so that whoever gives one never waits for a pin."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections import Counter

    from hipdrive.cues.driver import PanelDriver
    from hipdrive.types.cue import Cue, CueKind

MOST_CUES_WAITING = 16
"""More than a stride can bring; beyond, the oldest are dropped: a late cue is a wrong one."""
JOIN_S = 2.0
LOOK_S = 3.0
"""How often lights that hold look whether a part of the device has failed."""


class CuePlayer:
    """Plays the loop's cues on lights and sound; `show` returns at once.

    Args:
        driver: of the outputs, which are closed by `close`; its clock is that of the system.
    """

    def __init__(self, driver: PanelDriver) -> None:
        self._driver = driver
        self._changed = threading.Condition()
        self._queue: deque[Cue] = deque(maxlen=MOST_CUES_WAITING)
        self._closing = False
        driver.begin()
        self._thread = threading.Thread(target=self._play, name="cues", daemon=True)
        self._thread.start()

    @property
    def unseen(self) -> Counter[CueKind]:
        """Cues that `show` took and nobody saw or heard."""
        return self._driver.unseen

    def show(self, cue: Cue) -> bool:
        """Queue the cue.

        Returns:
            False while the outputs fail. They are tried again with it, but nobody may see it.
        """
        working = not self._driver.broken
        self._driver.decided(cue)
        with self._changed:
            self._queue.append(cue)
            self._changed.notify()
        return working

    def set_letting_go(self, *, letting_go: bool) -> None:
        """Show at once that letting go of the button ends the session, or no longer."""
        if letting_go is not self._driver.letting_go:
            self._driver.letting_go = letting_go
            with self._changed:
                self._changed.notify()

    def close(self) -> None:
        """Stop at once, also in the middle of a buzz, and switch everything off. Safe to repeat."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(JOIN_S)
        self._driver.outputs.close()

    def _play(self) -> None:
        cues: tuple[Cue, ...] | None = ()
        while cues is not None:
            self._driver.drive(cues)
            cues = self._next(self._patience_s())

    def _patience_s(self) -> float:
        left_ns = self._driver.left_ns()
        return LOOK_S if left_ns is None else min(left_ns / NS_PER_S, LOOK_S)

    def _next(self, patience_s: float) -> tuple[Cue, ...] | None:
        """The cues that came, none within the patience; None when there will be none."""
        with self._changed:
            if not self._queue and not self._closing:
                self._changed.wait(patience_s)
            if self._closing:
                return None
            cues = tuple(self._queue)
            self._queue.clear()
            return cues
