"""The thread that brings what the loop says to the disk."""

from __future__ import annotations

import time
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from hipdrive.hub.complaint import Complaint
from hipdrive.hub.messages.message import Worth
from hipdrive.hub.mqtt.wake import LET_GO_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.messages.message import OutgoingMessage
    from hipdrive.hub.outbox.backlog import Backlog

MOST_HANDED_OVER = 2000
"""Letters between the loop and the disk: ten minutes in which the disk does not move at all."""
RESERVED = 500
"""Of these the last are for what is worth the disk."""


class OutboxWriter:
    """Puts letters away in order; `post` never waits and may be called by one other thread.

    It has a thread apart from the network's, so that neither a disk that stalls nor a name that is
    being looked up keeps the other waiting.

    Args:
        waiting: where they go.
        ring: called whenever there may be something to deliver, in the keeper's thread.
    """

    def __init__(self, waiting: Backlog, ring: Callable[[], None]) -> None:
        self._waiting = waiting
        self._ring = ring
        # Its `put` never waits: no lock of Python's is shared with the loop.
        self._letters: SimpleQueue[OutgoingMessage | Callable[[], None] | None] = SimpleQueue()
        waiting.when_untidy(self._tidy)
        self._overrun_rows = 0
        self._overrun_strides = 0
        self._told = 0
        self._closed = False
        self._fault = Complaint()
        self._overflow = Complaint()
        self._thread = Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def post(self, letter: OutgoingMessage) -> None:
        """Put a letter away, behind all that were posted before."""
        fleeting = letter.worth is Worth.FLEETING
        if self._letters.qsize() < MOST_HANDED_OVER - RESERVED * fleeting:
            self._letters.put(letter)
        elif fleeting:
            self._overrun_strides += 1
        else:
            self._overrun_rows += 1

    @property
    def dropped(self) -> int:
        """Letters given up on the way that nobody else counts."""
        return self._overrun_strides + self._overrun_rows - self._told

    def close(self, timeout_s: float) -> int:
        """Put away what was posted and stop; returns how many letters were left after the time."""
        if not self._closed:
            self._closed = True
            self._letters.put(None)
        self._thread.join(timeout_s)
        # The end of the queue is no letter.
        return max(self._letters.qsize() - 1, 0) if self._thread.is_alive() else 0

    def _run(self) -> None:
        self._safely(self._waiting.open)
        self._ring()
        while (letter := self._next()) is not None:
            if callable(letter):
                self._safely(letter)
            else:
                self._safely(partial(self._waiting.put, letter))
                self._tell()
            # Whoever delivers did not wait for the disk meanwhile.
            self._ring()
        self._tell()

    def _tidy(self) -> None:
        """Have it done by the thread that may wait for the disk."""
        self._letters.put(self._waiting.tidy)

    def _next(self) -> OutgoingMessage | Callable[[], None] | None:
        """The oldest letter; after a wait for one the loop goes first."""
        if not self._letters.empty():
            return self._letters.get()
        letter = self._letters.get()
        time.sleep(LET_GO_S)
        return letter

    def _tell(self) -> None:
        """Have the rows counted for which there was no room on the way."""
        if news := self._overrun_rows - self._told:
            self._safely(partial(self._waiting.lose, news))
            self._told += news
        if self.dropped or self._waiting.depth.dropped:
            self._overflow.say("too much waits for the broker: the oldest messages are dropped")

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:  # noqa: BLE001 - one bad letter must not end the thread
            self._fault.say("a message could not be made or kept", traceback=True)
