"""Everything that waits for the broker: rows on disk, rows in memory, and strides."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

from hipdrive.hub.messages.encoding import encode_outgoing
from hipdrive.hub.messages.outgoing import Priority, QueuedMessage
from hipdrive.hub.outbox.depth import BacklogDepth, Limits
from hipdrive.hub.outbox.disk_outbox import DiskOutbox
from hipdrive.hub.outbox.ids import IdGenerator
from hipdrive.hub.outbox.set_aside import MOST_WAITING, SetAside, SetAsideFile, set_aside_path
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from hipdrive.hub.outbox.stride_queue import StrideQueue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.messages.outgoing import OutgoingMessage
    from hipdrive.hub.outbox.row import OutboxRow

MOST_UNREAD = 20
"""Failed reads in succession after which nothing is expected of the disk any more; until then the
rows in memory wait, since they are younger."""


class Backlog:
    """First in, first out, over rows and strides; two threads use it, neither is the loop's.

    While the disk fails rows go to an outbox in memory, which has a series of its own: after a
    restart nobody could say which numbers of the disk's series were used. With each row the disk is
    tried again, and takes the rows from memory.

    Args:
        path: file of the outbox; None: nothing is kept on disk.
        clock: the clocks.
        limits: the most that waits.

    Attributes:
        depth: how much waits. May be read by any thread at any time.
    """

    def __init__(self, path: Path | None, clock: Clock, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self._clock = clock
        self._memory_bytes = limits.memory_bytes
        self._ids = IdGenerator()
        self._lock = Lock()
        self._disk = None if path is None else DiskOutbox(path, self._ids, limits.disk_bytes, clock)
        self._memory: Outbox | None = None
        self._strides = StrideQueue(limits.strides)
        self._last_id = ""
        # Counted by the thread that delivers; all else by the one that puts.
        self._refused = 0
        self._set_aside_count = 0
        self._set_aside: deque[SetAside] = deque(maxlen=MOST_WAITING)
        self._set_aside_file = None if path is None else SetAsideFile(set_aside_path(path))
        self._acknowledged: deque[str | int] = deque()
        self._request_delete = self.delete_acknowledged
        self._unread = 0
        self.depth = BacklogDepth()

    def open(self) -> None:
        """Open the outbox with what the last run left in it."""
        with self._lock:
            if (disk := self._try_disk()) is not None and disk.last_id:
                self._last_id = disk.last_id
            self._measure()

    def put(self, outgoing: OutgoingMessage) -> None:
        """Add a message at the end; on the disk when this returns, if its priority asks for it.

        Raises:
            TypeError: the message holds something that is no JSON value.
        """
        with self._lock:
            self._keep_set_aside()
            self._remove_acknowledged()
            if outgoing.priority is Priority.MEMORY_ONLY:
                self._strides.put(encode_outgoing(outgoing, self._clock), self._last_id)
            else:
                self._put_row(outgoing, synchronised=self._clock.synchronised())
            self._measure()

    def count_lost(self, count: int) -> None:
        """Count rows that were given up before they got here."""
        import sqlite3

        with self._lock:
            try:
                (self._try_disk() or self._in_memory()).count_lost(count)
            except sqlite3.Error as error:
                self._failed(error)
                self._in_memory().count_lost(count)
            self._measure()

    def _put_row(self, outgoing: OutgoingMessage, *, synchronised: bool) -> None:
        import sqlite3

        if self._disk is not None and (outbox := self._try_disk()) is not None:
            try:
                self._last_id = outbox.put(outgoing, synchronised=synchronised)
            except sqlite3.Error as error:
                self._disk.failed(error)
            else:
                self._disk.stored()
                return
        self._last_id = self._in_memory().put(outgoing, synchronised=synchronised)

    def _in_memory(self) -> Outbox:
        if self._memory is None:
            self._memory = Outbox(None, self._ids, self._memory_bytes)
        return self._memory

    def _try_disk(self) -> Outbox | None:
        """The outbox on disk, with the rows from memory; None when it cannot be used."""
        import sqlite3

        if self._disk is None:
            return None
        try:
            outbox = self._disk.open()
            if self._memory is not None:
                outbox.adopt(self._memory.rows(), self._memory.dropped)
                self._memory.close()
                self._memory = None
        except (OSError, sqlite3.Error) as error:
            self._disk.failed(error)
            return None
        return outbox

    def _failed(self, error: Exception) -> None:
        if self._disk is not None:
            self._disk.failed(error)

    @property
    def _outboxes(self) -> list[Outbox]:
        """Those in use, the one on disk first."""
        disk = None if self._disk is None else self._disk.outbox
        return [outbox for outbox in (disk, self._memory) if outbox is not None]

    def head(self) -> QueuedMessage | None:
        """The oldest message, which stays where it is; None when there is none.

        None also while a row is being written to the disk, which may stall: neither this nor
        `acknowledge` nor `refuse` waits for that.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            self._remove_acknowledged()
            row = self._oldest_row()
            if (stride := self._strides.head(None if row is None else row.id)) is not None:
                return stride
            return None if row is None else QueuedMessage(row.id, row.message)
        finally:
            self._lock.release()

    def _oldest_row(self) -> OutboxRow | None:
        import sqlite3

        if self._disk is not None and self._disk.outbox is not None:
            try:
                row = self._disk.outbox.head()
            except sqlite3.Error as error:
                self._disk.failed(error)
                self._unread += 1
                if self._unread < MOST_UNREAD:
                    return None
            else:
                self._unread = 0
                if row is not None:
                    return row
        return None if self._memory is None else self._memory.head()

    def acknowledge(self, key: str | int) -> None:
        """The broker has the head: remove it, if it is still the message of that key.

        It is not when it was dropped for lack of room while it was being delivered.
        """
        self._acknowledged.append(key)
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._remove_acknowledged()
            needs_delete = any(outbox.needs_delete for outbox in self._outboxes)
        finally:
            self._lock.release()
        if needs_delete:
            self._request_delete()

    def refuse(self, key: str | int) -> bool:
        """The broker refuses the head; True when it is given up.

        A stride is, so that messages of higher priority do not wait behind it.
        """
        if isinstance(key, str):
            return False
        self._refused += 1
        self.acknowledge(key)
        return True

    def set_aside(self, queued: QueuedMessage, why: str) -> None:
        """The broker will never take the head: keep it where people can read it, and go on.

        A stride is given up, as one that is refused: the record of the session has it.
        """
        if self.refuse(queued.key):
            return
        self._set_aside_count += 1
        if self._set_aside_file is not None:
            self._set_aside.append(SetAside(queued.message, why))
        self.acknowledge(queued.key)
        self._request_delete()

    def _keep_set_aside(self) -> None:
        """Write what was set aside, before its rows are deleted."""
        count = len(self._set_aside)
        messages = [self._set_aside[index] for index in range(count)]
        if messages and self._set_aside_file is not None and self._set_aside_file.append(messages):
            for _ in messages:
                self._set_aside.popleft()

    def on_needs_delete(self, request: Callable[[], None]) -> None:
        """Call `request` when another thread, one that may wait for the disk, is to delete."""
        self._request_delete = request

    def delete_acknowledged(self) -> None:
        """Delete the rows that the broker has from the file."""
        import sqlite3

        with self._lock:
            self._keep_set_aside()
            for outbox in self._outboxes:
                try:
                    if outbox.needs_delete:
                        outbox.delete_acknowledged()
                except sqlite3.Error as error:
                    self._failed(error)

    def _remove_acknowledged(self) -> None:
        if not self._acknowledged:
            return
        import sqlite3

        while self._acknowledged:
            key = self._acknowledged.popleft()
            if isinstance(key, int):
                self._strides.remove(key)
                continue
            for outbox in self._outboxes:
                try:
                    if outbox.acknowledge(key):
                        break
                except sqlite3.Error as error:
                    self._failed(error)
        self._measure()

    def _measure(self) -> None:
        # First: it may find the file damaged.
        row = self._oldest_row() if any(len(outbox) for outbox in self._outboxes) else None
        memory = self._memory
        self.depth = BacklogDepth(
            sum(len(outbox) for outbox in self._outboxes),
            len(self._strides),
            None if row is None else row.utc_ns,
            self._strides.dropped
            + (0 if self._disk is None else self._disk.dropped)
            + (0 if memory is None else memory.dropped),
            self._refused,
            0 if memory is None else len(memory),
            self._set_aside_count,
        )

    def __len__(self) -> int:
        return self.depth.total

    def close(self) -> None:
        """Write to the disk what can be written, and close the file."""
        import sqlite3

        with self._lock:
            self._keep_set_aside()
            self._try_disk()
            self._measure()
            for outbox in self._outboxes:
                try:
                    outbox.close()
                except sqlite3.Error as error:
                    self._failed(error)
            if self._disk is not None:
                self._disk.outbox = None
            self._memory = None
