"""Spans of time that several stages use, in ns."""

from __future__ import annotations

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000

LONGEST_GAP_NS = 250_000_000
"""A third of a stride. Beyond it, nothing is interpolated between two poses."""
AWAY_NS = 60_000_000_000
"""After a minute without a runner the next one counts as another; the coach does the same."""
