"""Notes what a device surely has on its disk, and cuts the power at a change of its files.

What a process wrote and did not have put onto the disk (`fsync`) is lost by a power cut, and a kill
leaves it. So the device that is to be cut off notes, in a file, what it has put there;
`support.session.power_cut` makes of the folder what a cut may leave.
"""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import stat
import sys
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from hipdrive.session.append_file import AppendFile
from support.session.wal import committed_end, salts

if TYPE_CHECKING:
    from collections.abc import Callable

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
FULL = 2
"""Of `PRAGMA synchronous`: a transaction is on the disk when it is committed."""


class NotedDisk:
    """Counts changes of files, notes those that are on the disk, and cuts before one of them.

    Args:
        notes: file of the notes, one JSON object a line.
        kept: folder on the same disk, for what was removed or replaced: a name that was not put
            onto the disk (`fsync` of its folder) is the old one after a cut.
        cut: called to cut the power.
        cut_before: number of the change before which it is cut; None: before none.

    Attributes:
        changes: how many there were since they are counted.
    """

    def __init__(
        self, notes: Path, kept: Path, cut: Callable[[], None], cut_before: int | None
    ) -> None:
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._kept = kept
        self._cut = cut
        self._cut_before = cut_before
        self._number = itertools.count()
        self._lock = Lock()
        self._counts = False
        self.changes = 0

    def note(self, **what: object) -> None:
        """Write a line that a kill leaves whole."""
        os.write(self._notes, json.dumps(what).encode() + b"\n")

    def count(self) -> None:
        """Count the changes from now on."""
        self.changes, self._counts = 0, True

    def change(self) -> None:
        """A file is about to change."""
        if not self._counts:
            return
        with self._lock:
            self.changes += 1
            if self.changes == self._cut_before:
                self._cut()

    def watch(self) -> None:
        """From now on watch what this process does to files, for good."""
        os.fsync = self._synced(os.fsync)  # type: ignore[assignment]
        os.replace = self._renamed(os.replace)
        os.rename = self._renamed(os.rename)
        os.unlink = os.remove = self._removed(os.unlink)
        AppendFile.append = self._appended(AppendFile.append)  # type: ignore[assignment,method-assign]
        sqlite3.connect = self._connected(sqlite3.connect)
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            flags = arguments[2]
            if isinstance(flags, int) and flags & WRITING:
                self.change()
        elif event in {"os.mkdir", "os.truncate"}:
            self.change()

    def _synced(self, sync: Callable[[Any], None]) -> Callable[[Any], None]:
        def synced(handle: Any) -> None:  # noqa: ANN401  # a number, or what has one
            self.change()
            number = handle if isinstance(handle, int) else handle.fileno()
            # Before: what is written meanwhile may be left out.
            found = os.fstat(number)
            sync(number)
            if stat.S_ISDIR(found.st_mode):
                self.note(names_of=str(Path(f"/proc/self/fd/{number}").readlink()))
            else:
                self.note(inode=found.st_ino, synced=found.st_size)

        return synced

    def _keep(self, path: str) -> str | None:
        """Another name for a file that is about to lose this one; None where there is none."""
        kept = str(self._kept / str(next(self._number)))
        try:
            os.link(path, kept)
        except FileNotFoundError:
            return None
        return kept

    def _renamed(self, rename: Callable[..., None]) -> Callable[..., None]:
        def renamed(source: Any, target: Any, **more: Any) -> None:  # noqa: ANN401  # as `os` has it
            if not more:
                self.change()
                names = os.fspath(source), os.fspath(target)
                self.note(renamed=names, kept=self._keep(names[1]))
            rename(source, target, **more)

        return renamed

    def _removed(self, remove: Callable[..., None]) -> Callable[..., None]:
        def removed(path: Any, **more: Any) -> None:  # noqa: ANN401  # as `os` has it
            if not more and os.path.lexists(path):
                self.change()
                self.note(removed=os.fspath(path), kept=self._keep(path))
            remove(path, **more)

        return removed

    def _appended(
        self, append: Callable[[AppendFile, bytes], None]
    ) -> Callable[[AppendFile, bytes], None]:
        def appended(file: AppendFile, record: bytes) -> None:
            self.change()
            append(file, record)

        return appended

    def _connected(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        disk = self

        class NotedConnection(sqlite3.Connection):
            """Notes how far the log of a database is on the disk."""

            wal: Path | None = None

            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:  # noqa: ANN401  # as sqlite3
                reads = sql.lstrip().startswith(("SELECT", "BEGIN"))
                if not reads:
                    disk.change()
                found = super().execute(sql, *values)
                if self.wal and not (reads or self.in_transaction):
                    (level,) = super().execute("PRAGMA synchronous").fetchone()
                    if level >= FULL and self.wal.exists():
                        end = committed_end(self.wal)
                        disk.note(wal=str(self.wal), salts=salts(self.wal), end=end)
                return found

        def connected(database: Any, *rest: Any, **more: Any) -> sqlite3.Connection:  # noqa: ANN401  # as sqlite3
            opened: NotedConnection = connect(database, *rest, factory=NotedConnection, **more)
            if str(database) != ":memory:" and "immutable" not in str(database):
                opened.wal = Path(f"{database}-wal")
            return opened

        return connected
