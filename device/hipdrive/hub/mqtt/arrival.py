"""What comes in from the broker, and where an answer may go."""

from __future__ import annotations

import re
from dataclasses import dataclass

CORRELATION_BYTES = 64
"""More than any sender needs to know its answer again."""
_LEVEL = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """One message as it came in.

    Attributes:
        topic: where it was published.
        payload: what.
        retained: True when its sender asked the broker to keep it, or, as subscribed, when it is
            older than the subscription.
        reply_to: MQTT 5's response topic; None when no answer is wanted.
        correlation: what the answer must carry for the sender to know it again.
    """

    topic: str
    payload: bytes
    retained: bool = False
    reply_to: str | None = None
    correlation: bytes | None = None


def can_be_answered(arrival: ReceivedMessage, below: str) -> bool:
    """Whether an answer may go where the arrival wants it; True when it wants none.

    A device answers one level below a topic of its own and nowhere else, so that nobody can have it
    speak where it has no business, or give itself commands.

    Args:
        arrival: what came in.
        below: the device's topic for answers.
    """
    if len(arrival.correlation or b"") > CORRELATION_BYTES:
        return False
    if arrival.reply_to is None:
        return True
    head, slash, level = arrival.reply_to.rpartition("/")
    return bool(slash) and head == below and _LEVEL.fullmatch(level) is not None
