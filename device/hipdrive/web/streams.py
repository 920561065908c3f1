"""What goes on for as long as a page is open: values and pictures, bounded in number."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.web.alignment import checks, quality_of
from hipdrive.web.event_stream import EventStreams, comment
from hipdrive.web.skeleton import draw_skeleton
from hipdrive.web.values import page_values

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hipdrive.web.alignment import CameraCheck
    from hipdrive.web.live_view import Picture
    from hipdrive.web.page_parts import PageParts

MOST_EVENTS, MOST_PICTURES = 32, 8
POLL_S = 0.05
JPEG_QUALITY = 80
MOST_WIDTH_PX = 640
"""Enough to line a camera up by; a larger one costs the loop its processor."""


class Streams:
    """Streams to many pages; each value and each picture is encoded once for all of them.

    A page that does not read holds up nobody but itself: the server stops asking for its next part.

    Args:
        parts: what is shown.
    """

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._event_streams = EventStreams(MOST_EVENTS)
        self._picture_streams = 0
        self._event: tuple[object, bytes] = (None, b"")
        self._jpeg: tuple[int, bytes] = (0, b"")
        self._encoding = threading.Lock()

    def events(self) -> AsyncIterator[bytes] | None:
        """Server-sent events; None where too many pages are open."""
        sent: object = None

        def newest() -> bytes | None:
            nonlocal sent
            key, event = self._newest_event()
            if key == sent:
                return None
            sent = key
            return event

        return self._event_streams.opened(newest, comment)

    def pictures(self) -> AsyncIterator[bytes] | None:
        """Parts of a motion JPEG; None where too many pages look."""
        return None if self._picture_streams >= MOST_PICTURES else self._pictures()

    def checks(self) -> list[CameraCheck]:
        """How the camera stands, by the newest pose and picture."""
        view = self._parts.view
        result, picture = view.state.result, view.picture
        return checks(
            None if result is None else result.pose,
            view.size,
            view.state.camera,
            None if picture is None else quality_of(picture.image),
        )

    def _newest_event(self) -> tuple[object, bytes]:
        state, device = self._parts.view.state, self._parts.commands.status.state
        faults = self._parts.parts.now
        key = (state.number, device, faults)
        if self._event[0] != key:
            language = self._parts.language
            values = json.dumps(page_values(state, device, faults, language), allow_nan=False)
            self._event = (key, f"data: {values}\n\n".encode())
        return self._event

    async def _pictures(self) -> AsyncIterator[bytes]:
        view = self._parts.view
        self._picture_streams += 1
        view.watch(1)
        try:
            sent = 0
            while True:
                picture = view.picture
                if picture is not None and picture.number != sent:
                    sent = picture.number
                    jpeg = await asyncio.to_thread(self._encoded, picture)
                    yield (
                        b"--picture\r\nContent-Type: image/jpeg\r\n"
                        b"Content-Length: %d\r\n\r\n%b\r\n" % (len(jpeg), jpeg)
                    )
                await asyncio.sleep(POLL_S)
        finally:
            self._picture_streams -= 1
            view.watch(-1)

    def _encoded(self, picture: Picture) -> bytes:
        with self._encoding:
            if self._jpeg[0] != picture.number:
                scale = min(1.0, MOST_WIDTH_PX / picture.image.shape[1])
                small = cv2.resize(
                    picture.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
                )
                bgr = np.ascontiguousarray(small[:, :, ::-1], np.uint8)
                if picture.pose is not None:
                    draw_skeleton(bgr, picture.pose, scale)
                _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
                self._jpeg = (picture.number, jpeg.tobytes())
            return self._jpeg[1]
