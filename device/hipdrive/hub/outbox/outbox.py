"""Rows that wait for the broker, in one SQLite file that outlives a power cut."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hipdrive.hub.messages import messages
from hipdrive.hub.messages.message import Message
from hipdrive.hub.outbox.disk import corrupt
from hipdrive.hub.outbox.row import ROW_BYTES, ROWS_BEHIND, OutboxRow, row_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.hub.messages.message import OutgoingMessage, Worth
    from hipdrive.hub.outbox.ids import Ids

MIB = 1 << 20
DISK_BYTES = 64 * MIB
"""About 14,000 summaries: three days and nights of running."""
MOST_UNDELETED = 100
"""Rows that the broker has and the file still holds: so many may come twice after a power cut.
Deleting each at once would cost a write to the card for each."""
JOURNAL_BYTES = 4 * MIB
BUSY_S = 0.5
LAYOUT = 1
APPLICATION = 0x68697064
"""`hipd`, where SQLite files say whose they are."""
TABLES = """
CREATE TABLE state (series TEXT, seq INTEGER, last_id TEXT, dropped INTEGER);
CREATE TABLE row (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, worth INTEGER, utc_ns INTEGER,
    topic TEXT, retain INTEGER, payload BLOB
);
CREATE INDEX row_worth ON row (worth, place);
"""


class Outbox:
    """Rows in the order they were put, each on the disk before `put` returns.

    Every message gets `id`, `series`, `seq` and `dropped`: numbers of a series have no gap, save
    for the rows that were given up, which `dropped` counts. Not for the loop's thread: disks stall.

    Args:
        path: the file; None: in memory, and lost at the end.
        ids: makes the ids, also those of other outboxes of this device.
        limit_bytes: the most that waits. Beyond, the oldest row of the lowest worth goes, never
            one worth more than the row that comes; if there is none, the one that comes goes.

    Attributes:
        size_bytes: what waits, with its share of the file.
        dropped: rows that were given up in the life of the file.
        last_id: of the row put last; empty before it.

    Raises:
        sqlite3.Error: from any method: the file is locked, damaged, no outbox, or the disk is full.
            Nothing of a failed call is kept.
    """

    def __init__(self, path: Path | None, ids: Ids, limit_bytes: int = DISK_BYTES) -> None:
        import sqlite3

        self._ids = ids
        self._limit_bytes = limit_bytes
        # One lock of Python's own guards the connection (`Waiting`).
        self._db = sqlite3.connect(
            path or ":memory:", timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        # Text that is damaged is found by whoever reads it.
        self._db.text_factory = lambda raw: raw.decode(errors="replace")
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise
        self._head: OutboxRow | None = None
        self._taken = 0
        self._undeleted = 0
        self._undeleted_bytes = 0

    def _prepare(self) -> None:
        db = self._db
        # Held until the end: nobody else delivers the same rows.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise corrupt("its check finds it damaged")
        (layout,) = db.execute("PRAGMA user_version").fetchone()
        (owner,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if tables and (owner, layout) != (APPLICATION, LAYOUT):
            raise corrupt("it is of another version or another program")
        with self._transaction():
            if not tables:
                for command in TABLES.strip().split(";\n"):
                    db.execute(command.removesuffix(";"))
                db.execute("INSERT INTO state VALUES (?, 0, '', 0)", (secrets.token_hex(8),))
                db.execute(f"PRAGMA application_id = {APPLICATION}")
                db.execute(f"PRAGMA user_version = {LAYOUT}")
        state = db.execute("SELECT series, seq, last_id, dropped FROM state").fetchone()
        if state is None:
            raise corrupt("it has lost its state")
        if [type(each) for each in state] != [str, int, str, int]:
            raise corrupt("its state is damaged")
        self._series, self._seq, self.last_id, self.dropped = state
        if self.last_id:
            try:
                self._ids.after(self.last_id)
            except ValueError as error:
                raise corrupt("its state is damaged") from error
        self._count, self.size_bytes = self._measured()

    def _measured(self) -> tuple[int, int]:
        command = "SELECT COUNT(*), COALESCE(SUM(LENGTH(payload) + ?), 0) FROM row"
        count, size_bytes = self._db.execute(command, (ROW_BYTES,)).fetchone()
        return count, size_bytes

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
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

    def put(self, letter: OutgoingMessage, *, synchronised: bool) -> str:
        """Add a message at the end; returns its id.

        Args:
            letter: what the loop said.
            synchronised: True when the wall clock can be believed.

        Raises:
            TypeError: the letter holds something that is no JSON value.
        """
        number = self._ids.make(letter.stamp.utc_ns)
        said = messages.stamped(letter.body, letter.stamp, synchronised=synchronised)
        mark = {"id": number, "series": self._series, "seq": self._seq + 1}
        size = len(messages.marked(said, {**mark, "dropped": self.dropped})) + ROW_BYTES
        gone, room = self._to_give_up(letter.worth, size)
        dropped = self.dropped + len(gone) + (not room)
        payload = messages.marked(said, {**mark, "dropped": dropped})
        message = Message(letter.topic, payload, retain=letter.retain)
        row = OutboxRow(0, number, letter.worth, letter.stamp.utc_ns, message)
        self._store([row] if room else [], gone, self._seq + 1, dropped)
        return number

    def adopt(self, rows: list[OutboxRow], dropped: int) -> None:
        """Add rows of another outbox at the end, as they are, in one go.

        Args:
            rows: oldest first; where there is no room for all, here and there, those of the highest
                worth stay, and of these the newest.
            dropped: rows that the other outbox gave up.
        """
        there = self._db.execute(
            "SELECT worth, place, LENGTH(payload) FROM row WHERE place > ?", (self._taken,)
        )
        old = [(worth, False, place, length + ROW_BYTES, None) for worth, place, length in there]
        new = [(row.worth, True, row.place, row.size, row) for row in rows]
        free = self._limit_bytes
        kept, gone = [], []
        for _, _, place, size, row in sorted([*old, *new], key=lambda each: each[:3], reverse=True):
            if size > free:
                gone += [] if row else [(place, size)]
                continue
            free -= size
            kept += [row] if row else []
        kept.sort(key=lambda row: row.place)
        lost = len(rows) - len(kept) + len(gone)
        self._store(kept, gone, self._seq, self.dropped + dropped + lost)

    def lose(self, count: int) -> None:
        """Count messages that never got here: they have a number each, and are given up."""
        self._store([], [], self._seq + count, self.dropped + count)

    def _to_give_up(self, worth: Worth, size: int) -> tuple[list[tuple[int, int]], bool]:
        """Places and sizes of the rows that have to go, and whether there is room then."""
        missing = self.size_bytes - self._undeleted_bytes + size - self._limit_bytes
        if missing <= 0:
            return [], True
        gone = []
        rows = self._db.execute(
            "SELECT place, LENGTH(payload) FROM row WHERE worth <= ? AND place > ? "
            "ORDER BY worth, place",
            (worth, self._taken),
        )
        for place, length in rows:
            gone.append((place, length + ROW_BYTES))
            missing -= length + ROW_BYTES
            if missing <= 0:
                return gone, True
        return [], False

    def _store(
        self, rows: list[OutboxRow], gone: list[tuple[int, int]], seq: int, dropped: int
    ) -> None:
        last_id = max([self.last_id, *(row.id for row in rows)])
        with self._transaction() as db:
            db.execute("DELETE FROM row WHERE place <= ?", (self._taken,))
            db.executemany("DELETE FROM row WHERE place = ?", [(place,) for place, _ in gone])
            db.executemany(
                "INSERT INTO row (id, worth, utc_ns, topic, retain, payload) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (r.id, r.worth, r.utc_ns, r.message.topic, r.message.retain, r.message.payload)
                    for r in rows
                ],
            )
            db.execute(
                "UPDATE state SET seq = ?, dropped = ?, last_id = ?",
                (seq, dropped, last_id),
            )
        self._seq, self.dropped, self.last_id = seq, dropped, last_id
        self.size_bytes += sum(row.size for row in rows) - sum(size for _, size in gone)
        self._count += len(rows) - len(gone)
        self._forget_undeleted()
        if self._head is not None and self._head.place in {place for place, _ in gone}:
            self._head = None

    def _forget_undeleted(self) -> None:
        self._count -= self._undeleted
        self.size_bytes -= self._undeleted_bytes
        self._undeleted = self._undeleted_bytes = 0

    def head(self) -> OutboxRow | None:
        """The oldest row, which stays where it is; None when there is none."""
        if self._head is None and len(self):
            found = self._db.execute(ROWS_BEHIND, (self._taken, 1)).fetchone()
            self._head = None if found is None else row_of(found)
        return self._head

    def rows(self) -> list[OutboxRow]:
        """All that wait, oldest first."""
        return [row_of(found) for found in self._db.execute(ROWS_BEHIND, (self._taken, -1))]

    def taken(self, number: str) -> bool:
        """The broker has the row of that id: True if it was the head, which then is the next.

        Nothing is written yet: the file holds it until `delete_taken` or the next row.
        """
        head = self.head()
        if head is None or head.id != number:
            return False
        self._taken = head.place
        self._undeleted += 1
        self._undeleted_bytes += head.size
        self._head = None
        return True

    @property
    def untidy(self) -> bool:
        """Time for `delete_taken`: many rows that the broker has, or nothing else."""
        return self._undeleted >= MOST_UNDELETED or (self._undeleted > 0 and not len(self))

    def delete_taken(self) -> None:
        """Delete the rows that the broker has from the file."""
        if self._undeleted:
            with self._transaction() as db:
                db.execute("DELETE FROM row WHERE place <= ?", (self._taken,))
            self._forget_undeleted()

    def __len__(self) -> int:
        return self._count - self._undeleted

    def abandon(self) -> None:
        """Free the file as it is."""
        self._db.close()

    def close(self) -> None:
        """Delete what the broker has, and free the file."""
        try:
            self.delete_taken()
        finally:
            self._db.close()
