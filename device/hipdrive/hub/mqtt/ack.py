"""The broker's acknowledgement of a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ack:
    """The broker's answer to a message of QoS 1.

    Attributes:
        number: what `publish` returned for the message.
        topic: where it was published.
        refusal: None when the broker has accepted it, else the reason it gave.
        most_tries: after how many refusals like this one the message will never be accepted; None:
            it may be, some time.
    """

    number: int
    topic: str
    refusal: str | None = None
    most_tries: int | None = None
