"""What goes to the broker: made by the loop as values, by the hub's threads as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.hub.messages.clock import Stamp


@dataclass(frozen=True, slots=True)
class Message:
    """One message to publish.

    Attributes:
        topic: where.
        payload: what.
        qos: 0: may be lost; 1: delivered at least once.
        retain: True: the broker keeps it for those who come later.
    """

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Worth(IntEnum):
    """What a message is worth where there is no room for all: the lowest goes first."""

    FLEETING = 0
    """Kept in memory, and lost when the device restarts: the record of the session has it."""
    WINDOW = 1
    """A summary on the way; the next one says more."""
    CUES = 2
    """Counts of cues; those that come later include them."""
    END = 3
    """The summary of a whole session."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message as the loop hands it over; bytes are made of it in another thread.

    Attributes:
        topic: where.
        body: JSON values, `schema` among them; nobody changes it any more.
        stamp: when it was written.
        worth: from `Worth.WINDOW` on it is kept on disk until the broker has it.
        retain: True: the broker keeps it for those who come later.
    """

    topic: str
    body: Mapping[str, object]
    stamp: Stamp
    worth: Worth = Worth.FLEETING
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that waits, and by what it is known: an id, or a number where it has none."""

    key: str | int
    message: Message
