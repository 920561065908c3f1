"""Tables of the store, and the migrations to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

APPLICATION_ID = 0x68697072
"""`hipr`, where SQLite files say whose they are."""
LAYOUT_1 = (
    """CREATE TABLE runner (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, height_mm INTEGER,
        mode TEXT NOT NULL, checksum INTEGER NOT NULL
    )""",
    """CREATE TABLE session (
        place INTEGER PRIMARY KEY AUTOINCREMENT, runner INTEGER NOT NULL, number INTEGER NOT NULL,
        session_id TEXT NOT NULL, utc TEXT NOT NULL, running_ms INTEGER NOT NULL,
        checksum INTEGER NOT NULL
    )""",
    *(
        f"""CREATE TABLE {table} (
        place INTEGER PRIMARY KEY AUTOINCREMENT, runner INTEGER NOT NULL, session INTEGER NOT NULL,
        belt_mm_per_s INTEGER, incline_tenths INTEGER NOT NULL, strides INTEGER NOT NULL,
        mean_bam INTEGER NOT NULL, sd_bam INTEGER NOT NULL, utc TEXT NOT NULL,
        checksum INTEGER NOT NULL
    )"""
        for table in ("baseline", "probe")
    ),
)
"""Each row has a CRC-32 over its other columns but `place`. No index: a gym's store has hundreds of
rows."""


def create_layout_1(db: sqlite3.Connection) -> None:
    """Make the tables."""
    for command in LAYOUT_1:
        db.execute(command)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (create_layout_1,)
"""One for each layout; a released one is never changed (see `hipdrive.sqlite_layout.migrate`)."""
