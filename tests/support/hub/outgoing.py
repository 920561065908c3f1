"""Outgoing messages and clocks of tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hipdrive.hub.messages.clock import Clock, Stamp
from hipdrive.hub.messages.outgoing import OutgoingMessage, Priority

if TYPE_CHECKING:
    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.outbox.backlog import Backlog
    from hipdrive.hub.outbox.sqlite_outbox import Outbox

UTC_NS = 1_772_388_300_000_000_000
"""2026-03-01T18:05:00Z."""
CLOCK = Clock(lambda: UTC_NS, lambda: 0, lambda: False)


def outgoing(
    number: int, priority: Priority = Priority.WINDOW, utc_ns: int = UTC_NS, size: int = 0
) -> OutgoingMessage:
    """A numbered message, with `size` bytes of padding."""
    body = {"schema": "test/1", "number": number, "padding": "x" * size}
    return OutgoingMessage("topic", body, Stamp(utc_ns, 0), priority)


def decoded(message: MqttMessage) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(message.payload)
    return body


def drain_outbox(outbox: Outbox) -> list[dict[str, Any]]:
    """Acknowledge all rows, as a broker does; their bodies."""
    bodies = []
    while (row := outbox.head()) is not None:
        bodies.append(decoded(row.message))
        assert outbox.acknowledge(row.id)
    return bodies


def drain_backlog(backlog: Backlog) -> list[dict[str, Any]]:
    """The same of everything that waits, strides too."""
    bodies = []
    while (head := backlog.head()) is not None:
        bodies.append(decoded(head.message))
        backlog.acknowledge(head.key)
    return bodies


def without_times(message: dict[str, Any]) -> dict[str, Any]:
    """A message without the keys that say when it was written."""
    when = {"utc", "monotonic_s", "clock_synchronised"}
    assert when <= message.keys()
    return {key: value for key, value in message.items() if key not in when}
