"""The camera's picture as JPEG: encoded once for all who watch, when the loop has nothing to do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import cv2

from hipdrive.web.alignment import quality_of
from hipdrive.web.newest_part import NewestPart
from hipdrive.web.skeleton import draw_skeleton

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from hipdrive.types.frame import RgbImage
    from hipdrive.web.alignment import PictureQuality
    from hipdrive.web.live_view import LiveView, Picture

JPEG_QUALITY = 80
MOST_PX = 512
"""Of the longer side: enough to line a camera up by; a larger one costs the loop its processor."""
YIELD_S = 0.003
"""A picture comes at the end of a frame; after this time the loop waits for its next frame."""
ALIVE_S = 5.0
"""A connection is looked at this often where no picture comes."""
QUALITY_NS = 1_000_000_000
"""How light and how sharp the picture is, is measured once a second however many ask."""


class PictureFeed:
    """Parts of a motion JPEG for whoever watches.

    The loop wakes it as it hands a picture over. A feed that looked for pictures by itself would
    begin at any time, and often while the model has the processor; and each reader would look.

    Args:
        view: where pictures come from.
        closed: whether the camera is closed, when no picture is shown any more.
    """

    def __init__(self, view: LiveView, closed: Callable[[], bool]) -> None:
        self._view = view
        self._closed = closed
        self._parts = NewestPart(self._encode)
        self._quality: tuple[int, PictureQuality] | None = None

    @property
    def watchers(self) -> int:
        """How many watch."""
        return self._parts.readers

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Pictures as they come, from the next one on."""
        self._view.watch(1)
        try:
            with self._parts.reading():
                number = self._parts.number
                while True:
                    number, part = await self._parts.newer(number, ALIVE_S)
                    if part:
                        yield part
        finally:
            self._view.watch(-1)

    def quality(self) -> PictureQuality | None:
        """Of the picture that is shown; None where there is none."""
        picture = self._view.picture
        if picture is None or self._closed():
            return None
        known = self._quality
        if known is None or not 0 <= picture.t_ns - known[0] < QUALITY_NS:
            known = self._quality = picture.t_ns, quality_of(picture.image)
        return known[1]

    async def _encode(self) -> None:
        """Encode pictures as the loop hands them over."""
        loop, offered = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            # The server may have ended in this moment.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(offered.set)

        self._view.on_picture = wake
        try:
            while True:
                await offered.wait()
                offered.clear()
                await asyncio.sleep(YIELD_S)
                await self._encode_newest()
        finally:
            self._view.on_picture = None

    async def _encode_newest(self) -> None:
        picture = self._view.picture
        if picture is None or self._closed():
            self._view.forget_picture()
            return
        jpeg = await asyncio.to_thread(encoded, picture)
        self._parts.publish(
            b"--picture\r\nContent-Type: image/jpeg\r\n"
            b"Content-Length: %d\r\n\r\n%b\r\n" % (len(jpeg), jpeg)
        )


def encoded(picture: Picture) -> bytes:
    """The picture as JPEG, the skeleton in it."""
    scale = min(1.0, MOST_PX / max(picture.image.shape))
    small = cv2.resize(picture.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    bgr: RgbImage = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)  # type: ignore[assignment]
    if picture.pose is not None:
        draw_skeleton(bgr, picture.pose, picture.near_leg, scale)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes()
