"""Rows that wait for the broker, in one SQLite file that outlives a power cut."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from hipdrive.hub.messages.encoding import encode_row, timestamped
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.outbox.layout import prepare
from hipdrive.hub.outbox.row import (
    ROW_BYTES,
    SELECT_ROWS,
    OutboxRow,
    parse_row,
    stored_columns,
)
from hipdrive.row_checksum import checksum
from hipdrive.sqlite_errors import corrupt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from hipdrive.hub.messages.outgoing import OutgoingMessage, Priority
    from hipdrive.hub.outbox.ids import IdGenerator

MIB = 1 << 20
DISK_BYTES = 64 * MIB
"""About 14,000 summaries: three days and nights of running."""
MOST_UNDELETED = 100
"""Acknowledged rows that the file may still hold: after a power cut they are sent twice. Deleting
each at once would cost a write to the card for each."""
BUSY_S = 0.5


class Outbox:
    """Rows in the order they were put, each on the disk before `put` returns.

    Every message gets `id`, `series`, `seq` and `dropped`: numbers of a series have no gap, except
    for the rows that were given up, which `dropped` counts. Not for the loop's thread: disks stall.

    Args:
        path: the file; None: in memory, and lost at the end.
        ids: makes the ids, also those of other outboxes of this device.
        limit_bytes: the most that waits. Beyond, the oldest row of the lowest priority is dropped,
            never one of a higher priority than the new row; if there is none, the new row is.

    Attributes:
        size_bytes: size of the rows in the file, bytes.
        dropped: rows that were given up in the life of the file.
        last_id: id of the newest row; empty before it.
        delivered_id: id of the newest row that the broker has; empty before it.

    Raises:
        NewerLayoutError: a newer hipdrive wrote the file.
        sqlite3.Error: from any method: the file is locked, damaged, no outbox, or the disk is full.
            Nothing of a failed call is kept.
    """

    def __init__(self, path: Path | None, ids: IdGenerator, limit_bytes: int = DISK_BYTES) -> None:
        import sqlite3

        self._ids = ids
        self._limit_bytes = limit_bytes
        # The lock of `Backlog` guards the connection.
        self._db = sqlite3.connect(
            path or ":memory:", timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        # Damaged text is found by the code that reads it.
        self._db.text_factory = lambda raw: raw.decode(errors="replace")
        self._head: OutboxRow | None = None
        self._acknowledged = 0
        self._undeleted = 0
        self._undeleted_bytes = 0
        self.delivered_id = ""
        try:
            self._open()
        except UnicodeDecodeError as error:
            # Python reads SQLite's message as UTF-8, and it may quote what is damaged.
            self._db.close()
            raise corrupt("its tables are damaged") from error
        except BaseException:
            self._db.close()
            raise

    def _open(self) -> None:
        state = prepare(self._db)
        self._series, self._seq = state.series, state.seq
        self.last_id, self.dropped = state.last_id, state.dropped
        if self.last_id:
            try:
                self._ids.continue_after(self.last_id)
            except ValueError as error:
                raise corrupt("its state is damaged") from error
        command = "SELECT COUNT(*), COALESCE(SUM(LENGTH(payload) + ?), 0) FROM row"
        self._count: int
        self._count, self.size_bytes = self._db.execute(command, (ROW_BYTES,)).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """All or nothing, on the disk when it ends."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        except BaseException:
            # SQLite ends a transaction by itself after some errors.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def put(self, outgoing: OutgoingMessage, *, synchronised: bool) -> str:
        """Add a message at the end.

        Args:
            outgoing: the message.
            synchronised: True when the wall clock can be trusted.

        Returns:
            The id of the row.

        Raises:
            TypeError: the message holds something that is no JSON value.
        """
        row_id = self._ids.make(outgoing.stamp.utc_ns)
        body = timestamped(outgoing.body, outgoing.stamp, synchronised=synchronised)
        fields = {"id": row_id, "series": self._series, "seq": self._seq + 1}
        size = len(encode_row(body, {**fields, "dropped": self.dropped})) + ROW_BYTES
        to_drop, fits = self._rows_to_drop(outgoing.priority, size)
        dropped = self.dropped + len(to_drop) + (not fits)
        payload = encode_row(body, {**fields, "dropped": dropped})
        message = MqttMessage(outgoing.topic, payload, retain=outgoing.retain)
        row = OutboxRow(0, row_id, outgoing.priority, outgoing.stamp.utc_ns, message)
        self._store([row] if fits else [], to_drop, self._seq + 1, dropped)
        return row_id

    def adopt(self, rows: list[OutboxRow], dropped: int) -> None:
        """Add rows of another outbox at the end, unchanged, in one transaction.

        Args:
            rows: oldest first; where there is no room for all, here and there, those of the highest
                priority stay, and of these the newest.
            dropped: rows that the other outbox gave up.
        """
        stored = self._db.execute(
            "SELECT worth, place, LENGTH(payload) FROM row WHERE place > ?", (self._acknowledged,)
        )
        old = [
            (priority, False, position, length + ROW_BYTES, None)
            for priority, position, length in stored
        ]
        new = [(row.priority, True, row.position, row.size, row) for row in rows]
        free = self._limit_bytes
        kept, to_drop = [], []
        for _, _, position, size, row in sorted(
            [*old, *new], key=lambda each: each[:3], reverse=True
        ):
            if size > free:
                to_drop += [] if row else [(position, size)]
                continue
            free -= size
            kept += [row] if row else []
        kept.sort(key=lambda row: row.position)
        lost = len(rows) - len(kept) + len(to_drop)
        self._store(kept, to_drop, self._seq, self.dropped + dropped + lost)

    def count_lost(self, count: int) -> None:
        """Number and count messages that were given up before they got here."""
        self._store([], [], self._seq + count, self.dropped + count)

    def _rows_to_drop(self, priority: Priority, size: int) -> tuple[list[tuple[int, int]], bool]:
        """Positions and sizes of the rows to drop for a new one, and whether it fits then."""
        missing = self.size_bytes - self._undeleted_bytes + size - self._limit_bytes
        if missing <= 0:
            return [], True
        to_drop = []
        rows = self._db.execute(
            "SELECT place, LENGTH(payload) FROM row WHERE worth <= ? AND place > ? "
            "ORDER BY worth, place",
            (priority, self._acknowledged),
        )
        for position, length in rows:
            to_drop.append((position, length + ROW_BYTES))
            missing -= length + ROW_BYTES
            if missing <= 0:
                return to_drop, True
        return [], False

    def _store(
        self, rows: list[OutboxRow], to_drop: list[tuple[int, int]], seq: int, dropped: int
    ) -> None:
        last_id = max([self.last_id, *(row.id for row in rows)])
        with self._transaction() as db:
            db.execute("DELETE FROM row WHERE place <= ?", (self._acknowledged,))
            db.executemany("DELETE FROM row WHERE place = ?", [(each[0],) for each in to_drop])
            db.executemany(
                "INSERT INTO row (id, worth, utc_ns, topic, retain, payload, checksum) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [stored_columns(row) for row in rows],
            )
            db.execute(
                "UPDATE state SET seq = ?, dropped = ?, last_id = ?, checksum = ?",
                (seq, dropped, last_id, checksum((self._series, seq, last_id, dropped))),
            )
        self._seq, self.dropped, self.last_id = seq, dropped, last_id
        self.size_bytes += sum(row.size for row in rows) - sum(size for _, size in to_drop)
        self._count += len(rows) - len(to_drop)
        self._reset_undeleted()
        if self._head is not None and self._head.position in {each[0] for each in to_drop}:
            self._head = None

    def _reset_undeleted(self) -> None:
        self._count -= self._undeleted
        self.size_bytes -= self._undeleted_bytes
        self._undeleted = self._undeleted_bytes = 0

    def head(self) -> OutboxRow | None:
        """The oldest row, which stays where it is; None when there is none."""
        if self._head is None and len(self):
            columns = self._db.execute(SELECT_ROWS, (self._acknowledged, 1)).fetchone()
            self._head = None if columns is None else parse_row(columns)
        return self._head

    def rows(self) -> list[OutboxRow]:
        """All rows that wait, oldest first."""
        found = self._db.execute(SELECT_ROWS, (self._acknowledged, -1))
        return [parse_row(columns) for columns in found]

    def acknowledge(self, row_id: str) -> bool:
        """Remove the head, if it has that id: the broker has it.

        Nothing is written yet: the file holds it until `delete_acknowledged` or the next `put`.

        Returns:
            True if it was the head.
        """
        head = self.head()
        if head is None or head.id != row_id:
            return False
        self._acknowledged, self.delivered_id = head.position, head.id
        self._undeleted += 1
        self._undeleted_bytes += head.size
        self._head = None
        return True

    @property
    def needs_delete(self) -> bool:
        """Time for `delete_acknowledged`: many acknowledged rows, or no others."""
        return self._undeleted >= MOST_UNDELETED or (self._undeleted > 0 and not len(self))

    def delete_acknowledged(self) -> None:
        """Delete the rows that the broker has from the file."""
        if self._undeleted:
            with self._transaction() as db:
                db.execute("DELETE FROM row WHERE place <= ?", (self._acknowledged,))
            self._reset_undeleted()

    def __len__(self) -> int:
        return self._count - self._undeleted

    def abandon(self) -> None:
        """Close the file as it is."""
        self._db.close()

    def close(self) -> None:
        """Delete what the broker has, and close the file."""
        try:
            self.delete_acknowledged()
        finally:
            self._db.close()
