"""The thread that writes the loop's messages to the outbox."""

from __future__ import annotations

from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.warn_once import WarnOnce
from hipdrive.hub.yield_to_loop import yield_to_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.messages.outgoing import OutgoingMessage
    from hipdrive.hub.outbox.backlog import Backlog

QUEUE_LENGTH = 2000
"""Messages between the loop and the disk: ten minutes in which the disk does not respond at all."""
RESERVED = 500
"""Of these the last are for messages that are kept on disk."""


class OutboxWriter:
    """Puts messages into the backlog in order; `put` never blocks, for one other thread.

    A thread apart from the network's, so that neither a disk that stalls nor a name that is being
    looked up delays the other.

    Args:
        backlog: where the messages go.
        wake: called whenever there may be something to deliver, in this thread.
    """

    def __init__(self, backlog: Backlog, wake: Callable[[], None]) -> None:
        self._backlog = backlog
        self._wake = wake
        # Its `put` never waits: no lock of Python's is shared with the loop.
        self._queue: SimpleQueue[OutgoingMessage | Callable[[], None] | None] = SimpleQueue()
        backlog.on_needs_delete(partial(self._queue.put, backlog.delete_acknowledged))
        self._overrun_rows = 0
        self._overrun_strides = 0
        self._counted = 0
        self._closed = False
        self._failure_warning = WarnOnce()
        self._overflow_warning = WarnOnce()
        self._thread = Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def put(self, message: OutgoingMessage) -> None:
        """Store a message, behind all that were put before; dropped when the queue is full."""
        memory_only = message.priority is Priority.MEMORY_ONLY
        if self._queue.qsize() < QUEUE_LENGTH - RESERVED * memory_only:
            self._queue.put(message)
        elif memory_only:
            self._overrun_strides += 1
        else:
            self._overrun_rows += 1

    @property
    def queued(self) -> int:
        """Number of messages that are not in the backlog yet."""
        return self._queue.qsize()

    @property
    def dropped(self) -> int:
        """Messages dropped before they reached the backlog and not counted there."""
        return self._overrun_strides + self._overrun_rows - self._counted

    def close(self, timeout_s: float) -> int:
        """Store what was put, and stop.

        Args:
            timeout_s: longest wait, s.

        Returns:
            The number of messages that were not stored in that time.
        """
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join(timeout_s)
        # The end of the queue is no message.
        return max(self._queue.qsize() - 1, 0) if self._thread.is_alive() else 0

    def _run(self) -> None:
        self._safely(self._backlog.open)
        self._wake()
        while (item := self._next()) is not None:
            if callable(item):
                self._safely(item)
            else:
                self._safely(partial(self._backlog.put, item))
                self._count_overruns()
            # The delivering thread did not wait for the disk meanwhile.
            self._wake()
        self._count_overruns()

    def _next(self) -> OutgoingMessage | Callable[[], None] | None:
        """The oldest item of the queue; after a wait for one the loop goes first."""
        if not self._queue.empty():
            return self._queue.get()
        item = self._queue.get()
        yield_to_loop()
        return item

    def _count_overruns(self) -> None:
        """Have the outbox count the rows for which the queue had no room."""
        if new := self._overrun_rows - self._counted:
            self._safely(partial(self._backlog.count_lost, new))
            self._counted += new
        if self.dropped or self._backlog.depth.dropped:
            self._overflow_warning.warn(
                "too much waits for the broker: the oldest messages are dropped"
            )

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:  # noqa: BLE001 - one bad message must not end the thread
            self._failure_warning.warn("a message could not be made or kept", traceback=True)
