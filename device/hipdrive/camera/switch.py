"""A camera that can be closed and opened again while the device stays on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.camera.source import FrameSource


class CameraSwitch:
    """Opens the camera when it is first asked for, and anew after it was closed.

    Args:
        open_camera: opens it.
    """

    def __init__(self, open_camera: Callable[[], FrameSource]) -> None:
        self._open = open_camera
        self._camera: FrameSource | None = None

    @property
    def is_open(self) -> bool:
        """True while the camera can see."""
        return self._camera is not None

    def opened(self) -> FrameSource:
        """The camera, open.

        Raises:
            CameraError: there is none, or it cannot be started.
        """
        if self._camera is None:
            self._camera = self._open()
        return self._camera

    def close(self) -> None:
        """Close the camera itself: its sensor stops and its light goes out. Safe to call twice."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()
