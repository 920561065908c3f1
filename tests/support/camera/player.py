"""A camera on the network that films somebody who is drawn, and has the time for it.

The clock by which pictures arrive goes on when one was looked at: on a busy machine it all takes
longer, and comes to the same.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from hipdrive.camera.network import network_camera
from hipdrive.camera.stream.http_stream import HttpStream
from hipdrive.types.time import NS_PER_S
from support.camera.watched import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hipdrive.camera.stream.address import StreamAddress
    from hipdrive.camera.stream.camera import StreamCamera
    from hipdrive.camera.stream.connection import StreamPicture
    from hipdrive.config import CameraConfig
    from support.camera.mjpeg_server import MjpegServer

BOOT_S = 1_700_000_000.0
"""What the camera's clock says when it begins."""


class Player:
    """Sends pictures to whoever looks, each when the one before it was taken.

    Args:
        server: the camera.
        pictures: JPEGs.
        fps: their rate.
        late_s: how much later than at its time each arrives.
        reboots: numbers of pictures before which the server dies and comes back.
        over: called after the last.
    """

    def __init__(
        self,
        server: MjpegServer,
        pictures: Sequence[bytes],
        fps: int,
        late_s: Sequence[float],
        reboots: tuple[int, ...],
        over: Callable[[], object],
    ) -> None:
        self._server, self._pictures, self._fps = server, pictures, fps
        self._late_s, self._reboots, self._over = late_s, reboots, over
        self._camera: StreamCamera | None = None
        self._now_ns = self._received = 0
        self._thread = threading.Thread(target=self._play, name="player")
        self._thread.start()

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join()

    def connected(self, address: StreamAddress) -> HttpStream:
        """In place of `camera.network.connected`."""
        player = self

        class CountedStream(HttpStream):
            def pictures(self) -> Iterator[StreamPicture]:
                for picture in super().pictures():
                    yield picture
                    # Whoever asks for the next has put this one where it can be taken.
                    player._received += 1

        return CountedStream(address, lambda: self._now_ns)

    def opened(self, config: CameraConfig, stopped: Callable[[], bool]) -> StreamCamera:
        """In place of `camera.network.network_camera`."""
        self._camera = network_camera(config, stopped)
        return self._camera

    def _play(self) -> None:
        viewer = self._server.viewer()
        for number, picture in enumerate(self._pictures):
            if number in self._reboots:
                self._server.stop()
                self._server.start()
                viewer = self._server.viewer()
            t_s = number / self._fps
            self._now_ns = round((t_s + self._late_s[number]) * NS_PER_S)
            viewer.send(picture, BOOT_S + t_s)
            wait_for(partial(self._is_done, number + 1))
            if self._camera is not None and self._camera._reader.closed:
                break
        self._over()

    def _is_done(self, sent: int) -> bool:
        """Whether the device has taken so many pictures, or has hung up."""
        if self._camera is None:
            return False
        reader = self._camera._reader
        return reader.closed or (self._received == sent and reader._newest is None)
