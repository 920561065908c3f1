"""Is the device well? One message every ten seconds, and at once when something turns bad."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hipdrive import __version__
from hipdrive.gait.resample import NS_PER_S
from hipdrive.hub.complaint import log
from hipdrive.hub.machine import SINCE_BOOT, named
from hipdrive.session.summary import LEAST_FPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.machine import Machine
    from hipdrive.hub.pulse import Beat, Pulse

HEALTH = "hipdrive/health/1"
INTERVAL_NS = 10 * NS_PER_S
WINDOW_NS = 10 * NS_PER_S
"""What rates, times and scores are of."""
LOOK_NS = NS_PER_S
"""From one look at everything to the next; what turns bad is told at the next look."""

STALE_S = 2.0
"""A camera that is well has long delivered another frame."""
HOT_C = 80.0
"""Where a Pi begins to slow down."""
DISK_LOW_MB = 500
WAITING_S = 120.0
"""A message that waits this long while the broker is there is being refused."""

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


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be delivered.

    Attributes:
        depth: how many messages.
        oldest_s: how long the oldest one has waited; None when there is none.
    """

    depth: int
    oldest_s: float | None


@dataclass(frozen=True, slots=True)
class Clocks:
    """Time: a monotonic clock, and the wall clock since 1970, both in ns."""

    monotonic_ns: Callable[[], int] = time.monotonic_ns
    utc_ns: Callable[[], int] = time.time_ns


@dataclass(slots=True)
class Health:
    """Puts together what the loop left behind and what the machine tells; used by one thread.

    Attributes:
        pulse, machine: what is looked at.
        clocks: what time it is.
        waiting: what waits to be delivered; None where nobody knows.
    """

    pulse: Pulse
    machine: Machine
    clocks: Clocks = field(default_factory=Clocks)
    waiting: Callable[[], Waiting] | None = None
    _began_ns: int = field(init=False)
    _looked_ns: int | None = field(init=False, default=None)
    _told_ns: int | None = field(init=False, default=None)
    _problems: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        self._began_ns = self.clocks.monotonic_ns()

    def due(self, session: str, reconnects: int, *, encrypted: bool) -> dict[str, Any] | None:
        """The message, if it is time for one; quick when it is not.

        Args:
            session: id of the session.
            reconnects: how often the connection to the broker had to be made anew.
            encrypted: True when that connection is.
        """
        now_ns = self.clocks.monotonic_ns()
        if self._looked_ns is not None and now_ns - self._looked_ns < LOOK_NS:
            return None
        self._looked_ns = now_ns
        figures = self._figures()
        problems = _problems(figures)
        worse = not self._problems.issuperset(problems)
        self._say(problems)
        if not worse and self._told_ns is not None and now_ns - self._told_ns < INTERVAL_NS:
            return None
        self._told_ns = now_ns
        return {
            "schema": HEALTH,
            "session": session,
            "utc": _utc(self.clocks.utc_ns()),
            "uptime_s": round((now_ns - self._began_ns) / NS_PER_S, 1),
            "problems": problems,
            **figures,
            "reconnects": reconnects,
            "encrypted": encrypted,
            "version": __version__,
        }

    def _say(self, problems: list[str]) -> None:
        """Once for each problem that is new; not again until it was gone."""
        for problem in problems:
            if problem not in self._problems:
                log.warning("hub: health: %s", PROBLEMS[problem])
        self._problems = frozenset(problems)

    def _figures(self) -> dict[str, Any]:
        beat = self.pulse.beat(WINDOW_NS)
        flags = self.machine.throttle_flags()
        temperature_c = self.machine.temperature_c()
        waiting = None if self.waiting is None else self.waiting()
        return {
            **_loop(beat),
            "temperature_c": None if temperature_c is None else round(temperature_c, 1),
            "throttled": None if flags is None else named(flags & 0b1110) != [],
            "throttle_now": None if flags is None else named(flags),
            "throttle_since_boot": None if flags is None else named(flags >> SINCE_BOOT),
            "disk_free_mb": self.machine.disk_free_mb(),
            "outbox_depth": None if waiting is None else waiting.depth,
            "outbox_oldest_s": _rounded(None if waiting is None else waiting.oldest_s, 1),
        }


def _loop(beat: Beat) -> dict[str, Any]:
    p50_ns, p95_ns = beat.loop_p50_ns, beat.loop_p95_ns
    return {
        "frame_age_s": round(beat.age_ns / NS_PER_S, 3),
        "frames_per_second": _rounded(beat.frames_per_second, 1),
        "loop_p50_ms": None if p50_ns is None else round(p50_ns / 1e6, 2),
        "loop_p95_ms": None if p95_ns is None else round(p95_ns / 1e6, 2),
        "dropped_frames": beat.dropped,
        "pose_score": _rounded(beat.score, 3),
    }


def _problems(figures: dict[str, Any]) -> list[str]:
    now = figures["throttle_now"] or []
    found = {
        "no_frames": figures["frame_age_s"] > STALE_S,
        "few_frames": _below(figures["frames_per_second"], LEAST_FPS),
        "hot": (figures["temperature_c"] or 0.0) >= HOT_C,
        "under_voltage": "under_voltage" in now,
        "throttled": figures["throttled"] is True,
        "disk_low": _below(figures["disk_free_mb"], DISK_LOW_MB),
        "outbox_waiting": (figures["outbox_oldest_s"] or 0.0) > WAITING_S,
    }
    return [problem for problem in PROBLEMS if found[problem]]


def _utc(utc_ns: int) -> str:
    return datetime.fromtimestamp(utc_ns // NS_PER_S, UTC).isoformat()


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
