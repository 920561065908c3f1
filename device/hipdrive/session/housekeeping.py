"""What is done about old sessions while a new one goes on, in a thread that may be slow."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from hipdrive.session.interrupted import complete_all, no_profile
from hipdrive.session.retention import tidy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.config import KeepConfig

log = logging.getLogger("hipdrive.session")


EVERY_S = 600
"""A session writes some ten megabytes meanwhile, little of what `keep.free_megabytes` leaves."""


class Housekeeping:
    """Completes sessions that were cut off, then removes those that are not to be kept.

    At first, when a session begins, and every ten minutes from then on, so that room is made before
    a long session needs it.

    Args:
        sessions: the folder they are in; need not exist.
        keep: which are kept.
        in_profile: whether the profile of a runner, by name, has the session of that id.
    """

    def __init__(
        self,
        sessions: Path,
        keep: KeepConfig,
        in_profile: Callable[[str, str], bool] = no_profile,
    ) -> None:
        self._sessions = sessions
        self._keep = keep
        self._in_profile = in_profile
        self._due = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Do it now, in the background; returns at once."""
        self._due.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._go_on, name="housekeeping", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Do it no more; a disk that stalls is not waited for. Safe to call twice."""
        self._closed = True
        self._due.set()

    def work(self, *, at_start: bool) -> None:
        """Do it once, here; what cannot be done is said in the log.

        Args:
            at_start: False while a session goes on: nothing has been cut off meanwhile.
        """
        try:
            if at_start:
                complete_all(self._sessions, self._in_profile)
            if self._sessions.is_dir():
                tidy(self._sessions, self._keep)
        except Exception as error:  # noqa: BLE001  # the coach goes on whatever old sessions hold
            log.warning("%s: cannot be tidied (%s)", self._sessions, error)

    def _go_on(self) -> None:
        asked = True
        while not self._closed:
            self._due.clear()
            self.work(at_start=asked)
            asked = self._due.wait(EVERY_S)
