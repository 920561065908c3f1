"""Tells whoever reports the device's condition of a broker that is away, or refuses messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.health.degraded import DevicePart

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.health.degraded import DegradedParts

AWAY_S = 30.0
"""A broker that starts again is back within this time; so is a network after the device starts."""
SETTLED_S = 30.0
"""A connection that lasts as long works; two devices of one name end each other's sooner."""


class BrokerCondition:
    """Whether the broker does what it is for; used by one thread.

    Args:
        parts: told of it. Nothing is logged: who connects and publishes has said it already.
        clock_s: a monotonic clock, s.
    """

    def __init__(self, parts: DegradedParts, clock_s: Callable[[], float]) -> None:
        self._parts = parts
        self._clock_s = clock_s
        self._away_since_s: float | None = clock_s()
        self._connected_s = clock_s()
        self._away = ""
        self._refused: dict[str, str] = {}

    def connected(self) -> None:
        """A connection begins."""
        self._connected_s = self._clock_s()

    def serving(self) -> None:
        """The connection still works; to be called often."""
        if self._away_since_s is None or self._clock_s() - self._connected_s < SETTLED_S:
            return
        self._away_since_s, self._away = None, ""
        self._tell()

    def ended(self, problem: str) -> None:
        """A connection could not be made or has ended, and why."""
        if self._away_since_s is None:
            self._away_since_s = self._clock_s()
        elif self._clock_s() - self._away_since_s >= AWAY_S:
            self._away = problem
            self._tell()

    def refused(self, topic: str, reason: str) -> None:
        """A message was refused, and why."""
        self._refused[topic] = reason
        self._tell()

    def taken(self, topic: str) -> None:
        """A message was taken."""
        if self._refused.pop(topic, None) is not None:
            self._tell()

    def _tell(self) -> None:
        reason = self._away or next(iter(self._refused.values()), "")
        if reason:
            self._parts.degrade(DevicePart.BROKER, reason, logged=True)
        else:
            self._parts.recover(DevicePart.BROKER)
