"""A file of SQLite's that cannot be used is renamed, and what it has beside it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

PARTS = ("", "-wal", "-shm")
"""What SQLite keeps beside a file, by the ends of the names."""


def rename_aside(path: Path, kind: str, now: datetime) -> Path:
    """Rename the file; its new path, which no other file had.

    Args:
        path: the file, which nothing has open.
        kind: why it is set aside, as a part of the new name.
        now: wall clock, for the new name.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = _unused(path.with_name(f"{path.name}.{kind}-{now:%Y%m%dT%H%M%SZ}"))
    for ending in PARTS:
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _unused(path: Path) -> Path:
    """The path, or one with a number behind it: a clock that is wrong names two files alike."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found
