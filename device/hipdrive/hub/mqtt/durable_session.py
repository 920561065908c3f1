"""A session that the broker keeps while the client is away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DurableSession:
    """What a client asks of a broker that is to keep messages for it.

    The client acknowledges each message itself, when it has done with it.

    Attributes:
        kept_s: how long the broker keeps the session of a client that is away, s; 0: not at all,
            and what it has kept so far is given up.
        most_unacknowledged: messages that the broker sends before the first is acknowledged.
    """

    kept_s: int
    most_unacknowledged: int

    @property
    def begins_anew(self) -> bool:
        """True when nothing is wanted of what was kept."""
        return not self.kept_s
