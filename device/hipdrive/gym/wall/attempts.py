"""How often somebody may try a password."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_KEYS = 4096
"""Addresses and names that are remembered; beyond, the longest untried is forgotten."""


@dataclass(slots=True)
class AttemptLimit:
    """A store of tries for each key, which fills again with time.

    Args:
        most: tries in a row.
        every_s: time in which one more comes.
    """

    most: int
    every_s: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def allows(self, key: str, now_s: float) -> bool:
        """Take a try, if there is one.

        Args:
            key: whose.
            now_s: a monotonic clock, s.
        """
        left, before_s = self._left.pop(key, (float(self.most), now_s))
        left = min(self.most, left + (now_s - before_s) / self.every_s)
        allowed = left >= 1
        self._left[key] = left - allowed, now_s
        if len(self._left) > MOST_KEYS:
            del self._left[next(iter(self._left))]
        return allowed
