"""What a device asks of a broker, against what the broker can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.config import Config
from hipdrive.hub.home_assistant.discovery import announcement
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.broker_limits import LARGEST_PACKET, publish_bytes

if TYPE_CHECKING:
    from hipdrive.config import HubConfig
    from hipdrive.hub.mqtt.broker_limits import BrokerLimits
    from hipdrive.hub.mqtt.topics import Topics

LARGEST_BYTES = {"stride": 2_400, "summary": 8_000, "health": 1_000, "state": 1_000}
"""No message of these kinds is larger: a summary of a long session with every warning is 6 kB."""
REMEDY = "raise its limits there (mosquitto: max_packet_size, message_size_limit)"


def largest_packets(config: HubConfig, topics: Topics) -> dict[str, int]:
    """The largest packet of each kind of message that a device sends, in bytes."""
    messages = {
        name: MqttMessage(getattr(topics, name), bytes(size))
        for name, size in LARGEST_BYTES.items()
    }
    for message in announcement(Config(hub=config), topics):
        messages["announcement to Home Assistant"] = message
    return {name: publish_bytes(message) for name, message in messages.items()}


def too_small(limits: BrokerLimits, packets: dict[str, int]) -> str | None:
    """Which messages this broker will never take, and what to do; None: it takes all.

    Args:
        limits: what the broker says.
        packets: of `largest_packets`.
    """
    never = [name for name, size in packets.items() if size > limits.packet_bytes]
    if not never:
        return None
    return (
        f"it takes packets of {limits.packet_bytes} bytes at most, and {' and '.join(never)} may "
        f"have {max(packets.values())}; what is larger is set aside: {REMEDY}"
    )


def takes_small_ones(size_bytes: int) -> str:
    """A broker that takes a small message and not the device's largest, and what to do."""
    return (
        f"it takes a small message, and none of {size_bytes} bytes, as the device sends them: "
        f"{REMEDY}"
    )


def lacking(limits: BrokerLimits) -> list[str]:
    """What this broker cannot do, and a device goes on without; a clause for each."""
    found = []
    if not limits.retain:
        found.append(
            "the broker keeps no retained messages, so whoever subscribes later sees no state, "
            "availability or last summary until they come again"
        )
    if not limits.most_qos:
        found.append(
            "the broker has QoS 0 alone, so what is on its way when a connection breaks is lost"
        )
    if not limits.wildcards:
        found.append(
            "the broker takes no wildcards, so unknown commands are neither heard nor refused"
        )
    return found


def worth_trying(limits: BrokerLimits, packets: dict[str, int]) -> int:
    """Size of the payload with which to try the broker: the largest that it should take."""
    room = min(limits.packet_bytes, LARGEST_PACKET, max(packets.values()))
    # Room for the header and a topic of any length that is allowed.
    return max(room - 500, 0)
