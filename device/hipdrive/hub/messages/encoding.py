"""From a message's JSON values to its bytes; null for a number that JSON cannot hold."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.hub.messages.clock import Clock, Stamp
    from hipdrive.hub.messages.outgoing import OutgoingMessage

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DECIMALS = 3
"""Milliseconds and thousandths of a degree: finer than anything measured."""


def seconds(t_ns: int) -> float:
    """A time in seconds, rounded to the millisecond."""
    return round(t_ns / NS_PER_S, DECIMALS)


def timestamped(
    body: Mapping[str, object], stamp: Stamp, *, synchronised: bool
) -> dict[str, object]:
    """Add to a message when it was written.

    Args:
        body: the message.
        stamp: when it was written.
        synchronised: True when the wall clock could be trusted then.
    """
    utc = EPOCH + timedelta(microseconds=stamp.utc_ns // 1000)
    return {
        **body,
        "utc": utc.isoformat(timespec="milliseconds"),
        "monotonic_s": seconds(stamp.monotonic_ns),
        "clock_synchronised": synchronised,
    }


def encode_outgoing(outgoing: OutgoingMessage, clock: Clock, qos: int = 1) -> MqttMessage:
    """Encode a message that has no row in the outbox.

    Raises:
        TypeError: as in `encode`.
    """
    body = timestamped(outgoing.body, outgoing.stamp, synchronised=clock.synchronised())
    return MqttMessage(outgoing.topic, encode(body), qos, outgoing.retain)


def encode_row(body: Mapping[str, object], fields: Mapping[str, object]) -> bytes:
    """Encode a message with the outbox's fields (`OutboxFields`) behind its schema.

    Raises:
        TypeError: as in `encode`.
    """
    return encode({"schema": body["schema"], **fields, **body})


def encode(message: Mapping[str, object]) -> bytes:
    """Encode a message as JSON in UTF-8; NaN and infinity become null.

    Raises:
        TypeError: the message holds something that is no JSON value.
    """
    text = json.dumps(_finite(message), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate (a file name that is not UTF-8) has no encoding; a question mark is legible.
    return text.encode("utf-8", errors="replace")


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
