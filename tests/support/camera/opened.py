"""The Pi camera on a fake picamera2."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

import pytest

from hipdrive.camera.pi import PiCamera
from hipdrive.config import CameraConfig
from support.camera.fake_picamera2 import Rig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.types.frame import Frame

RED, GREEN, BLUE = (81, 90, 240), (145, 54, 34), (41, 240, 110)
"""BT.601, limited range."""

PADDED = CameraConfig(width_px=200, height_px=194, fps=50, stall_s=1.0)
"""200 is no multiple of 64, and with 194 a plane ends within a row of the array."""


def never() -> bool:
    return False


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.end()


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What would run at the end of the process."""
    hooks: list[Callable[[], object]] = []
    monkeypatch.setattr(atexit, "register", hooks.append)

    def unregister(hook: Callable[[], object]) -> None:
        if hook in hooks:
            hooks.remove(hook)

    monkeypatch.setattr(atexit, "unregister", unregister)
    return hooks


def open_camera(
    rig: Rig, config: CameraConfig = PADDED, should_stop: Callable[[], bool] = never
) -> PiCamera:
    return PiCamera(config, should_stop, picamera2=rig.module, clock_ns=rig.clock_ns)


def times(camera: PiCamera, count: int) -> list[int]:
    frames = iter(camera)
    return [next(frames).t_ns for _ in range(count)]


def first(camera: PiCamera) -> Frame:
    return next(iter(camera))
