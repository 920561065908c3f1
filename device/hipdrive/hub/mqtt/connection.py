"""One MQTT 5 connection, from its start to its end; the only file that imports paho.

paho's own network thread is not used, because it cannot be stopped in bounded time, hides why a
connection failed, and sends again what the last connection left behind, beside what waits in the
backlog. So one thread drives one client for one connection: what was not acknowledged when it ended
is still in the backlog, and the next connection starts with nothing.
"""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Any

from hipdrive.hub.mqtt import broker_faults, tls
from hipdrive.hub.mqtt.ack import Ack
from hipdrive.hub.mqtt.received_message import ReceivedMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.wake_pipe import WakePipe

KEEPALIVE_S = 15
"""A broker takes a device for dead after one and a half times this."""
POLL_S = 1.0
"""Longest wait in `poll`: paho's keep-alive needs a call now and then."""

MAX_PACKET_BYTES = 65536
"""The broker drops larger packets; a command has 256 bytes at most."""


class Connection:
    """A connection to the broker; used by one thread. No method raises because of the network.

    Attributes:
        problem: None while the connection works; else one line: why it could not be made, or why
            it ended.
        subscribed: True once the broker has answered a subscription.
        refused_subscription: None unless a subscription was refused; then one line: why.
    """

    def __init__(self, login: Login, wake: WakePipe, will: MqttMessage | None = None) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self.problem: str | None = None
        self.subscribed = False
        self.refused_subscription: str | None = None
        self._login = login
        self._wake = wake
        self._accepted = False
        self._socket: object = None
        self._unacknowledged: dict[int, str] = {}
        self._acks: list[Ack] = []
        self._received: list[ReceivedMessage] = []
        self._client = Client(
            CallbackAPIVersion.VERSION2, login.client_id, protocol=MQTTProtocolVersion.MQTTv5
        )
        if login.username:
            self._client.username_pw_set(login.username, login.password)
        if login.tls is not None:
            self._client.tls_set_context(login.tls)
        if will is not None:
            self._client.will_set(will.topic, will.payload, will.qos, will.retain)
        self._client.on_socket_open = self._on_socket_open
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def open(self, timeout_s: float) -> None:
        """Connect and log in; when it fails, `problem` says why.

        Args:
            timeout_s: limit for the TCP connection to each address of the host, and for the
                broker's answer; looking the name up has the resolver's own limit.
        """
        self._client.connect_timeout = timeout_s
        try:
            self._client.connect(
                self._login.host, self._login.port, KEEPALIVE_S, properties=_packet_limit()
            )
        except (OSError, UnicodeError) as error:
            self._end(broker_faults.unreachable(error, self._login))
        if not self.wait_for(lambda: self._accepted, timeout_s):
            self._end(broker_faults.no_broker(self._login, self._socket))

    def wait_for(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Handle packets until `done()`; False when the time or the connection ended before.

        Args:
            done: called at once and after each packet.
            timeout_s: longest wait, s.
        """
        deadline_s = time.monotonic() + timeout_s
        while not done():
            left_s = deadline_s - time.monotonic()
            if self.problem is not None or left_s <= 0:
                return False
            self.poll(left_s)
        return True

    def subscribe(self, topics: Sequence[str], *, as_published: bool = False) -> None:
        """Subscribe to topics; `received` returns what is published there.

        Args:
            topics: topic filters.
            as_published: a message is `retained` when its sender asked for it, instead of when it
                is older than the subscription.
        """
        from paho.mqtt.subscribeoptions import SubscribeOptions

        options = SubscribeOptions(qos=1, retainAsPublished=as_published)
        self._client.subscribe([(topic, options) for topic in topics])

    def received(self) -> list[ReceivedMessage]:
        """Messages received since the last call."""
        received, self._received = self._received, []
        return received

    def publish(self, message: MqttMessage, correlation: bytes | None = None) -> int:
        """Send a message.

        Args:
            message: what to publish.
            correlation: MQTT 5's correlation data, of an answer.

        Returns:
            The message's number (`mid`), which the `Ack` of QoS 1 carries.
        """
        info = self._client.publish(
            message.topic,
            message.payload,
            message.qos,
            message.retain,
            None if correlation is None else _correlation(correlation),
        )
        if message.qos:
            self._unacknowledged[info.mid] = message.topic
        return info.mid

    @property
    def congested(self) -> bool:
        """True while earlier messages wait for the network."""
        return self._client.want_write()

    def poll(self, timeout_s: float) -> None:
        """Wait for the broker or the wake pipe, at most `timeout_s`, and handle the packets."""
        try:
            self._poll(min(timeout_s, POLL_S))
        except Exception as error:  # noqa: BLE001 - bytes from anything: paho raises all sorts
            self._end(f"{self._login.address} does not speak MQTT 5 as it should ({error!r})")

    def _poll(self, timeout_s: float) -> None:
        sock = self._client.socket()
        if sock is None:
            self._end(f"the connection to {self._login.address} is closed")
            return
        readers = [sock.fileno(), self._wake.fileno()]
        writers = readers[:1] if self._client.want_write() else []
        readable, writable, _ = select.select(readers, writers, [], max(timeout_s, 0.0))
        if readers[1] in readable:
            self._wake.clear()
        if readers[0] in readable:
            self._client.loop_read()
            # `select` does not see what TLS has decrypted already.
            while (pending := self._client.socket()) and getattr(pending, "pending", int)():
                self._client.loop_read()
        if writable:
            self._client.loop_write()
        self._client.loop_misc()

    def acks(self) -> list[Ack]:
        """The broker's answers since the last call."""
        acks, self._acks = self._acks, []
        return acks

    def give_up(self) -> None:
        """End the connection because the broker acknowledges nothing."""
        self._end(broker_faults.no_acknowledgement(self._login))

    @property
    def encryption(self) -> str | None:
        """TLS version and certificate of the connection, for people; None without TLS."""
        return tls.describe(self._socket)

    def close(self) -> None:
        """Disconnect cleanly, so that the broker publishes no will, and free the socket."""
        self._client.disconnect()
        # Still open when the network did not take the DISCONNECT.
        if (sock := self._client.socket()) is not None:
            sock.close()

    def _end(self, problem: str) -> None:
        """Note the problem, unless one is noted: the first is the cause of the others."""
        if self.problem is None:
            self.problem = problem

    def _on_socket_open(self, _client: Client, _userdata: object, sock: object) -> None:
        # Kept, because paho has dropped it by the time it reports the end of the connection.
        self._socket = sock

    def _on_connect(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._end(broker_faults.login_refused(reason, self._login))
        else:
            self._accepted = True

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if self._accepted:
            sent = reason if flags.is_disconnect_packet_from_server else None
            self._end(broker_faults.disconnected(sent, self._login))
        else:
            self._end(broker_faults.no_broker(self._login, self._socket))

    def _on_subscribe(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        self.subscribed = True
        if any(reason.is_failure for reason in reasons):
            self.refused_subscription = broker_faults.subscription_refused(reasons, self._login)

    def _on_publish(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        mid: int,
        reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        # paho reports QoS 0 here too, as soon as it is written.
        topic = self._unacknowledged.pop(mid, None)
        if topic is not None:
            self._acks.append(Ack(mid, topic, str(reason) if reason.is_failure else None))

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:  # noqa: ANN401 - paho's
        properties = message.properties
        self._received.append(
            ReceivedMessage(
                message.topic,
                bytes(message.payload),
                retained=message.retain,
                reply_to=getattr(properties, "ResponseTopic", None),
                correlation=getattr(properties, "CorrelationData", None),
            )
        )


def _packet_limit() -> Properties:
    """Have the broker drop packets that are larger than anything meant for a device."""
    properties = _properties("CONNECT")
    properties.MaximumPacketSize = MAX_PACKET_BYTES
    return properties


def _correlation(data: bytes) -> Properties:
    properties = _properties("PUBLISH")
    properties.CorrelationData = data
    return properties


def _properties(packet: str) -> Properties:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    return Properties(getattr(PacketTypes, packet))  # type: ignore[no-untyped-call]
