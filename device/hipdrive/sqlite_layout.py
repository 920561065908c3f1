"""Versions of the layout of an SQLite file: `PRAGMA user_version`, and migration in place.

A file has in `PRAGMA application_id` whose it is and in `PRAGMA user_version` which layout its
tables have; 0 is an empty file (sqlite.org/pragma.html). Both are part of the file's transactions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import HipdriveError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence


class NewerLayoutError(HipdriveError, ValueError):
    """The file was written by a newer hipdrive; it is intact, and must not be written to.

    Attributes:
        found: layout of the file.
        known: the newest layout that this program knows.
    """

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"it was written by a newer hipdrive: it has layout {found}, this one knows {known}"
        )
        self.found = found
        self.known = known


class ForeignFileError(HipdriveError, ValueError):
    """The file is an SQLite database of another program."""

    def __init__(self) -> None:
        super().__init__("it is a database of another program")


def read_layout(db: sqlite3.Connection, application_id: int, known: int) -> int:
    """Read the layout of a file, without writing to it.

    Args:
        db: the open file.
        application_id: what `PRAGMA application_id` is in files of this kind.
        known: the newest layout that the caller knows.

    Returns:
        The layout, 1 to `known`; 0: the file is empty.

    Raises:
        NewerLayoutError: its layout is newer than `known`.
        ForeignFileError: it is of another program.
        sqlite3.DatabaseError: it is locked, damaged, or no SQLite file.
    """
    (tables,) = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    if not tables:
        return 0
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (layout,) = db.execute("PRAGMA user_version").fetchone()
    if owner != application_id or layout < 1:
        raise ForeignFileError
    if layout > known:
        raise NewerLayoutError(layout, known)
    return int(layout)


def migrate(
    db: sqlite3.Connection,
    application_id: int,
    migrations: Sequence[Callable[[sqlite3.Connection], None]],
) -> None:
    """Bring a file to the newest layout in one transaction, or leave it as it was.

    Args:
        db: the open file, in autocommit mode (`isolation_level=None`).
        application_id: what `PRAGMA application_id` is in files of this kind.
        migrations: the first makes layout 1 of an empty file, the next makes 2 of 1, and so on.
            They must not end the transaction.

    Raises:
        As `read_layout`, and whatever a migration raises.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        layout = read_layout(db, application_id, len(migrations))
        for step in migrations[layout:]:
            step(db)
        if layout < len(migrations):
            db.execute(f"PRAGMA application_id = {application_id}")
            db.execute(f"PRAGMA user_version = {len(migrations)}")
        db.execute("COMMIT")
    except BaseException:
        # SQLite ends a transaction by itself after some errors.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
