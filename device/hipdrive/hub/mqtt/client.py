"""paho's client as a connection uses it; only this and `topic_counter.py` import paho."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.mqtt.durable_session import DurableSession
    from hipdrive.hub.mqtt.login import Login

MAX_PACKET_BYTES = 65536
"""Larger packets are not wanted: a command has a kilobyte at most. The broker is told, and drops
them."""


class OversizedPacketError(Exception):
    """The broker sends a packet that is larger than it was told to."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a packet of {size} bytes, and {MAX_PACKET_BYTES} are the most")


class BoundedClient(Client):
    """A client that takes no packet into memory that is larger than it has told the broker.

    paho asks the socket for as many bytes as the packet is to have. One that acknowledges by hand
    has many messages to read and reads ahead: a call of the kernel for each part of a packet takes
    longer than all the rest.
    """

    _ahead = b""
    _taken = 0

    @property
    def has_read_ahead(self) -> bool:
        """True while there is something to handle that `select` does not see."""
        return self._taken < len(self._ahead)

    def _sock_recv(self, bufsize: int) -> bytes:
        if bufsize > MAX_PACKET_BYTES:
            raise OversizedPacketError(bufsize)
        if not self._manual_ack:
            return super()._sock_recv(bufsize)
        if not self.has_read_ahead:
            self._ahead, self._taken = super()._sock_recv(MAX_PACKET_BYTES), 0
        part = self._ahead[self._taken : self._taken + bufsize]
        self._taken += len(part)
        return part

    def _sock_send(self, buf: bytes | bytearray) -> int:
        try:
            return super()._sock_send(buf)
        except (BrokenPipeError, ConnectionResetError):
            if not self._manual_ack:
                raise
            # What the broker sent before it died is still to be read: the end is found there.
            return len(buf)


def make_client(
    login: Login,
    client_id: str,
    will: MqttMessage | None,
    session: DurableSession | None = None,
    *,
    mqtt_5: bool = True,
) -> BoundedClient:
    """A client that is not connected yet.

    Args:
        login: user, password and TLS.
        client_id: its name at the broker.
        will: what the broker publishes when the client is gone; None: nothing.
        session: what the broker is to keep; messages are then acknowledged by `ack` and not by
            themselves; None: nothing.
        mqtt_5: False: it speaks MQTT 3.1.1.
    """
    client = BoundedClient(
        CallbackAPIVersion.VERSION2,
        client_id,
        # In MQTT 5 it is said when it connects.
        clean_session=None if mqtt_5 else session is None or session.begins_anew,
        protocol=MQTTProtocolVersion.MQTTv5 if mqtt_5 else MQTTProtocolVersion.MQTTv311,
        manual_ack=session is not None,
    )
    if login.username:
        client.username_pw_set(login.username, login.password)
    if login.tls is not None:
        client.tls_set_context(login.tls)
    if will is not None:
        client.will_set(will.topic, will.payload, will.qos, will.retain)
    return client


def connect(
    client: Client, login: Login, keepalive_s: int, session: DurableSession | None = None
) -> None:
    """Open the connection and ask to be let in.

    Args:
        client: as `make_client` made it.
        login: where the broker is.
        keepalive_s: how long the connection may be silent, s.
        session: what the broker is to keep; None: nothing.

    Raises:
        OSError, ValueError: there is no connection.
    """
    if client.protocol == MQTTProtocolVersion.MQTTv5:
        client.connect(
            login.host,
            login.port,
            keepalive_s,
            clean_start=session is None or session.begins_anew,
            properties=connect_properties(session),
        )
    else:
        client.connect(login.host, login.port, keepalive_s)


def connect_properties(session: DurableSession | None = None) -> Properties:
    """Have the broker drop packets that are larger than anything meant for hipdrive.

    Args:
        session: what the broker is to keep; None: nothing.
    """
    properties = _properties(PacketTypes.CONNECT)
    properties.MaximumPacketSize = MAX_PACKET_BYTES
    if session is not None:
        properties.SessionExpiryInterval = session.kept_s
        properties.ReceiveMaximum = session.most_unacknowledged
    return properties


def correlation_data(data: bytes) -> Properties:
    """MQTT 5's correlation data of an answer."""
    properties = _properties(PacketTypes.PUBLISH)
    properties.CorrelationData = data
    return properties


def subscribe(client: Client, topics: Sequence[str], *, as_published: bool) -> None:
    """Subscribe to topic filters; MQTT 3.1.1 has no `as_published`."""
    if client.protocol == MQTTProtocolVersion.MQTTv5:
        options = SubscribeOptions(qos=1, retainAsPublished=as_published)
        client.subscribe([(topic, options) for topic in topics])
    else:
        client.subscribe([(topic, 1) for topic in topics])


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]
