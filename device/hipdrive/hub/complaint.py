"""One warning for one trouble, however often it shows."""

from __future__ import annotations

import logging

log = logging.getLogger("hipdrive.hub")
"""The hub's journal."""


class Complaint:
    """Warns once, and again only when there is something else to say."""

    def __init__(self) -> None:
        self._said: str | None = None

    def say(self, line: str, *, traceback: bool = False) -> None:
        """Log a warning, unless it is the one logged last.

        Args:
            line: what is wrong and what to do.
            traceback: True within an `except` whose exception nobody expected.
        """
        if line != self._said:
            self._said = line
            log.warning("hub: %s", line, exc_info=traceback)

    @property
    def said(self) -> bool:
        """True while there is a trouble."""
        return self._said is not None

    def forget(self) -> None:
        """The trouble is over; the next one is news even if it is the same."""
        self._said = None
