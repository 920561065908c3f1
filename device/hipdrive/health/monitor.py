"""Checks the device once a second and returns a health report when one is due."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.health.degraded import DegradedParts
from hipdrive.health.report import PROBLEMS, HealthReport, find_problems
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.health.loop_monitor import LoopMonitor
    from hipdrive.health.machine import Machine

log = logging.getLogger("hipdrive.health")

INTERVAL_NS = 10 * NS_PER_S
"""Time from one report to the next while nothing gets worse."""
WINDOW_NS = 10 * NS_PER_S
"""Time over which rates, durations and scores are taken."""
LOOK_NS = NS_PER_S
"""Time from one look to the next; a new problem is reported at the next look."""
AWAY_NS = 3 * NS_PER_S
"""After so long without a look the broker was away."""


@dataclass(slots=True)
class HealthMonitor:
    """Puts the loop's timing and the machine's condition together.

    One thread calls `due`; another begins and ends sessions, which are replaced as a whole.

    Attributes:
        machine: the computer.
        parts: those that do not work.
        monotonic_ns: a clock that never jumps, ns.
    """

    machine: Machine
    parts: DegradedParts = field(default_factory=DegradedParts)
    monotonic_ns: Callable[[], int] = time.monotonic_ns
    _began_ns: int = field(init=False)
    _session: tuple[str, LoopMonitor] | None = field(init=False, default=None)
    _looked_ns: int | None = field(init=False, default=None)
    _reported_ns: int | None = field(init=False, default=None)
    _seen_ns: dict[str, int] = field(init=False, default_factory=dict)
    _head_utc_ns: int | None = field(init=False, default=None)
    _head_since_ns: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._began_ns = self.monotonic_ns()

    def begin(self, session: str, loop: LoopMonitor) -> None:
        """A session with that id begins; `loop` is filled by its loop."""
        self._session = session, loop

    def end(self) -> None:
        """The session has ended; reports have no timing of frames until the next begins."""
        self._session = None

    def due(self, head_utc_ns: int | None) -> HealthReport | None:
        """The report, if it is time for one; quick when it is not.

        Args:
            head_utc_ns: when the first message in the queue was written, wall clock, ns; None: the
                queue is empty. Called only while the broker is connected.
        """
        now_ns = self.monotonic_ns()
        before_ns = self._looked_ns
        if before_ns is not None and now_ns - before_ns < LOOK_NS:
            return None
        self._looked_ns = now_ns
        self._watch_head(head_utc_ns, now_ns, before_ns)
        report = self._look(now_ns)
        worse = self._has_new(report.problems, now_ns)
        if not worse and self._reported_ns is not None and now_ns - self._reported_ns < INTERVAL_NS:
            return None
        self._reported_ns = now_ns
        return report

    def _look(self, now_ns: int) -> HealthReport:
        session, monitor = self._session or (None, None)
        loop = None if monitor is None else monitor.stats(WINDOW_NS)
        machine = self.machine.status()
        problems = find_problems(loop, machine, now_ns - self._head_since_ns, self.parts.now)
        return HealthReport(session, now_ns - self._began_ns, problems, loop, machine)

    def _watch_head(self, head_utc_ns: int | None, now_ns: int, before_ns: int | None) -> None:
        """Note since when the same message is first; time without a broker does not count."""
        away = before_ns is None or now_ns - before_ns > AWAY_NS
        if away or head_utc_ns is None or head_utc_ns != self._head_utc_ns:
            self._head_since_ns = now_ns
        self._head_utc_ns = head_utc_ns

    def _has_new(self, problems: tuple[str, ...], now_ns: int) -> bool:
        """Whether a problem is new; one that comes and goes is the same one."""
        new = [
            problem
            for problem in problems
            if now_ns - self._seen_ns.get(problem, -INTERVAL_NS) >= INTERVAL_NS
        ]
        for problem in new:
            log.warning("health: %s", PROBLEMS[problem])
        self._seen_ns |= dict.fromkeys(problems, now_ns)
        return bool(new)
