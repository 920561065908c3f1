"""Brokers that hang up on a message that is too large for them, and do not say so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.hub.mqtt.broker_limits import LARGEST_PACKET

if TYPE_CHECKING:
    from hipdrive.hub.mqtt.broker_limits import BrokerLimits
    from hipdrive.hub.mqtt.publications import Publications, SentPacket

MOST_HANG_UPS = 4
"""Connections in succession that end with the same packet as the oldest that is not acknowledged.
A network that breaks does not choose."""


class HangUps:
    """Learns the largest packet that a broker takes, over one connection after the other.

    Mosquitto's `message_size_limit` is in no CONNACK: the connection just ends. Nothing is learned
    from a packet no larger than one that the broker has taken, nor from a connection that
    acknowledged nothing: then it is not the size.
    """

    def __init__(self) -> None:
        self._packet: SentPacket | None = None
        self._count = 0
        self._taken_bytes = 0
        self._most_bytes = LARGEST_PACKET

    def limited(self, limits: BrokerLimits) -> BrokerLimits:
        """What the broker says that it can do, with what was learned."""
        return replace(limits, packet_bytes=min(limits.packet_bytes, self._most_bytes))

    def ended(self, sent: Publications) -> None:
        """Learn from a connection that the broker has ended, and what was sent over it."""
        self._taken_bytes = max(self._taken_bytes, sent.taken_bytes)
        packet = sent.oldest_in_flight
        if packet is None or not sent.taken_bytes:
            self._packet = None
            return
        self._count = self._count + 1 if packet == self._packet else 1
        self._packet = packet
        if self._count >= MOST_HANG_UPS and packet.size_bytes > self._taken_bytes:
            self._most_bytes = packet.size_bytes - 1
