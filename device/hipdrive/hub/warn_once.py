"""One warning for a fault, however often it occurs."""

from __future__ import annotations

import logging

log = logging.getLogger("hipdrive.hub")
"""The hub's logger."""


class WarnOnce:
    """Logs a warning once, and again only when there is something else to say.

    Args:
        part: which part of the program warns.
    """

    def __init__(self, part: str = "hub") -> None:
        self._part = part
        self._last: str | None = None

    def warn(self, line: str, *, traceback: bool = False) -> None:
        """Log a warning, unless it is the one logged last.

        Args:
            line: what is wrong and what to do.
            traceback: True within an `except` whose exception was not expected.
        """
        if line != self._last:
            self._last = line
            log.warning("%s: %s", self._part, line, exc_info=traceback)

    @property
    def active(self) -> bool:
        """True after a warning, until `clear`."""
        return self._last is not None

    def clear(self) -> None:
        """The fault is over; the next one is logged even if it is the same."""
        self._last = None
