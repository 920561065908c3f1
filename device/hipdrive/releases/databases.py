"""Copies of the databases from before an update, since a newer release may change their layout."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from hipdrive.errors import ReleaseError
from hipdrive.hub.outbox.layout import APPLICATION_ID as OUTBOX

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.releases.host import Host

MAGIC = b"SQLite format 3\0"
"""What every SQLite file begins with (sqlite.org/fileformat.html)."""


def databases(data: Path) -> list[Path]:
    """The SQLite files right in the data folder."""
    found = []
    for path in sorted(data.glob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(len(MAGIC)) == MAGIC:
                    found.append(path)
    return found


def copies_of(data: Path, version: str) -> Path:
    """The folder for the copies that are made before a version is left."""
    return data / f"before-update-of-{version}"


def copy_databases(host: Host, data: Path, version: str) -> None:
    """Copy them; the service does not run meanwhile.

    Args:
        host: the machine.
        data: the data folder.
        version: the version that is left.

    Raises:
        ReleaseError: one cannot be copied.
    """
    folder = copies_of(data, version)
    found = databases(data)
    host.remove(folder)
    if not found:
        return
    host.make_folder(folder, 0o700)
    for path in found:
        # What SQLite has not yet moved from its journal into the file belongs to it.
        for part in (path, path.with_name(f"{path.name}-wal")):
            if part.exists():
                try:
                    host.copy(part, folder / part.name)
                except OSError as error:
                    raise ReleaseError(f"{part}: cannot be copied ({error.strerror})") from error
    host.sync()


def restore_databases(host: Host, data: Path, version: str) -> list[Path]:
    """Put back the copies of what a newer release has changed the layout of.

    What it wrote is kept beside, as `NAME.newer`. The queue of messages is left as it is: ids that
    it has given out must not be given out again, and an older release begins a new one by itself.

    Args:
        host: the machine.
        data: the data folder.
        version: the version that is gone back to.

    Returns:
        The files that were put back.
    """
    restored = []
    for copy in databases(copies_of(data, version)):
        path = data / copy.name
        if not path.exists() or (_owner(path) != OUTBOX and _layout(path) > _layout(copy)):
            _put_back(host, copy, path)
            restored.append(path)
    if restored:
        host.sync()
    return restored


def _put_back(host: Host, copy: Path, path: Path) -> None:
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            host.move(part, path.with_name(f"{path.name}.newer{ending}"))
    owner = path.parent.stat()
    for ending in ("-wal", ""):
        source = copy.with_name(copy.name + ending)
        if source.exists():
            target = path.with_name(path.name + ending)
            partial = target.with_name(f".{target.name}.partial")
            host.copy(source, partial)
            if os.geteuid() == 0 and partial.exists():
                os.chown(partial, owner.st_uid, owner.st_gid)
            host.move(partial, target)


def _layout(path: Path) -> int:
    return _pragma(path, "user_version")


def _owner(path: Path) -> int:
    return _pragma(path, "application_id")


def _pragma(path: Path, name: str) -> int:
    """A number of a file that says what it is; 0 for a file that is damaged."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return int(db.execute(f"PRAGMA {name}").fetchone()[0])
    except sqlite3.Error:
        return 0
