"""The kinds of camera that `run` can look through."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from hipdrive.camera.network import network_camera
from hipdrive.camera.pi import PiCamera
from hipdrive.camera.usb import usb_camera
from hipdrive.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.camera.source import FrameSource
    from hipdrive.config import CameraConfig

    OpenCamera: TypeAlias = Callable[[CameraConfig, Callable[[], bool]], FrameSource]
    """Opens a camera: its configuration; asked before every wait, True ends the iteration."""

CAMERAS: dict[str, OpenCamera] = {
    "pi": PiCamera,
    "usb": usb_camera,
    "url": network_camera,
}
"""By `camera.kind`; another kind is one entry more. A class imports its drivers when it is opened,
so that one kind does without those of the others."""
REOPENED = frozenset({"usb", "url"})
"""Kinds that one process may open again after they failed; picamera2's may not."""


def open_camera(config: CameraConfig, stopped: Callable[[], bool]) -> FrameSource:
    """Open the configured camera.

    Args:
        config: its kind, size and rate.
        stopped: asked before every wait; True ends the iteration.

    Raises:
        ConfigError: there is no such kind.
        CameraError: there is no such camera, or it cannot be started.
    """
    opened = CAMERAS.get(config.kind)
    if opened is None:
        known = ", ".join(CAMERAS)
        raise ConfigError(f"camera.kind = {config.kind!r}: no such kind of camera; known: {known}")
    return opened(config, stopped)
