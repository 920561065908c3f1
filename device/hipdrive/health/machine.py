"""The computer: temperature, power supply, disk; None for what it does not report."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MILLI = 1000
MB = 1_000_000
FLAGS = ("under_voltage", "frequency_capped", "throttled", "soft_temperature_limit")
"""Bits 0 to 3 of the Pi's firmware: true now. Bits 16 to 19: true once since the start.

https://www.raspberrypi.com/documentation/computers/os.html#get_throttled
"""
SLOWED_DOWN = 0b1110
"""The flags that slow the processor down: all but under-voltage."""
SINCE_BOOT = 16


@dataclass(frozen=True, slots=True)
class MachineStatus:
    """Condition of the computer; None for what it does not report.

    Attributes:
        temperature_c: the hottest of the thermal zones, degrees Celsius.
        throttled: True while the firmware slows the processor down.
        throttle_now: the firmware's flags that are set, by name.
        throttle_since_boot: those that were set at any time since the start.
        disk_free_mb: free space, 10^6 bytes.
    """

    temperature_c: float | None
    throttled: bool | None
    throttle_now: tuple[str, ...] | None
    throttle_since_boot: tuple[str, ...] | None
    disk_free_mb: int | None


class Machine:
    """Reads small files of the kernel; no program is started, so that nothing can hang.

    `vcgencmd` reports no more than the file, and needs a device that the service does not see.

    Args:
        disk: a path on the disk that sessions are written to; it need not exist.
        system: where the kernel's `sysfs` is mounted.
    """

    def __init__(self, disk: Path, system: Path = Path("/sys")) -> None:
        self._disk = disk
        self._system = system

    def status(self) -> MachineStatus:
        """Read everything now."""
        flags = self.throttle_flags()
        return MachineStatus(
            self.temperature_c(),
            None if flags is None else flags & SLOWED_DOWN != 0,
            None if flags is None else flag_names(flags),
            None if flags is None else flag_names(flags >> SINCE_BOOT),
            self.disk_free_mb(),
        )

    def temperature_c(self) -> float | None:
        """The hottest of the thermal zones, degrees Celsius."""
        found = []
        for file in self._system.glob("class/thermal/thermal_zone*/temp"):
            with suppress(OSError, ValueError):
                found.append(int(file.read_text(encoding="ascii")) / MILLI)
        return max(found, default=None)

    def throttle_flags(self) -> int | None:
        """The firmware's flags as one integer; None where there is no such firmware."""
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


def flag_names(flags: int) -> tuple[str, ...]:
    """Names of those of the lowest four bits that are set."""
    return tuple(name for bit, name in enumerate(FLAGS) if flags >> bit & 1)
