"""All that waits for the broker: rows on disk, in memory while there is no disk, and strides."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from hipdrive.hub.complaint import Complaint, log
from hipdrive.hub.messages import messages
from hipdrive.hub.messages.message import Entry, Message, Worth
from hipdrive.hub.outbox.disk import damaged, reason, remedy
from hipdrive.hub.outbox.ids import Ids
from hipdrive.hub.outbox.outbox import DISK_BYTES, MIB, Outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.messages.message import OutgoingMessage
    from hipdrive.hub.outbox.row import OutboxRow

SOUND_ROWS = 20
"""So many rows in a row must reach a disk that failed before its next failure is news: one that is
nearly full takes a row now and then."""
MOST_UNREAD = 20
"""Of a disk that cannot be read so often in a row nothing is expected any more; until then what
memory holds waits, since it is younger."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that waits.

    Attributes:
        disk_bytes: rows on disk.
        memory_bytes: rows in memory while the disk cannot be used: ten hours of running.
        strides: a quarter of an hour of both legs, 4 MB.
    """

    disk_bytes: int = DISK_BYTES
    memory_bytes: int = 8 * MIB
    strides: int = 3000


@dataclass(frozen=True, slots=True)
class BacklogDepth:
    """How much waits.

    Attributes:
        rows: summaries and counts of cues.
        strides: strides.
        oldest_utc_ns: when the oldest row was written; None where none waits.
        dropped: rows and strides given up since the start of this process.
        refused: strides that the broker did not take.
        in_memory: rows that would be lost with this process.
    """

    rows: int = 0
    strides: int = 0
    oldest_utc_ns: int | None = None
    dropped: int = 0
    refused: int = 0
    in_memory: int = 0

    @property
    def total(self) -> int:
        """Rows and strides."""
        return self.rows + self.strides


@dataclass(frozen=True, slots=True)
class _Stride:
    """A stride that waits behind the rows that came before it, the last of which is named."""

    key: int
    after: str
    message: Message


class Backlog:
    """First in, first out, over rows and strides; two threads use it, the loop's is none of them.

    A disk that fails costs one warning. Rows then go to an outbox in memory, which has a series of
    its own: nobody could say, after a restart, which numbers of the disk's series were used. With
    each row the disk is tried again, and takes in what memory holds.

    Args:
        path: the outbox; None: nothing is kept on disk.
        clock: says when.
        limits: the most that waits.

    Attributes:
        depth: how much waits. May be read by any thread at any time.
    """

    def __init__(self, path: Path | None, clock: Clock, limits: Limits | None = None) -> None:
        self._path = path
        self._clock = clock
        self._limits = limits or Limits()
        self._ids = Ids()
        self._lock = Lock()
        self._disk: Outbox | None = None
        self._disk_dropped = 0
        self._memory: Outbox | None = None
        self._strides: deque[_Stride] = deque()
        self._number = 0
        self._last_id = ""
        self._dropped = 0
        # Counted by the thread that delivers, the others by the one that puts.
        self._refused = 0
        self._done: deque[str | int] = deque()
        self._when_untidy = self.tidy
        self._sound_rows = 0
        self._unread = 0
        self._trouble = Complaint()
        self._strange = Complaint()
        self.depth = BacklogDepth()

    def open(self) -> None:
        """Take up what was left over by the last run."""
        with self._lock:
            if (disk := self._try_disk()) is not None and disk.last_id:
                self._last_id = disk.last_id
            self._measure()

    def put(self, letter: OutgoingMessage) -> None:
        """Add a message at the end; on the disk when this returns, if it is worth it.

        Raises:
            TypeError: the letter holds something that is no JSON value.
        """
        with self._lock:
            self._settle()
            if letter.worth is Worth.FLEETING:
                self._put_stride(messages.written(letter, self._clock))
            else:
                self._put_row(letter, synchronised=self._clock.synchronised())
            self._measure()

    def lose(self, count: int) -> None:
        """Count rows that were given up before they got here."""
        import sqlite3

        with self._lock:
            try:
                (self._try_disk() or self._in_memory()).lose(count)
            except sqlite3.Error as error:
                self._troubled(error)
                self._in_memory().lose(count)
            self._measure()

    def _put_stride(self, message: Message) -> None:
        if len(self._strides) == self._limits.strides:
            self._strides.popleft()
            self._dropped += 1
        self._number += 1
        self._strides.append(_Stride(self._number, self._last_id, message))

    def _put_row(self, letter: OutgoingMessage, *, synchronised: bool) -> None:
        import sqlite3

        if (disk := self._try_disk()) is not None:
            try:
                self._last_id = disk.put(letter, synchronised=synchronised)
            except sqlite3.Error as error:
                self._troubled(error)
            else:
                self._recovered()
                return
        self._last_id = self._in_memory().put(letter, synchronised=synchronised)

    def _in_memory(self) -> Outbox:
        if self._memory is None:
            self._memory = Outbox(None, self._ids, self._limits.memory_bytes)
        return self._memory

    def _try_disk(self) -> Outbox | None:
        """The outbox on disk, with all that memory held; None when it cannot be had."""
        import sqlite3

        if self._path is None:
            return None
        try:
            if self._disk is None:
                self._disk = self._opened(self._path)
                self._disk_dropped = self._disk.dropped
            if self._memory is not None:
                self._disk.adopt(self._memory.rows(), self._memory.dropped)
                self._memory.close()
                self._memory = None
        except (OSError, sqlite3.Error) as error:
            self._troubled(error)
            return None
        return self._disk

    def _opened(self, path: Path) -> Outbox:
        import sqlite3

        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return Outbox(path, self._ids, self._limits.disk_bytes)
        except sqlite3.DatabaseError as error:
            if not damaged(error):
                raise
            self._set_aside(path, error)
            return Outbox(path, self._ids, self._limits.disk_bytes)

    def _set_aside(self, path: Path, error: Exception) -> None:
        """Give a damaged file another name, so that it can be looked at."""
        when = datetime.fromtimestamp(self._clock.utc_ns() // 1_000_000_000, UTC)
        aside = path.with_name(f"{path.name}.damaged-{when:%Y%m%dT%H%M%SZ}")
        for ending in ("", "-wal", "-shm"):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(aside.with_name(aside.name + ending))
        self._strange.say(
            f"the outbox {path} cannot be read ({error}); it is set aside as {aside}, and what "
            "waited in it is not published"
        )

    def _troubled(self, error: Exception) -> None:
        """Say what is wrong once; a file found damaged is opened anew with the next row."""
        if self._disk is not None and self._path is not None and damaged(error):
            # What waited in it is not published either.
            self._dropped += self._disk.dropped - self._disk_dropped + len(self._disk)
            self._disk.abandon()
            self._disk = None
            try:
                self._set_aside(self._path, error)
            except OSError as also:
                error = also
            else:
                return
        self._sound_rows = 0
        # One disk has many ways to say that it is full.
        if self._trouble.said:
            return
        self._trouble.say(
            f"the outbox {self._path} cannot be used ({reason(error)}): what the broker has not "
            f"got stays in memory and is lost when the device stops; {remedy(error)}"
        )

    def _recovered(self) -> None:
        if not self._trouble.said:
            return
        self._sound_rows += 1
        if self._sound_rows == SOUND_ROWS:
            log.info("hub: the outbox %s is used again", self._path)
            self._trouble.forget()

    def head(self) -> Entry | None:
        """The oldest message, which stays where it is; None when there is none.

        None also while a row is being put on the disk, which may stall: neither this nor `drop` nor
        `refuse` waits for that.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            self._settle()
            row = self._oldest_row()
            if self._strides and (row is None or row.id > self._strides[0].after):
                stride = self._strides[0]
                return Entry(stride.key, stride.message)
            return None if row is None else Entry(row.id, row.message)
        finally:
            self._lock.release()

    def _oldest_row(self) -> OutboxRow | None:
        import sqlite3

        if self._disk is not None:
            try:
                row = self._disk.head()
            except sqlite3.Error as error:
                self._troubled(error)
                self._unread += 1
                if self._unread < MOST_UNREAD:
                    return None
            else:
                self._unread = 0
                if row is not None:
                    return row
        return None if self._memory is None else self._memory.head()

    def drop(self, key: str | int) -> None:
        """The broker has the head: take it away, if it is still the entry of that key.

        It is not when there was no room for it while it was being delivered.
        """
        self._done.append(key)
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._settle()
            untidy = any(box.untidy for box in (self._disk, self._memory) if box is not None)
        finally:
            self._lock.release()
        if untidy:
            self._when_untidy()

    def refuse(self, key: str | int) -> bool:
        """The broker does not take the head; True when it is given up.

        A stride is, so that what is worth more does not wait behind it.
        """
        if isinstance(key, str):
            return False
        self._refused += 1
        self.drop(key)
        return True

    def when_untidy(self, ask: Callable[[], None]) -> None:
        """Call this when `tidy` should be called, by a thread that may wait for the disk."""
        self._when_untidy = ask

    def tidy(self) -> None:
        """Delete what the broker has."""
        import sqlite3

        with self._lock:
            for outbox in (self._disk, self._memory):
                try:
                    if outbox is not None and outbox.untidy:
                        outbox.delete_taken()
                except sqlite3.Error as error:
                    self._troubled(error)

    def _settle(self) -> None:
        """Take away what the broker has."""
        if not self._done:
            return
        import sqlite3

        while self._done:
            key = self._done.popleft()
            if isinstance(key, int):
                if self._strides and self._strides[0].key == key:
                    self._strides.popleft()
                continue
            for outbox in (self._disk, self._memory):
                try:
                    if outbox is not None and outbox.taken(key):
                        break
                except sqlite3.Error as error:
                    self._troubled(error)
        self._measure()

    def _measure(self) -> None:
        boxes = [box for box in (self._disk, self._memory) if box is not None]
        dropped = sum(box.dropped for box in boxes) - (self._disk_dropped if self._disk else 0)
        row = self._oldest_row() if any(len(box) for box in boxes) else None
        self.depth = BacklogDepth(
            sum(len(box) for box in boxes),
            len(self._strides),
            None if row is None else row.utc_ns,
            self._dropped + dropped,
            self._refused,
            0 if self._memory is None else len(self._memory),
        )

    def __len__(self) -> int:
        return self.depth.total

    def close(self) -> None:
        """Bring to the disk what can be brought there, and free the file."""
        import sqlite3

        with self._lock:
            self._try_disk()
            self._measure()
            for outbox in (self._disk, self._memory):
                try:
                    if outbox is not None:
                        outbox.close()
                except sqlite3.Error as error:
                    self._troubled(error)
            self._disk = self._memory = None
