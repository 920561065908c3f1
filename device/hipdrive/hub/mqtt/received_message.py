"""A message received from the broker, and whether it may be answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

CORRELATION_BYTES = 64
"""Longest correlation data that are sent back: more than any sender needs."""
_LEVEL = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """One message as it was received.

    Attributes:
        topic: where it was published.
        payload: its bytes.
        retained: True when its sender asked the broker to keep it, or, as subscribed, when it is
            older than the subscription.
        reply_to: MQTT 5's response topic; None when no answer is wanted.
        correlation: MQTT 5's correlation data, which the answer must carry.
        number: what it is acknowledged by, where that is left to the receiver; 0: it need not be.
    """

    topic: str
    payload: bytes
    retained: bool = False
    reply_to: str | None = None
    correlation: bytes | None = None
    number: int = 0


def can_be_answered(message: ReceivedMessage, answer_topic: str) -> bool:
    """Whether an answer may go to the response topic; True when no answer is wanted.

    A device answers one level below a topic of its own and nowhere else, so that nobody can make it
    publish elsewhere, or send commands to itself.

    Args:
        message: the message.
        answer_topic: the device's topic for answers.
    """
    if len(message.correlation or b"") > CORRELATION_BYTES:
        return False
    if message.reply_to is None:
        return True
    head, slash, level = message.reply_to.rpartition("/")
    return bool(slash) and head == answer_topic and _LEVEL.fullmatch(level) is not None
