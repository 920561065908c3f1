"""A camera on the network that films somebody who is drawn, at the pace at which they run."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from support.camera.mjpeg_server import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.camera.mjpeg_server import MjpegServer, Viewer

BOOT_S = 1_700_000_000.0
"""What the camera's clock says when it begins."""


class Player:
    """Sends pictures to whoever looks, when they are due.

    Args:
        server: the camera.
        pictures: JPEGs.
        fps: their rate.
        late_s: how much later than at its time each is sent.
        acts: what happens before a picture, by its number.
        over: called after the last.
    """

    def __init__(
        self,
        server: MjpegServer,
        pictures: Sequence[bytes],
        fps: int,
        late_s: Sequence[float],
        acts: dict[int, Callable[[], object]],
        over: Callable[[], object],
    ) -> None:
        self._server, self._pictures, self._fps = server, pictures, fps
        self._late_s, self._acts, self._over = late_s, acts, over
        self._thread = threading.Thread(target=self._play, name="player")
        self._thread.start()

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join()

    def _play(self) -> None:
        pause = threading.Event()
        viewer = self._server.viewer()
        began = time.monotonic()
        for number, picture in enumerate(self._pictures):
            if number in self._acts:
                self._acts[number]()
            t_s = number / self._fps
            pause.wait(max(began + t_s + self._late_s[number] - time.monotonic(), 0))
            viewer = self._newest(viewer)
            with suppress(OSError):
                viewer.send(picture, BOOT_S + t_s)
        self._over()

    def _newest(self, viewer: Viewer) -> Viewer:
        while not self._server.viewers.empty():
            viewer = self._server.viewers.get(timeout=PATIENCE_S)
        return viewer
