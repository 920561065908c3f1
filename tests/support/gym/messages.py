"""Messages of a device, and the rows that are made of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hipdrive.gym.collector.decoding import Decoder
from hipdrive.gym.database.retention import Retention
from hipdrive.gym.settings import RetentionConfig
from support.messages.examples import every_example

KEY = b"k" * 32
NOW = datetime(2026, 3, 1, 18, 10, tzinfo=UTC)
"""Five minutes after the session of the examples began."""
FOR_EVER = Retention(RetentionConfig(stride_months=0, session_months=0, health_months=0))


def now() -> datetime:
    """The time of the tests."""
    return NOW


def decoder(retention: Retention = FOR_EVER) -> Decoder:
    """A decoder that has the tests' time."""
    return Decoder(KEY, retention, now)


def topic(kind: str, site: str = "gym", device: str = "treadmill-1") -> str:
    """Where a device publishes."""
    return f"hipdrive/{site}/{device}/{kind}"


def payload(kind: str, **changes: object) -> bytes:
    """The documented example of a message with other values."""
    message: dict[str, Any] = every_example()[kind]
    return json.dumps({**message, **changes}).encode()
