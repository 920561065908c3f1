"""Is the device well? One message every ten seconds, and at once when something turns bad."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hipdrive import __version__
from hipdrive.health.machine import SINCE_BOOT, named
from hipdrive.hub.complaint import log
from hipdrive.hub.messages.clock import Clock
from hipdrive.session.report import LEAST_FPS
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.health.loop_monitor import LoopMonitor, LoopStats
    from hipdrive.health.machine import Machine
    from hipdrive.hub.messages import contract
    from hipdrive.hub.outbox.backlog import BacklogDepth

HEALTH: Final = "hipdrive/health/1"
INTERVAL_NS = 10 * NS_PER_S
WINDOW_NS = 10 * NS_PER_S
"""What rates, times and scores are of."""
LOOK_NS = NS_PER_S
"""From one look at everything to the next; what turns bad is told at the next look."""

AWAY_NS = 3 * NS_PER_S
"""Nobody looked for so long: the broker was away."""

STALE_S = 2.0
"""A camera that is well has long delivered another frame."""
HOT_C = 80.0
"""Where a Pi begins to slow down."""
DISK_LOW_MB = 500
STUCK_S = 120.0
"""A message that is the next one for this long while the broker is there is being refused."""

PROBLEMS = {
    "no_frames": "no new frame: check the camera's cable, or restart hipdrive",
    "few_frames": "too few frames a second: angles read low; lower camera.fps or cool the device",
    "hot": "the device is too hot and will slow down: give it air",
    "under_voltage": "the power supply is too weak: use the one made for this Pi",
    "throttled": "the device has slowed itself down: check its cooling and power supply",
    "disk_low": "the disk is almost full: delete old sessions",
    "outbox_waiting": "messages wait for the broker: run hipdrive hub check",
}
"""What can be wrong, and what to do."""


@dataclass(slots=True)
class Health:
    """Puts together what the loop left behind and what the machine tells.

    One thread asks; another says which session goes on, which is replaced as a whole.

    Attributes:
        machine: what is looked at besides the loop.
        clock: what time it is.
    """

    machine: Machine
    clock: Clock = field(default_factory=Clock)
    _began_ns: int = field(init=False)
    _session: tuple[str, LoopMonitor] | None = field(init=False, default=None)
    _looked_ns: int | None = field(init=False, default=None)
    _told_ns: int | None = field(init=False, default=None)
    _last_ns: dict[str, int] = field(init=False, default_factory=dict)
    _head_utc_ns: int | None = field(init=False, default=None)
    _head_since_ns: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._began_ns = self.clock.monotonic_ns()

    def begin(self, session: str, pulse: LoopMonitor) -> None:
        """A session of that id begins, and its loop leaves its frames in `pulse`."""
        self._session = session, pulse

    def rest(self) -> None:
        """No session goes on: nothing is said of frames until the next."""
        self._session = None

    def due(
        self, depth: BacklogDepth, reconnects: int, *, encrypted: bool
    ) -> contract.Health | None:
        """The message, if it is time for one; quick when it is not. Asked while connected only.

        Args:
            depth: what waits for the broker.
            reconnects: how often the connection to the broker had to be made anew.
            encrypted: True when that connection is.
        """
        now_ns = self.clock.monotonic_ns()
        before_ns = self._looked_ns
        if before_ns is not None and now_ns - before_ns < LOOK_NS:
            return None
        self._looked_ns = now_ns
        self._watch_head(depth, now_ns, before_ns)
        session, pulse = self._session or (None, None)
        beat = None if pulse is None else pulse.beat(WINDOW_NS)
        loop, machine = _loop(beat), self._of_machine()
        problems = _problems(loop, machine, now_ns - self._head_since_ns)
        worse = self._news(problems, now_ns)
        if not worse and self._told_ns is not None and now_ns - self._told_ns < INTERVAL_NS:
            return None
        self._told_ns = now_ns
        return {
            "schema": HEALTH,
            "session": session,
            "uptime_s": round((now_ns - self._began_ns) / NS_PER_S, 1),
            "problems": problems,
            **loop,
            **machine,
            **self._outbox(depth),
            "reconnects": reconnects,
            "encrypted": encrypted,
            "version": __version__,
        }

    def _watch_head(self, depth: BacklogDepth, now_ns: int, before_ns: int | None) -> None:
        """Since when the same message is the next one; time without a broker does not count."""
        away = before_ns is None or now_ns - before_ns > AWAY_NS
        if away or depth.oldest_utc_ns is None or depth.oldest_utc_ns != self._head_utc_ns:
            self._head_since_ns = now_ns
        self._head_utc_ns = depth.oldest_utc_ns

    def _news(self, problems: list[str], now_ns: int) -> bool:
        """Whether something is wrong that was not; one that comes and goes is the same one."""
        new = [
            problem
            for problem in problems
            if now_ns - self._last_ns.get(problem, -INTERVAL_NS) >= INTERVAL_NS
        ]
        for problem in new:
            log.warning("hub: health: %s", PROBLEMS[problem])
        self._last_ns |= dict.fromkeys(problems, now_ns)
        return bool(new)

    def _of_machine(self) -> contract.MachineHealth:
        flags = self.machine.throttle_flags()
        temperature_c = self.machine.temperature_c()
        return {
            "temperature_c": None if temperature_c is None else round(temperature_c, 1),
            "throttled": None if flags is None else named(flags & 0b1110) != [],
            "throttle_now": None if flags is None else named(flags),
            "throttle_since_boot": None if flags is None else named(flags >> SINCE_BOOT),
            "disk_free_mb": self.machine.disk_free_mb(),
        }

    def _outbox(self, depth: BacklogDepth) -> contract.OutboxHealth:
        oldest_ns = depth.oldest_utc_ns
        # A clock that was set back must not make an age negative.
        age_ns = None if oldest_ns is None else max(self.clock.utc_ns() - oldest_ns, 0)
        return {
            "outbox_depth": depth.total,
            "outbox_oldest_s": None if age_ns is None else round(age_ns / NS_PER_S, 1),
            "outbox_dropped": depth.dropped + depth.refused,
        }


def _loop(beat: LoopStats | None) -> contract.LoopHealth:
    return {
        "frame_age_s": None if beat is None else round(beat.age_ns / NS_PER_S, 3),
        "frames_per_second": _rounded(None if beat is None else beat.frames_per_second, 1),
        "loop_p50_ms": _milliseconds(None if beat is None else beat.loop_p50_ns),
        "loop_p95_ms": _milliseconds(None if beat is None else beat.loop_p95_ns),
        "dropped_frames": None if beat is None else beat.dropped,
        "pose_score": _rounded(None if beat is None else beat.score, 3),
    }


def _milliseconds(t_ns: int | None) -> float | None:
    return None if t_ns is None else round(t_ns / 1e6, 2)


def _problems(
    loop: contract.LoopHealth, machine: contract.MachineHealth, head_ns: int
) -> list[str]:
    now = machine["throttle_now"] or []
    found = {
        "no_frames": (loop["frame_age_s"] or 0.0) > STALE_S,
        "few_frames": _below(loop["frames_per_second"], LEAST_FPS),
        "hot": (machine["temperature_c"] or 0.0) >= HOT_C,
        "under_voltage": "under_voltage" in now,
        "throttled": machine["throttled"] is True,
        "disk_low": _below(machine["disk_free_mb"], DISK_LOW_MB),
        "outbox_waiting": head_ns > STUCK_S * NS_PER_S,
    }
    return [problem for problem in PROBLEMS if found[problem]]


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
