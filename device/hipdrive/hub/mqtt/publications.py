"""What is published over one connection, until the broker has answered each message."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.hub.mqtt.ack import Ack
from hipdrive.hub.mqtt.broker_faults import MOST_TRIES
from hipdrive.hub.mqtt.broker_limits import BrokerLimits, publish_bytes

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.mqtt.client import BoundedClient


class SentPacket(NamedTuple):
    """A packet that the broker has not acknowledged yet.

    Attributes:
        topic: where it is published.
        size_bytes: its size.
    """

    topic: str
    size_bytes: int


class Publications:
    """Sends messages within the broker's limits, and pairs its answers with them.

    Attributes:
        limits: what the broker can do.
        taken_bytes: size of the largest packet that the broker has acknowledged.
    """

    def __init__(self) -> None:
        self.limits = BrokerLimits()
        self.taken_bytes = 0
        self._number = 0
        self._in_flight: dict[int, tuple[int, SentPacket]] = {}
        self._waiting: deque[tuple[int, MqttMessage, bytes | None]] = deque()
        self._acks: list[Ack] = []

    def publish(
        self, client: BoundedClient, message: MqttMessage, correlation: bytes | None
    ) -> int:
        """Send a message, or have it wait for its turn; see `Connection.publish`."""
        self._number += 1
        number, most = self._number, self.limits.packet_bytes
        if not self.limits.takes(message, correlation):
            size = publish_bytes(message, correlation)
            refusal = f"packets of {most} bytes at most, and this one has {size}"
            self._acks.append(Ack(number, message.topic, refusal, most_tries=1))
        elif message.qos and len(self._in_flight) >= self.limits.most_in_flight:
            self._waiting.append((number, message, correlation))
        else:
            self._send(client, number, message, correlation)
        return number

    def _send(
        self, client: BoundedClient, number: int, message: MqttMessage, correlation: bytes | None
    ) -> None:
        from hipdrive.hub.mqtt.client import correlation_data

        given = self.limits.within(message)
        properties = None if correlation is None else correlation_data(correlation)
        info = client.publish(given.topic, given.payload, given.qos, given.retain, properties)
        if not message.qos:
            return
        if not given.qos and not info.rc and info.is_published():
            # Of QoS 0 nothing more is ever known.
            self._acks.append(Ack(number, message.topic))
            return
        packet = SentPacket(message.topic, publish_bytes(given, correlation))
        self._in_flight[info.mid] = number, packet

    def answered(self, client: BoundedClient, mid: int, reason: ReasonCode) -> None:
        """The broker has answered, or a message of QoS 0 was written; the next one may go."""
        if mid not in self._in_flight:
            return
        number, packet = self._in_flight.pop(mid)
        if reason.is_failure:
            tries = MOST_TRIES.get(reason.value)
            self._acks.append(Ack(number, packet.topic, str(reason), tries))
        else:
            self._acks.append(Ack(number, packet.topic))
            self.taken_bytes = max(self.taken_bytes, packet.size_bytes)
        if self._waiting:
            self._send(client, *self._waiting.popleft())

    @property
    def has_acks(self) -> bool:
        """True when `take_acks` has something to return."""
        return bool(self._acks)

    def take_acks(self) -> list[Ack]:
        """The answers since the last call."""
        acks, self._acks = self._acks, []
        return acks

    @property
    def in_flight(self) -> int:
        """Number of messages that the broker has not answered."""
        return len(self._in_flight)

    @property
    def oldest_in_flight(self) -> SentPacket | None:
        """The packet that the broker would acknowledge next; None when there is none."""
        return next((packet for _, packet in self._in_flight.values()), None)
