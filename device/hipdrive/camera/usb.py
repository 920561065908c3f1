"""Cameras that Linux has as `/dev/video`, through FFmpeg."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.camera.rotation import on_its_side
from hipdrive.camera.stream.camera import StreamCamera
from hipdrive.camera.usb_exposure import UsbExposure
from hipdrive.camera.v4l2_controls import V4l2Controls
from hipdrive.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.camera.stream.connection import StreamConnection
    from hipdrive.config import CameraConfig

FORMAT = "v4l2"
PIXELS = ("mjpeg", "")
"""First what gives the full rate over USB 2, then whatever the camera has."""
REMEDY = (
    "check its cable, `v4l2-ctl --list-devices`, that no other program has it, and that this user "
    "is in the group video"
)


def usb_camera(config: CameraConfig, stopped: Callable[[], bool]) -> StreamCamera:
    """Open the camera at `config.device`.

    Raises:
        CameraError: there is none, it is taken, or gives no pictures.
    """
    device = device_file(config.device)
    exposure = UsbExposure(config, V4l2Controls(device))

    def connect() -> StreamConnection:
        connection = opened(device, config)
        exposure.begin()
        return connection

    return StreamCamera(config, stopped, device, REMEDY, connect, exposure=exposure)


def device_file(device: str) -> str:
    """The path of a device that is named by its path or its number."""
    return f"/dev/video{device}" if device.isdecimal() else str(Path(device).expanduser())


def opened(device: str, config: CameraConfig) -> StreamConnection:
    """The device, giving pictures of the configured size and rate or those next to them.

    Raises:
        StreamError: it cannot be opened.
    """
    from hipdrive.camera.stream.packet_stream import PacketStream

    size = config.width_px, config.height_px
    width, height = reversed(size) if on_its_side(config.rotation_deg) else size
    asked = {"video_size": f"{width}x{height}", "framerate": str(config.fps)}
    fault = StreamError("is no camera")
    for pixels in PIXELS:
        wanted = {"input_format": pixels} if pixels else {}
        try:
            return PacketStream(device, FORMAT, asked | wanted)
        except StreamError as error:
            fault = error
    raise fault
