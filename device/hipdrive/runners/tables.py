"""Rows of the store: each with a checksum, checked when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hipdrive.row_checksum import checksum
from hipdrive.sqlite_errors import corrupt

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

Cell: TypeAlias = "int | str | None"


@dataclass(frozen=True, slots=True)
class ChecksummedTable:
    """A table whose rows end with a CRC-32 over the other columns.

    Attributes:
        name: of the table.
        columns: name and type of each column but the checksum; a name with `?` may be NULL.
    """

    name: str
    columns: tuple[tuple[str, type], ...]

    @property
    def _names(self) -> str:
        return ", ".join(name.removesuffix("?") for name, _ in self.columns)

    def insert(self, db: sqlite3.Connection, *cells: Cell) -> None:
        """Add a row, or replace the one of the same key."""
        marks = ", ".join("?" * (len(cells) + 1))
        command = f"INSERT OR REPLACE INTO {self.name} ({self._names}, checksum) VALUES ({marks})"  # noqa: S608  # names from the code
        db.execute(command, (*cells, checksum(cells)))

    def rows(self, db: sqlite3.Connection, *, sound_only: bool) -> Iterator[tuple[Cell, ...]]:
        """The rows in the order in which they were added.

        Args:
            db: the open store.
            sound_only: leave out those that are damaged.

        Raises:
            sqlite3.DatabaseError: a row is not what was stored.
        """
        command = f"SELECT {self._names}, checksum FROM {self.name} ORDER BY rowid"  # noqa: S608  # names from the code
        for *cells, stored in db.execute(command):
            if stored == checksum(cells) and self._fits(cells):
                yield tuple(cells)
            elif not sound_only:
                raise corrupt(f"a row of its table {self.name} is damaged")

    def _fits(self, cells: list[object]) -> bool:
        return all(
            type(cell) is kind or (cell is None and name.endswith("?"))
            for cell, (name, kind) in zip(cells, self.columns, strict=True)
        )


RUNNER = ChecksummedTable(
    "runner", (("id", int), ("name", str), ("height_mm?", int), ("mode", str))
)
SESSION = ChecksummedTable(
    "session",
    (("runner", int), ("number", int), ("session_id", str), ("utc", str), ("running_ms", int)),
)
BASELINE, PROBE = (
    ChecksummedTable(
        name,
        (
            ("runner", int),
            ("session", int),
            ("belt_mm_per_s?", int),
            ("incline_tenths", int),
            ("strides", int),
            ("mean_bam", int),
            ("sd_bam", int),
            ("utc", str),
        ),
    )
    for name in ("baseline", "probe")
)
