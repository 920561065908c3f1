"""Every kind of camera, by the name that `camera.kind` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from hipdrive.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.camera.frame import FrameSource
    from hipdrive.config import CameraConfig

CameraFactory: TypeAlias = "Callable[[CameraConfig, Callable[[], bool]], FrameSource]"
"""Opens a camera: what is asked of it, and what tells it before every wait whether to end."""


def _open_pi(config: CameraConfig, should_stop: Callable[[], bool]) -> FrameSource:
    from hipdrive.camera.pi import PiCamera

    return PiCamera(config, should_stop)


CAMERAS: dict[str, CameraFactory] = {"pi": _open_pi}
"""One from outside: `hipdrive.CAMERAS["mine"] = MyCamera`."""


def open_camera(config: CameraConfig, should_stop: Callable[[], bool]) -> FrameSource:
    """Open the configured camera.

    Args:
        config: its kind, and what is asked of it.
        should_stop: asked before every wait; True ends the iteration.

    Raises:
        ConfigError: no such kind.
        CameraError: it is missing or does not start.
    """
    if config.kind not in CAMERAS:
        raise ConfigError(
            f"camera.kind = {config.kind!r}: no such kind of camera; there is {', '.join(CAMERAS)}"
        )
    return CAMERAS[config.kind](config, should_stop)
