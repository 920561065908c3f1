"""Messages on their way to the broker: values made by the loop, bytes made by the hub's threads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.hub.messages.clock import Stamp


@dataclass(frozen=True, slots=True)
class MqttMessage:
    """One message to publish.

    Attributes:
        topic: topic to publish to.
        payload: its bytes.
        qos: 0: at most once; 1: at least once.
        retain: True: the broker keeps it for later subscribers.
    """

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Priority(IntEnum):
    """Which messages are dropped first where there is no room for all: those of the lowest."""

    MEMORY_ONLY = 0
    """Kept in memory, and lost when the device restarts: the record of the session has it."""
    WINDOW = 1
    """A summary during the session; the next one says more."""
    CUES = 2
    """Counts of cues; later ones include them."""
    END = 3
    """The summary of a whole session."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message as the loop hands it over; another thread encodes it.

    Attributes:
        topic: topic to publish to.
        body: JSON values, `schema` among them; not changed afterwards.
        stamp: when it was written.
        priority: from `Priority.WINDOW` on it is kept on disk until the broker has it.
        retain: True: the broker keeps it for later subscribers.
    """

    topic: str
    body: Mapping[str, object]
    stamp: Stamp
    priority: Priority = Priority.MEMORY_ONLY
    retain: bool = False


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message that waits for the broker.

    Attributes:
        key: identifies it in the backlog: the id of a row, or a number where it has no row.
        message: what to publish.
    """

    key: str | int
    message: MqttMessage
