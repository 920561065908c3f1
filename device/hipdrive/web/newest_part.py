"""The newest part of a stream: made once, and waited for by every page that is open."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class NewestPart:
    """Hands the same bytes to many readers, each of whom gets the newest and never a backlog.

    A reader that is late misses what came between. For the event loop's thread alone.
    """

    def __init__(self) -> None:
        self._part = b""
        self._number = 0
        self._changed = asyncio.Event()

    @property
    def number(self) -> int:
        """Counts the parts; 0 before the first."""
        return self._number

    def publish(self, part: bytes) -> None:
        """Hand out a new part."""
        self._part = part
        self._number += 1
        # A new one for whoever waits next; those who wait hold the old one.
        self._changed, changed = asyncio.Event(), self._changed
        changed.set()

    async def newer(self, than: int, most_s: float) -> tuple[int, bytes]:
        """The newest part and its number; the same number and nothing where none came in time.

        Args:
            than: number of the last part that the reader has; 0: of none.
            most_s: how long to wait.
        """
        if self._number == than:
            changed = self._changed
            with suppress(TimeoutError):
                async with asyncio.timeout(most_s):
                    await changed.wait()
        return self._number, self._part if self._number != than else b""
