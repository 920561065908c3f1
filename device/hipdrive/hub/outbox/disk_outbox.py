"""The outbox on disk: opened when it can be, set aside when it is damaged or newer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.hub.outbox.salvage import salvage
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from hipdrive.hub.warn_once import WarnOnce, log
from hipdrive.private_file import make_private_file, make_private_folder
from hipdrive.sqlite_aside import rename_aside
from hipdrive.sqlite_errors import is_damage, reason, remedy
from hipdrive.sqlite_layout import NewerLayoutError
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.outbox.ids import IdGenerator
    from hipdrive.hub.outbox.row import OutboxRow

RECOVERED_ROWS = 20
"""Rows in succession that must reach a disk that failed before its next failure is logged: one that
is nearly full takes a row now and then."""


class DiskOutbox:
    """An outbox that may be missing for a while; a disk that fails costs one warning.

    Args:
        path: its file.
        ids: makes the ids.
        limit_bytes: the most that waits.
        clock: the clocks.

    Attributes:
        outbox: the open outbox; None while there is none.
    """

    def __init__(self, path: Path, ids: IdGenerator, limit_bytes: int, clock: Clock) -> None:
        self._path = path
        self._ids = ids
        self._limit_bytes = limit_bytes
        self._clock = clock
        self._dropped_before = 0
        self._lost_with_damaged = 0
        self._salvaged: list[OutboxRow] = []
        self._good_rows = 0
        self._failure_warning = WarnOnce()
        self._aside_warning = WarnOnce()
        self.outbox: Outbox | None = None

    def open(self) -> Outbox:
        """The outbox, opened if it is not open yet.

        Raises:
            OSError, sqlite3.Error: it cannot be opened; to be handed to `failed`.
        """
        if self.outbox is None:
            self.outbox = self._open()
            self._dropped_before = self.outbox.dropped
        if self._salvaged:
            rows, self._salvaged = self._salvaged, []
            self._ids.continue_after(rows[-1].id)
            self.outbox.adopt(rows, 0)
        return self.outbox

    @property
    def dropped(self) -> int:
        """Rows given up since the start of this process, those of damaged files included."""
        now = 0 if self.outbox is None else self.outbox.dropped - self._dropped_before
        return self._lost_with_damaged + now

    def _open(self) -> Outbox:
        import sqlite3

        make_private_folder(self._path.parent)
        make_private_file(self._path)
        try:
            return Outbox(self._path, self._ids, self._limit_bytes)
        except NewerLayoutError as error:
            self._set_aside_newer(error)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._set_aside_damaged(error)
        make_private_file(self._path)
        return Outbox(self._path, self._ids, self._limit_bytes)

    def _set_aside_damaged(self, error: Exception, delivered_id: str = "") -> None:
        aside = self._rename("damaged")
        self._salvaged = [row for row in salvage(aside) if row.id > delivered_id]
        saved = len(self._salvaged)
        kept = f"{saved} sound messages of it go on waiting; what else" if saved else "what"
        self._aside_warning.warn(
            f"the outbox {self._path} cannot be read ({error}); it is set aside as {aside}, and "
            f"{kept} waited in it is not published"
        )

    def _set_aside_newer(self, error: NewerLayoutError) -> None:
        aside = self._rename(f"layout-{error.found}")
        self._aside_warning.warn(
            f"the outbox {self._path} cannot be used: {error}. It is set aside unharmed as {aside} "
            "and a new one begun; to publish what waits in it, give it back its name and start the "
            "newer hipdrive"
        )

    def _rename(self, kind: str) -> Path:
        now = datetime.fromtimestamp(self._clock.utc_ns() // NS_PER_S, UTC)
        return rename_aside(self._path, kind, now)

    def failed(self, error: Exception) -> None:
        """Log a failure once; a file found damaged is set aside and replaced with the next row."""
        if self.outbox is not None and is_damage(error):
            # What waited in it is not published either.
            self._lost_with_damaged = self.dropped + len(self.outbox)
            delivered_id = self.outbox.delivered_id
            self.outbox.abandon()
            self.outbox = None
            try:
                self._set_aside_damaged(error, delivered_id)
            except OSError as also:
                error = also
            else:
                self._lost_with_damaged = max(self._lost_with_damaged - len(self._salvaged), 0)
                return
        self._good_rows = 0
        # One disk has many ways to say that it is full.
        if self._failure_warning.active:
            return
        self._failure_warning.warn(
            f"the outbox {self._path} cannot be used ({reason(error)}): what the broker has not "
            f"got stays in memory and is lost when the device stops; {remedy(error)}"
        )

    def stored(self) -> None:
        """Note that a row reached the disk; after enough of them the next failure is logged."""
        if not self._failure_warning.active:
            return
        self._good_rows += 1
        if self._good_rows == RECOVERED_ROWS:
            log.info("hub: the outbox %s is used again", self._path)
            self._failure_warning.clear()
