"""The controls of a V4L2 device, as the kernel has them, without a device."""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.camera.v4l2_controls import V4l2Controls

if TYPE_CHECKING:
    from pathlib import Path

GET, SET = 0xC008561B, 0xC008561C
"""`VIDIOC_G_CTRL` and `VIDIOC_S_CTRL` as a C compiler makes them of linux/videodev2.h."""
AUTO_ID, ABSOLUTE_ID, PRIORITY_ID, GAIN_ID = 0x9A0901, 0x9A0902, 0x9A0903, 0x980913
MANUAL, APERTURE_PRIORITY = 1, 3


def uvc() -> dict[int, int]:
    """Controls of a usual camera, exposing by itself."""
    return {AUTO_ID: APERTURE_PRIORITY, ABSOLUTE_ID: 166, PRIORITY_ID: 1, GAIN_ID: 64}


@dataclass
class FakeV4l2:
    """A device.

    Attributes:
        file: stands for it.
        values: of its controls, by id; others it does not have.
        light_units: what it exposes for by itself, in 100 us.
    """

    file: Path
    values: dict[int, int] = field(default_factory=uvc)
    light_units: int = 166

    def __post_init__(self) -> None:
        self.file.touch()

    @property
    def controls(self) -> V4l2Controls:
        return V4l2Controls(str(self.file), self.ioctl)

    @property
    def exposure_us(self) -> int:
        return 100 * self._exposure()

    def ioctl(self, _handle: int, request: int, data: bytearray) -> int:
        """As the kernel does: EINVAL for a control that there is not, and for modes it lacks."""
        control, value = struct.unpack("=Ii", data)
        if control not in self.values:
            raise OSError(errno.EINVAL, "Invalid argument")
        if request == SET:
            if control == AUTO_ID and value not in {MANUAL, APERTURE_PRIORITY}:
                raise OSError(errno.EINVAL, "Invalid argument")
            if control == ABSOLUTE_ID and self.values[AUTO_ID] != MANUAL:
                raise OSError(errno.EACCES, "Permission denied")
            self.values[control] = value
        else:
            assert request == GET
        found = self._exposure() if control == ABSOLUTE_ID else self.values[control]
        data[:] = struct.pack("=Ii", control, found)
        return 0

    def _exposure(self) -> int:
        manual = self.values.get(AUTO_ID) == MANUAL
        return self.values[ABSOLUTE_ID] if manual else self.light_units
