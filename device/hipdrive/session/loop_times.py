"""How long the loop takes: a histogram, so that memory stays constant however long a session."""

from __future__ import annotations

BIN_NS = 20_000
"""Width of a bin: 0.02 ms, well under a percent of the fastest loop seen."""
BIN_COUNT = 25_000
"""Bins cover half a second; longer laps count in the last."""


class LoopTimeHistogram:
    """Collects what each frame took, and gives percentiles."""

    def __init__(self) -> None:
        self._bins = [0] * BIN_COUNT
        self._count = 0

    def add(self, duration_ns: int) -> None:
        """Take one duration in, ns."""
        self._bins[min(duration_ns // BIN_NS, BIN_COUNT - 1)] += 1
        self._count += 1

    def percentile_ms(self, percent: int) -> float | None:
        """The duration that `percent` of all do not exceed, to the middle of its bin, in ms."""
        if not self._count:
            return None
        rank = -(-percent * self._count // 100)
        seen = 0
        for index, count in enumerate(self._bins):
            seen += count
            if seen >= max(rank, 1):
                return round((index + 0.5) * BIN_NS / 1e6, 3)
        raise AssertionError
