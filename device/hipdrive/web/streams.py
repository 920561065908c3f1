"""What goes on for as long as a page is open: values and pictures, bounded in number."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from hipdrive.web.alignment import checks
from hipdrive.web.newest_part import NewestPart
from hipdrive.web.pictures import PictureFeed
from hipdrive.web.values import page_values

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hipdrive.web.alignment import CameraCheck
    from hipdrive.web.page_parts import PageParts

MOST_EVENTS, MOST_PICTURES = 32, 8
POLL_S = 0.1
STILL_ALIVE_S = 5.0
"""A comment this often, so that a browser that is gone is noticed."""


class Streams:
    """Streams to many pages; each value and each picture is made once for all of them.

    A page that does not read holds up nobody but itself: the server stops asking for its next part.

    Args:
        parts: what is shown.
    """

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._values = NewestPart(self._look)
        self._shown: object = None
        self._feed = PictureFeed(parts.view, lambda: parts.commands.status.state.private)

    def events(self) -> AsyncIterator[bytes] | None:
        """Server-sent events; None where too many pages are open."""
        return None if self._values.readers >= MOST_EVENTS else self._events()

    def pictures(self) -> AsyncIterator[bytes] | None:
        """Parts of a motion JPEG; None where too many pages look."""
        return None if self._feed.watchers >= MOST_PICTURES else self._feed.stream()

    def checks(self) -> list[CameraCheck]:
        """How the camera stands, by the newest pose and picture; nothing while it is closed."""
        if self._parts.commands.status.state.private:
            return []
        view = self._parts.view
        result = view.state.result
        return checks(
            None if result is None else result.pose,
            view.size,
            view.state.camera,
            self._feed.quality(),
            self._parts.language,
        )

    async def _events(self) -> AsyncIterator[bytes]:
        with self._values.reading():
            # What is there is of when somebody last read.
            self._publish_values()
            number = 0
            while True:
                number, part = await self._values.newer(number, STILL_ALIVE_S)
                yield part or b":\n\n"

    async def _look(self) -> None:
        """Look for new values."""
        while True:
            self._publish_values()
            await asyncio.sleep(POLL_S)

    def _publish_values(self) -> None:
        state, device = self._parts.view.state, self._parts.commands.status.state
        if device.private:
            self._parts.view.forget_picture()
        faults = self._parts.parts.now
        shown = (state.number, device, faults)
        if self._shown != shown:
            self._shown = shown
            values = page_values(state, device, faults, self._parts.language)
            self._values.publish(f"data: {json.dumps(values, allow_nan=False)}\n\n".encode())
