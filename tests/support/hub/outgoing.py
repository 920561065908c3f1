"""Letters and clocks of tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hipdrive.hub.messages.clock import Clock, Stamp
from hipdrive.hub.messages.message import OutgoingMessage, Worth

if TYPE_CHECKING:
    from hipdrive.hub.messages.message import Message
    from hipdrive.hub.outbox.backlog import Backlog
    from hipdrive.hub.outbox.outbox import Outbox

UTC_NS = 1_772_388_300_000_000_000
"""2026-03-01T18:05:00Z."""
CLOCK = Clock(lambda: UTC_NS, lambda: 0, lambda: False)


def letter(
    number: int, worth: Worth = Worth.WINDOW, utc_ns: int = UTC_NS, size: int = 0
) -> OutgoingMessage:
    body = {"schema": "test/1", "number": number, "filling": "x" * size}
    return OutgoingMessage("topic", body, Stamp(utc_ns, 0), worth)


def said(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(message.payload)
    return body


def drained(outbox: Outbox) -> list[dict[str, Any]]:
    """All that waits, taken as a broker does."""
    bodies = []
    while (row := outbox.head()) is not None:
        bodies.append(said(row.message))
        assert outbox.taken(row.id)
    return bodies


def emptied(waiting: Backlog) -> list[dict[str, Any]]:
    """The same of all that waits, strides too."""
    bodies = []
    while (entry := waiting.head()) is not None:
        bodies.append(said(entry.message))
        waiting.drop(entry.key)
    return bodies


def without_times(message: dict[str, Any]) -> dict[str, Any]:
    """A message without what every one says of its writing."""
    when = {"utc", "monotonic_s", "clock_synchronised"}
    assert when <= message.keys()
    return {key: value for key, value in message.items() if key not in when}
