"""Exponential back-off."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double with every failure.

    Attributes:
        first_s: wait after the first failure, s.
        longest_s: longest wait, s.
        silence_s: time after which a broker that has not acknowledged a message will not, s; slow
            ones need a second or two.
    """

    first_s: float = 1.0
    longest_s: float = 60.0
    silence_s: float = 20.0

    def wait_s(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row; 0 after none."""
        if failures < 1:
            return 0.0
        # Sixteen doublings reach any limit that makes sense, and cannot overflow.
        return min(self.first_s * 2.0 ** min(failures - 1, 16), self.longest_s)
