"""The contents of a health report, and the limits beyond which something is a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.session.report import LEAST_FPS
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.health.degraded import DegradedPart
    from hipdrive.health.loop_monitor import LoopStats
    from hipdrive.health.machine import MachineStatus

STALE_S = 2.0
"""Age of the newest frame beyond which the camera has stopped."""
HOT_C = 80.0
"""Where a Pi begins to slow down."""
DISK_LOW_MB = 500
AGE_DECIMALS, RATE_DECIMALS, TEMPERATURE_DECIMALS = 3, 1, 1
"""Figures are compared with the limits as they are published, so that both agree."""
STUCK_S = 120.0
"""A message that stays first in the queue for so long with a broker connected is being refused."""

PROBLEMS = {
    "no_frames": "no new frame: check the camera's cable, or restart hipdrive",
    "few_frames": "too few frames a second: angles read low; lower camera.fps or cool the device",
    "hot": "the device is too hot and will slow down: give it air",
    "under_voltage": "the power supply is too weak: use the one made for this Pi",
    "throttled": "the device has slowed itself down: check its cooling and power supply",
    "disk_low": "the disk is almost full: delete old sessions",
    "outbox_waiting": "messages wait for the broker: run hipdrive hub check",
    "cues": "the LEDs and the buzzer do not work: check their wires",
    "recorder": "the session is not recorded: check the disk, or free space on it",
    "calibration": "the stored calibration is not used: run hipdrive calibrate again",
    "camera": "the camera fails now and then: check its cable",
    "safe_mode": "the camera failed five times and is not tried: check its cable, start a session",
    "broker": "the broker does not take what is published: run hipdrive hub check",
    "profiles": "the profiles of the runners cannot be used: run hipdrive runner list",
}
"""What can be wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Health of the device at one time.

    Attributes:
        session: id of the session in progress; None between two.
        uptime_ns: time since the program started, ns.
        problems: names of what is wrong, keys of `PROBLEMS`, in their order.
        loop: timing of the loop; None while no session is in progress.
        machine: the computer.
    """

    session: str | None
    uptime_ns: int
    problems: tuple[str, ...]
    loop: LoopStats | None
    machine: MachineStatus


def find_problems(
    loop: LoopStats | None,
    machine: MachineStatus,
    stuck_ns: int,
    degraded: tuple[DegradedPart, ...] = (),
) -> tuple[str, ...]:
    """Compare a device with the limits.

    Args:
        loop: timing of the loop; None while no session is in progress.
        machine: the computer.
        stuck_ns: for how long the same message has been first in the queue, ns.
        degraded: parts that do not work; each is a problem of its name.

    Returns:
        Names of the problems, in the order of `PROBLEMS`.
    """
    throttle_now = machine.throttle_now or ()
    temperature_c = rounded(machine.temperature_c, TEMPERATURE_DECIMALS)
    found = {
        "no_frames": loop is not None and round(loop.age_ns / NS_PER_S, AGE_DECIMALS) > STALE_S,
        "few_frames": loop is not None
        and _below(rounded(loop.frames_per_second, RATE_DECIMALS), LEAST_FPS),
        "hot": temperature_c is not None and temperature_c >= HOT_C,
        "under_voltage": "under_voltage" in throttle_now,
        "throttled": machine.throttled is True,
        "disk_low": _below(machine.disk_free_mb, DISK_LOW_MB),
        "outbox_waiting": stuck_ns > STUCK_S * NS_PER_S,
        **{str(each.part): True for each in degraded},
    }
    return tuple(problem for problem in PROBLEMS if found.get(problem))


def rounded(value: float | None, decimals: int) -> float | None:
    """The value rounded to so many decimals; None stays None."""
    return None if value is None else round(value, decimals)


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit
