"""Frames made ahead of time: while the loop looks at one, the next is being drawn."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.camera.source import ClosedOnExit
from hipdrive.types.frame import FRAMES_IN_USE, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.camera.source import FrameSource
    from hipdrive.types.frame import RgbImage

DEPTH = 2
"""Frames that wait, at most."""
_POLL_S = 0.2


class ReadAhead(ClosedOnExit):
    """A source whose frames are made in a thread of their own.

    Args:
        source: yields frames of one size; closed with this.

    Attributes:
        name, frame_count, warnings: the source's.
    """

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self.name = source.name
        self.frame_count = source.frame_count
        self._stop = threading.Event()
        self._waiting: queue.Queue[Frame | BaseException | None] = queue.Queue(DEPTH)
        self._thread: threading.Thread | None = None

    @property
    def warnings(self) -> list[str]:
        """As the source has them."""
        return self._source.warnings

    def __iter__(self) -> Iterator[Frame]:
        self._thread = threading.Thread(target=self._work, name="read-ahead", daemon=True)
        self._thread.start()
        while (made := self._waiting.get()) is not None:
            if isinstance(made, BaseException):
                raise made
            yield made

    def close(self) -> None:
        """End the thread, then the source. Safe to call twice."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        self._source.close()

    def _work(self) -> None:
        try:
            buffers: list[RgbImage] = []
            buffers_needed = FRAMES_IN_USE + DEPTH + 1
            for number, frame in enumerate(self._source):
                # Some are in use, one is being made, the others wait.
                if len(buffers) < buffers_needed:
                    buffers.append(np.empty_like(frame.image))
                image = buffers[number % buffers_needed]
                np.copyto(image, frame.image)
                if not self._put(Frame(frame.t_ns, image)):
                    return
            self._put(None)
        except Exception as error:  # noqa: BLE001  # raised where the frames are taken
            self._put(error)

    def _put(self, made: Frame | BaseException | None) -> bool:
        while not self._stop.is_set():
            try:
                self._waiting.put(made, timeout=_POLL_S)
            except queue.Full:
                continue
            return True
        return False
