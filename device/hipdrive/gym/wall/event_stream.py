"""Server-sent events to many pages, bounded in number."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

POLL_S = 0.1
STILL_ALIVE_S = 5.0
"""Something is sent this often, so that an end that is gone is noticed."""


class EventStreams:
    """A page that does not read holds up nobody but itself: its next event is not made.

    Args:
        most: pages that may be open at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0

    def opened(
        self, newest: Callable[[], bytes | None], alive: Callable[[], bytes | None]
    ) -> AsyncIterator[bytes] | None:
        """A stream for one more page; None where too many are open.

        Args:
            newest: the next event of this page; None while there is nothing new.
            alive: what is sent where there was nothing new for a while; None ends the stream.
        """
        return None if self._open >= self._most else self._stream(newest, alive)

    async def _stream(
        self, newest: Callable[[], bytes | None], alive: Callable[[], bytes | None]
    ) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            silent_s = 0.0
            while True:
                event = newest()
                if event is None and silent_s >= STILL_ALIVE_S and (event := alive()) is None:
                    return
                if event is not None:
                    silent_s = 0.0
                    yield event
                await asyncio.sleep(POLL_S)
                silent_s += POLL_S
        finally:
            self._open -= 1
