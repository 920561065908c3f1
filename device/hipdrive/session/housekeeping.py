"""What is done about old sessions while a new one goes on, in a thread that may be slow."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from hipdrive.session.interrupted import complete_all
from hipdrive.session.retention import tidy

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.config import KeepConfig

log = logging.getLogger("hipdrive.session")


class Housekeeping:
    """Completes sessions that were cut off, then removes those that are not to be kept.

    Args:
        sessions: the folder they are in; need not exist.
        keep: which are kept.
    """

    def __init__(self, sessions: Path, keep: KeepConfig) -> None:
        self._sessions = sessions
        self._keep = keep
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Do it now, in the background, unless it is still being done."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="housekeeping", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            complete_all(self._sessions)
            if self._sessions.is_dir():
                tidy(self._sessions, self._keep)
        except Exception as error:  # noqa: BLE001  # the coach goes on whatever old sessions hold
            log.warning("%s: cannot be tidied (%s)", self._sessions, error)
