"""Tables of the outbox's file, and the migrations to them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.row_checksum import checksum
from hipdrive.sqlite_errors import corrupt
from hipdrive.sqlite_layout import ForeignFileError, migrate, read_layout

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

APPLICATION_ID = 0x68697064
"""`hipd`, where SQLite files say whose they are."""
JOURNAL_BYTES = 4 << 20
LAYOUT_1 = (
    "CREATE TABLE state (series TEXT, seq INTEGER, last_id TEXT, dropped INTEGER)",
    """CREATE TABLE row (
        place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, worth INTEGER, utc_ns INTEGER,
        topic TEXT, retain INTEGER, payload BLOB
    )""",
    "CREATE INDEX row_worth ON row (worth, place)",
)


def create_layout_1(db: sqlite3.Connection) -> None:
    """Make the tables, with a series of their own."""
    for command in LAYOUT_1:
        db.execute(command)
    db.execute("INSERT INTO state VALUES (?, 0, '', 0)", (secrets.token_hex(8),))


def add_checksums(db: sqlite3.Connection) -> None:
    """Make layout 2 of 1: a bit that flips in a file is seen (`hipdrive.row_checksum`)."""
    db.execute("ALTER TABLE row ADD COLUMN checksum INTEGER")
    db.execute("ALTER TABLE state ADD COLUMN checksum INTEGER")
    rows = db.execute("SELECT place, id, worth, utc_ns, topic, retain, payload FROM row")
    sums = [(checksum(columns), place) for place, *columns in rows]
    db.executemany("UPDATE row SET checksum = ? WHERE place = ?", sums)
    for columns in db.execute("SELECT series, seq, last_id, dropped FROM state").fetchall():
        db.execute("UPDATE state SET checksum = ?", (checksum(columns),))


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (create_layout_1, add_checksums)
"""One for each layout; a released one is never changed (see `hipdrive.sqlite_layout.migrate`)."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """What an outbox keeps besides its rows.

    Attributes:
        series: names the count of `seq`.
        seq: number of the newest message.
        last_id: id of the newest row; empty before it.
        dropped: rows given up in the life of the file.
    """

    series: str
    seq: int
    last_id: str
    dropped: int


def prepare(db: sqlite3.Connection) -> OutboxState:
    """Make an open file ready: locked, safe from power cuts, checked, in the newest layout.

    Raises:
        NewerLayoutError: a newer hipdrive wrote it; nothing was changed.
        sqlite3.Error: it is locked, damaged, no outbox, or the disk is full.
    """
    # Held until the end, so that no other process delivers the same rows.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    try:
        read_layout(db, APPLICATION_ID, len(MIGRATIONS))
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise corrupt("its check finds it damaged")
        migrate(db, APPLICATION_ID, MIGRATIONS)
    except ForeignFileError as error:
        raise corrupt(str(error)) from error
    return _read_state(db)


def _read_state(db: sqlite3.Connection) -> OutboxState:
    found = db.execute("SELECT series, seq, last_id, dropped, checksum FROM state").fetchone()
    if found is None:
        raise corrupt("it has lost its state")
    *columns, stored = found
    if stored != checksum(columns):
        raise corrupt("its state is damaged")
    if [type(each) for each in columns] != [str, int, str, int]:
        raise corrupt("its state is damaged")
    return OutboxState(*columns)
