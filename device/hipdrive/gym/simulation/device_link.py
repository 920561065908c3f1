"""A simulated device's connection to the broker; many of them are driven by one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.client import connect, make_client

if TYPE_CHECKING:
    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, SocketLike
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.gym.simulation.counts import Ledger, SentCounts
    from hipdrive.gym.simulation.device import SimulatedDevice
    from hipdrive.hub.mqtt.login import Login

KEEPALIVE_S = 15
CONNECT_S = 5.0
NOT_TAKEN_FROM = 0x80
"""Reason codes from here on are failures (MQTT 5, 2.4)."""


class DeviceLink:
    """One connection, from its start to its end.

    As a device does, it has one message of QoS 1 in flight, and the next goes when that one is
    acknowledged.

    Args:
        device: whose connection it is.
        login: how to reach the broker; the client id is the device's.
        counts: what all devices have sent.
        ledger: told of each message that was acknowledged.

    Attributes:
        ended: True when the connection is no more.
        ready: True when the broker has accepted it.
    """

    def __init__(
        self, device: SimulatedDevice, login: Login, counts: SentCounts, ledger: Ledger
    ) -> None:
        self.ended = self.ready = False
        self._device = device
        self._counts = counts
        self._ledger = ledger
        self._in_flight: int | None = None
        will = MqttMessage(device.topics.availability, b"offline", retain=True)
        self._client = make_client(login, login.client_id, will)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.connect_timeout = CONNECT_S
        try:
            connect(self._client, login, KEEPALIVE_S)
        except (OSError, ValueError):
            self.ended = True

    @property
    def socket(self) -> SocketLike | None:
        """To be watched; None when it is closed."""
        return self._client.socket()

    @property
    def wants_write(self) -> bool:
        """True while something waits for the network."""
        return bool(self._client.want_write())

    def read(self) -> None:
        """Handle what the broker has sent."""
        self._client.loop_read()
        self.send_next()

    def write(self) -> None:
        """Go on with what waits for the network."""
        self._client.loop_write()

    def keep_alive(self) -> None:
        """To be called every second."""
        self._client.loop_misc()

    def publish(self, message: MqttMessage) -> None:
        """Publish a message now or never."""
        if self.ready and not self.ended:
            self._client.publish(message.topic, message.payload, message.qos, message.retain)
            self._counts.sent[message.topic.rpartition("/")[2]] += 1

    def send_next(self) -> None:
        """Send the first message that waits, unless one is in flight."""
        if self.ready and not self.ended and self._in_flight is None and self._device.waiting:
            key, message = self._device.waiting[0]
            info = self._client.publish(message.topic, message.payload, 1, message.retain)
            self._in_flight = info.mid
            self._counts.sent[key.kind] += 1

    def cut(self) -> None:
        """End it as a network does that is gone: nobody says goodbye."""
        if (sock := self.socket) is not None:
            sock.close()
        self.ended = True

    def close(self) -> None:
        """End it in good order."""
        if not self.ended:
            self.ended = True
            self._client.disconnect()
            self.cut()

    def _on_connect(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self.ended = True
            return
        self.ready = True
        self._counts.connections += 1
        self._client.publish(self._device.topics.availability, b"online", 0, retain=True)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        _flags: DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not self.ended:
            self._counts.lost_connections += 1
        self.ended = True

    def _on_publish(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        mid: int,
        reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        if mid != self._in_flight:
            return
        self._in_flight = None
        key = self._device.waiting.popleft().key
        if reason.value >= NOT_TAKEN_FROM:
            self._counts.refused[key.kind] += 1
            return
        self._counts.acknowledged[key.kind] += 1
        self._ledger(key)
