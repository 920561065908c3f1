"""Spans of time that several stages agree on, in ns."""

from __future__ import annotations

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000

LONGEST_GAP_NS = 250_000_000
"""A third of a stride. Beyond it, what lies between two poses is anybody's guess."""
AWAY_NS = 60_000_000_000
"""Away for a minute, and whoever comes is measured as a new runner; the coach does the same."""
