"""The broker's acknowledgement of a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ack:
    """The broker's answer to a message of QoS 1.

    Attributes:
        mid: what `publish` returned for the message.
        topic: where it was published.
        refusal: None when the broker has accepted it, else the reason it gave.
    """

    mid: int
    topic: str
    refusal: str | None
