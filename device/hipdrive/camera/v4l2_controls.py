"""Controls of a V4L2 device: exposure and gain of a camera over USB (linux/videodev2.h)."""

from __future__ import annotations

import fcntl
import os
import struct
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Ioctl = Callable[[int, int, bytearray], int]

VIDIOC_G_CTRL, VIDIOC_S_CTRL = 0xC008561B, 0xC008561C
CONTROL = struct.Struct("=Ii")
"""`struct v4l2_control`: which, and its value."""


class CameraControl(IntEnum):
    """Ids of controls, of linux/v4l2-controls.h."""

    GAIN = 0x00980913
    EXPOSURE_AUTO = 0x009A0901
    EXPOSURE_ABSOLUTE = 0x009A0902
    """In 100 us."""
    EXPOSURE_AUTO_PRIORITY = 0x009A0903
    """1: an automatic exposure may take the rate down."""


class AutoExposure(IntEnum):
    """Values of `EXPOSURE_AUTO`. UVC cameras have the second and the last."""

    AUTO, MANUAL, SHUTTER_PRIORITY, APERTURE_PRIORITY = range(4)


class V4l2Controls:
    """The controls of a device, which may be open elsewhere.

    Args:
        device: its file.
        ioctl: `fcntl.ioctl`, for tests.
    """

    def __init__(self, device: str, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._device = device
        self._ioctl = ioctl

    def get(self, control: CameraControl) -> int | None:
        """Its value; None where the camera has no such control."""
        return self._call(VIDIOC_G_CTRL, control, 0)

    def set(self, control: CameraControl, value: int) -> bool:
        """Whether the camera took the value, or one next to it."""
        return self._call(VIDIOC_S_CTRL, control, value) is not None

    def _call(self, request: int, control: CameraControl, value: int) -> int | None:
        data = bytearray(CONTROL.pack(control, value))
        try:
            handle = os.open(self._device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            self._ioctl(handle, request, data)
        except OSError:
            return None
        finally:
            os.close(handle)
        found: int = CONTROL.unpack(data)[1]
        return found
