"""What can be saved of an outbox whose file is damaged."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.hub.outbox.row import SELECT_ROWS, OutboxRow, parse_row

if TYPE_CHECKING:
    from pathlib import Path


def salvage(path: Path) -> list[OutboxRow]:
    """The rows of a damaged outbox that are as they were stored, oldest first.

    Rows without a checksum, of the first layout, are not trusted. The file is not written to.

    Args:
        path: the file, which nothing has open.
    """
    import sqlite3

    rows: list[OutboxRow] = []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.text_factory = lambda raw: raw.decode(errors="replace")
            for columns in db.execute(SELECT_ROWS, (-1, -1)):
                try:
                    rows.append(parse_row(columns))
                except sqlite3.DatabaseError:
                    continue
    except (sqlite3.Error, UnicodeDecodeError):
        # What was read before it is good all the same.
        pass
    sound = sorted({row.id: row for row in rows}.values(), key=lambda row: row.id)
    # No checksum is over the position, and the order rests on it.
    return [replace(row, position=position) for position, row in enumerate(sound, 1)]
