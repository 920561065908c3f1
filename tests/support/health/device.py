"""A device whose clock, camera and machine the test controls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.health.loop_monitor import LoopMonitor
from hipdrive.health.machine import Machine
from hipdrive.health.monitor import HealthMonitor
from hipdrive.types.fixed_point import ONE
from support.hub.frames import SESSION, T0_NS, frame_result

if TYPE_CHECKING:
    from hipdrive.health.report import HealthReport

MS, S = 1_000_000, 1_000_000_000
FRAME_NS = 25 * MS


class FakeMachine(Machine):
    """A machine that reports what the test sets; the status is made of it as on a real one."""

    def __init__(
        self, heat_c: float | None = 51.26, flags: int | None = 0, free_mb: int | None = 12_000
    ) -> None:
        self.heat_c = heat_c
        self.flags = flags
        self.free_mb = free_mb

    def temperature_c(self) -> float | None:
        return self.heat_c

    def throttle_flags(self) -> int | None:
        return self.flags

    def disk_free_mb(self) -> int | None:
        return self.free_mb


@dataclass
class SimulatedDevice:
    """A frame every 25 ms while `filming`; `head_utc_ns` is the first message in the queue."""

    machine: FakeMachine = field(default_factory=FakeMachine)
    head_utc_ns: int | None = None
    now_ns: int = 100 * S
    filming: bool = True
    t_ns: int = 0

    def __post_init__(self) -> None:
        self.loop = LoopMonitor(40, lambda: self.now_ns)
        self.health = HealthMonitor(self.machine, monotonic_ns=lambda: self.now_ns)
        self.health.begin(SESSION, self.loop)

    def advance(self, seconds: float) -> list[HealthReport]:
        """Let time pass; the reports that were due meanwhile, asked for every 25 ms."""
        reports = []
        for _ in range(round(seconds * S / FRAME_NS)):
            self.now_ns += FRAME_NS
            self.t_ns += FRAME_NS
            if self.filming:
                self.loop.on_frame(frame_result(T0_NS + self.t_ns, score=ONE // 2))
                self.loop.lap(21 * MS)
            if (report := self.health.due(self.head_utc_ns)) is not None:
                reports.append(report)
        return reports
