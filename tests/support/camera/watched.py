"""A camera on the network as a test opens it: the server's end and the device's."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeAlias

import pytest

from hipdrive.camera.network import network_camera
from hipdrive.config import CameraConfig
from support.camera.mjpeg_server import grey
from support.camera.opened import never

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.camera.stream.camera import StreamCamera
    from hipdrive.types.frame import Frame
    from support.camera.mjpeg_server import MjpegServer, Viewer

    Opens: TypeAlias = Callable[[CameraConfig, Callable[[], bool]], StreamCamera]

Key: TypeAlias = str | int | float
PATIENT = 60.0
"""s; only a broken test waits for so long."""


def of_url(url: str, **keys: Key) -> CameraConfig:
    """The configuration of a camera on the network."""
    return CameraConfig.model_validate({"kind": "url", "url": url, "stall_s": PATIENT, **keys})


class Opened:
    """A camera, opened in a thread of its own, as it waits for its first picture."""

    def __init__(
        self,
        config: CameraConfig,
        should_stop: Callable[[], bool] = never,
        opens: Opens = network_camera,
    ) -> None:
        self._opens = opens
        self.camera: StreamCamera | None = None
        self.error: BaseException | None = None
        self._config = config
        self._should_stop = should_stop
        self._thread = threading.Thread(target=self._open)
        self._thread.start()

    def _open(self) -> None:
        try:
            self.camera = self._opens(self._config, self._should_stop)
        except BaseException as error:  # noqa: BLE001
            self.error = error

    def wait(self) -> StreamCamera:
        self._thread.join()
        if self.error is not None:
            raise self.error
        assert self.camera is not None
        return self.camera


def seen_by(
    server: MjpegServer, url: str | None = None, **keys: Key
) -> tuple[StreamCamera, Viewer]:
    """A camera that has had its first picture, black, and the server's end of it."""
    opened = Opened(of_url(url or server.url, **keys))
    viewer = server.viewer()
    viewer.send(grey(0))
    return opened.wait(), viewer


def level(frame: Frame) -> int:
    return round(float(frame.image.mean()))


def wait_for(holds: Callable[[], bool]) -> None:
    """Until it holds; only a broken test waits for long."""
    pause = threading.Event()
    for _ in range(6000):
        if holds():
            return
        pause.wait(0.01)
    pytest.fail("it never came to that")
