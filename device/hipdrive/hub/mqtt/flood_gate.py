"""How many messages a second are read for the device, and when it stops listening for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PER_SECOND = 20
"""More than people and their programs send: a slider that is dragged sends ten."""
BURST = 400
AFTER_FLOOD = 10
"""Messages that are heard at once after a flood: one that goes on is to cost little each time."""
FLOOD = 10
"""Messages dropped in succession that are a flood, so more than 200 a second: reading one costs the
loop a tenth of a millisecond, even if it is dropped at once, and these 2 % of its time."""
FIRST_DEAF_S, LONGEST_DEAF_S = 10.0, 60.0
"""How long nothing is listened to then; twice as long with every flood that follows at once."""


class FloodGate:
    """A bucket of `BURST` messages that fills at `PER_SECOND`; used by one thread.

    Args:
        clock_s: a monotonic clock, s.
    """

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._tokens = float(BURST)
        self._filled_s = clock_s()
        self._in_succession = 0
        self._dropped = 0
        self._deaf_s = 0.0
        self._deaf_until_s = clock_s()

    def admit(self) -> bool:
        """Whether a message that was just received is to be handled; counts those that are not."""
        now_s = self._clock_s()
        filled = max(now_s - self._filled_s, 0.0) * PER_SECOND
        self._tokens = min(self._tokens + filled, BURST)
        self._filled_s = now_s
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            self._in_succession = 0
            return True
        self._dropped += 1
        self._in_succession += 1
        return False

    def take_dropped(self) -> int:
        """Messages dropped since the last call."""
        dropped, self._dropped = self._dropped, 0
        return dropped

    @property
    def flooded(self) -> bool:
        """True when so many were dropped that the device must stop listening."""
        return self._in_succession >= FLOOD

    def stop_listening(self) -> None:
        """A flood was noticed; `deaf` for a while."""
        now_s = self._clock_s()
        soon = now_s - self._deaf_until_s < LONGEST_DEAF_S
        self._deaf_s = min(2 * self._deaf_s, LONGEST_DEAF_S) if soon else 0.0
        self._deaf_s = max(self._deaf_s, FIRST_DEAF_S)
        self._deaf_until_s = now_s + self._deaf_s
        self._tokens, self._filled_s = float(AFTER_FLOOD), self._deaf_until_s
        self._in_succession = 0

    @property
    def deaf(self) -> bool:
        """True until the device may listen again."""
        return self._clock_s() < self._deaf_until_s
