"""A damaged store is set aside, and what of it is sound is saved."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from hipdrive.runners.rows import read_profiles
from hipdrive.sqlite_aside import rename_aside

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from hipdrive.runners.profile import RunnerProfile

DAMAGED = "damaged"


def set_aside(
    path: Path, now: datetime, why: str, said: Callable[[str], None]
) -> list[RunnerProfile]:
    """Rename a damaged store, and return the profiles in it that are as they were stored.

    Args:
        path: the store, which nothing has open.
        now: wall clock, for the new name.
        why: what is wrong with it.
        said: told what was done.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = rename_aside(path, DAMAGED, now)
    sound = salvaged(aside)
    kept = f"{len(sound)} sound profiles of it are kept" if sound else "no profile of it is sound"
    said(f"{path} is damaged ({why}): it is set aside as {aside.name}, and {kept}")
    return sound


def copies(path: Path) -> list[Path]:
    """The damaged stores that were set aside, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.{DAMAGED}-*"))


def salvaged(path: Path) -> list[RunnerProfile]:
    """The sound rows of a damaged store; the file is not written to."""
    import sqlite3

    # Without a log SQLite would leave an empty one beside the file.
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as db:
            db.text_factory = lambda raw: raw.decode(errors="replace")
            found = read_profiles(db, sound_only=True)
    except (sqlite3.Error, UnicodeDecodeError):
        return []
    return list({each.name: each for each in found}.values())
