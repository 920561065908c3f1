"""What a broker says in its CONNACK that it can do (MQTT 5, 3.2.2.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.hub.messages.outgoing import MqttMessage

LARGEST_PACKET = 268_435_460
"""What MQTT itself can express (MQTT 5, 1.5.5), with the five bytes of the header."""
MOST_IN_FLIGHT = 65_535
_LENGTH_STEPS = (1 << 7, 1 << 14, 1 << 21)


@dataclass(frozen=True, slots=True)
class BrokerLimits:
    """Limits of one connection; as they stand, those of MQTT 5 for a broker that names none.

    Of what a CONNACK can name besides, a device uses nothing that the broker could limit: it has a
    client id of its own, so none is assigned; it keeps no session, so none expires; it sends no
    topic aliases; and paho takes the keep-alive that the broker asks for.

    Attributes:
        packet_bytes: the largest packet that the broker takes.
        most_qos: the highest quality of service.
        retain: False: the broker keeps no retained messages, and must not be asked to.
        most_in_flight: messages of QoS 1 that may wait for its answer ("receive maximum").
        wildcards: False: a subscription may have none.
        shared: False: it has no shared subscriptions, as no broker of MQTT 3.1.1 has to.
    """

    packet_bytes: int = LARGEST_PACKET
    most_qos: int = 2
    retain: bool = True
    most_in_flight: int = MOST_IN_FLIGHT
    wildcards: bool = True
    shared: bool = True

    @classmethod
    def of(cls, connack: object) -> BrokerLimits:
        """Read the properties of a CONNACK; what is not there has no limit.

        Args:
            connack: paho's properties, which have an attribute for each property that was sent;
                None: it is MQTT 3.1.1, which has none.
        """
        return cls(
            getattr(connack, "MaximumPacketSize", LARGEST_PACKET),
            getattr(connack, "MaximumQoS", 2),
            bool(getattr(connack, "RetainAvailable", 1)),
            max(getattr(connack, "ReceiveMaximum", MOST_IN_FLIGHT), 1),
            bool(getattr(connack, "WildcardSubscriptionAvailable", 1)),
            connack is not None and bool(getattr(connack, "SharedSubscriptionAvailable", 1)),
        )

    def within(self, message: MqttMessage) -> MqttMessage:
        """The message as this broker can be given it: the QoS lowered, or not retained."""
        if message.qos <= self.most_qos and self.retain >= message.retain:
            return message
        qos, retain = min(message.qos, self.most_qos), message.retain and self.retain
        return replace(message, qos=qos, retain=retain)

    def takes(self, message: MqttMessage, correlation: bytes | None = None) -> bool:
        """False for a message that is larger than the broker will ever take."""
        return publish_bytes(self.within(message), correlation) <= self.packet_bytes


def publish_bytes(message: MqttMessage, correlation: bytes | None = None) -> int:
    """Size of a PUBLISH packet (MQTT 5, 3.3).

    Args:
        message: what it carries.
        correlation: its correlation data; None: it has none.
    """
    properties = 0 if correlation is None else 1 + 2 + len(correlation)
    rest = 2 + len(message.topic.encode()) + 2 * (message.qos > 0)
    rest += _length_bytes(properties) + properties + len(message.payload)
    return 1 + _length_bytes(rest) + rest


def _length_bytes(length: int) -> int:
    """Bytes of a number of variable length (MQTT 5, 1.5.5)."""
    return 1 + sum(length >= step for step in _LENGTH_STEPS)
