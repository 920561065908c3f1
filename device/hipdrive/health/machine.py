"""The computer the device runs on: heat, power, disk; None for what it does not tell."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MILLI = 1000
MB = 1_000_000
FLAGS = ("under_voltage", "frequency_capped", "throttled", "soft_temperature_limit")
"""Bits 0 to 3 of the Pi's firmware: true now. Bits 16 to 19: true once since the start.

https://www.raspberrypi.com/documentation/computers/os.html#get_throttled
"""
SINCE_BOOT = 16


class Machine:
    """Reads small files of the kernel; no program is started, so that nothing can hang.

    `vcgencmd` says no more than the file, and needs a device that the service does not see.

    Args:
        disk: a path on the disk that sessions are written to; it need not exist.
        system: where the kernel's `sysfs` is.
    """

    def __init__(self, disk: Path, system: Path = Path("/sys")) -> None:
        self._disk = disk
        self._system = system

    def temperature_c(self) -> float | None:
        """The hottest of the thermal zones, degrees Celsius."""
        found = []
        for file in self._system.glob("class/thermal/thermal_zone*/temp"):
            with suppress(OSError, ValueError):
                found.append(int(file.read_text(encoding="ascii")) / MILLI)
        return max(found, default=None)

    def throttle_flags(self) -> int | None:
        """The firmware's flags as it gives them; None where there is no such firmware."""
        # The node is soc:firmware, and has an address in its name on a Pi 5.
        for file in self._system.glob("devices/platform/soc*/soc*firmware/get_throttled"):
            with suppress(OSError, ValueError):
                return int(file.read_text(encoding="ascii"), 16)
        return None

    def disk_free_mb(self) -> int | None:
        """Megabytes (10^6 bytes) that an ordinary user may still write."""
        for folder in (self._disk, *self._disk.parents):
            with suppress(OSError):
                disk = os.statvfs(folder)
                return disk.f_bavail * disk.f_frsize // MB
        return None


def named(flags: int) -> list[str]:
    """The names of the lowest four bits that are set."""
    return [name for bit, name in enumerate(FLAGS) if flags >> bit & 1]
