"""How long to wait before trying again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double from `first_s` up to `longest_s`, in seconds.

    Attributes:
        silence_s: a broker that has not confirmed a message for so long will not; slow ones need
            a second or two.
    """

    first_s: float = 1.0
    longest_s: float = 60.0
    silence_s: float = 20.0

    def wait_s(self, failures: int) -> float:
        """The wait after so many failures in a row; 0 after none."""
        if failures < 1:
            return 0.0
        # Sixteen doublings reach any limit that makes sense, and cannot overflow.
        return min(self.first_s * 2.0 ** min(failures - 1, 16), self.longest_s)
