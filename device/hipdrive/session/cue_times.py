"""When each cue was decided and shown, and how long after the peak that it rests on."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.session.figures import CueLatency
from hipdrive.types.cue import JUDGED
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.types.cue import Cue, CueKind

MOST_KEPT = 4096
"""More cues than come in what a slow disk may be behind."""
BIN_NS = NS_PER_MS // 10
LATEST_BIN = 600_000
"""A minute; what comes later counts as that."""


@dataclass(frozen=True, slots=True)
class CueTime:
    """When a cue was given, by the frames' own time.

    Attributes:
        decided_ns: the coach gave it.
        shown_ns: the first pin changed for it, or it asked for what was shown already; None: it was
            not shown, as another took its place, or the outputs failed.
    """

    decided_ns: int
    shown_ns: int | None = None


class CueTimes:
    """Keeps the times of the newest cues, and how late the judged ones were. For any thread.

    Args:
        at: a time of the panel's clock by that of the frames, ns.
        real: False where the panel runs by the frames' own time, and nothing can be late.
    """

    def __init__(self, at: Callable[[int], int], *, real: bool) -> None:
        self._at = at
        self._real = real
        self._lock = threading.Lock()
        self._times: dict[tuple[int, CueKind], CueTime] = {}
        self._bins: Counter[int] = Counter()

    def decided(self, cue: Cue, at_ns: int) -> None:
        """The coach has given the cue."""
        with self._lock:
            self._times[cue.t_ns, cue.kind] = CueTime(self._at(at_ns))
            while len(self._times) > MOST_KEPT:
                del self._times[next(iter(self._times))]

    def shown(self, cue: Cue, at_ns: int) -> None:
        """The outputs show it."""
        shown_ns = self._at(at_ns)
        with self._lock:
            if (known := self._times.get((cue.t_ns, cue.kind))) is not None:
                self._times[cue.t_ns, cue.kind] = CueTime(known.decided_ns, shown_ns)
            if self._real and cue.peak_ns is not None and cue.kind in JUDGED:
                self._bins[min((shown_ns - cue.peak_ns) // BIN_NS, LATEST_BIN)] += 1

    def of(self, cue: Cue) -> CueTime | None:
        """When a cue was given; None where that is not known."""
        with self._lock:
            return self._times.get((cue.t_ns, cue.kind))

    def latency(self) -> CueLatency:
        """From the peak to the pin, over the cues that tell something of a stride."""
        with self._lock:
            bins = sorted(self._bins.items())
        p5, p50, p95 = (_percentile_ms(bins, percent) for percent in (5, 50, 95))
        jitter = None if p5 is None or p95 is None else round(p95 - p5, 1)
        return CueLatency(sum(count for _, count in bins), p50, p95, jitter)


def _percentile_ms(bins: list[tuple[int, int]], percent: int) -> float | None:
    """The latency that `percent` of all do not exceed, ms."""
    total, seen = sum(count for _, count in bins), 0
    for index, count in bins:
        seen += count
        if 100 * seen >= percent * total:
            return round((index + 0.5) * BIN_NS / NS_PER_MS, 1)
    return None
