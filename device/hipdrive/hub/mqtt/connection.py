"""One MQTT 5 connection, from its start to its end; the only file that imports paho.

paho's own network thread is not used, because it cannot be stopped in bounded time, hides why a
connection failed, and delivers again what a connection left behind, beside what waits here. So
one thread drives one client for one connection: what was not acknowledged when it ended still
waits, and the next connection starts with nothing.
"""

from __future__ import annotations

import select
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hipdrive.hub.mqtt import tls, trouble
from hipdrive.hub.mqtt.arrival import ReceivedMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.hub.messages.message import Message
    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.wake import WakePipe

KEEPALIVE_S = 15
"""A broker calls a device dead after one and a half times this."""
POLL_S = 1.0
"""Longest wait in `poll`: paho's keep-alive has to be looked after."""

PACKET_BYTES = 65536
"""The broker drops what is larger; a command has 256 bytes at most."""


@dataclass(frozen=True, slots=True)
class Ack:
    """The broker's answer to a message of QoS 1.

    Attributes:
        mid: what `publish` returned for the message.
        topic: where it was published.
        refusal: None when the broker has taken it, else what it said.
    """

    mid: int
    topic: str
    refusal: str | None


class Connection:
    """A connection to the broker; used by one thread. No method raises on a network's account.

    Attributes:
        problem: None while all is well; else one line: why the connection could not be made, or
            why it ended.
        subscribed: the broker has answered a subscription.
        unheard: None while all that was subscribed to comes; else one line: why it does not.
    """

    def __init__(self, login: Login, wake: WakePipe, will: Message | None = None) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self.problem: str | None = None
        self.subscribed = False
        self.unheard: str | None = None
        self._login = login
        self._wake = wake
        self._accepted = False
        self._socket: object = None
        self._waiting: dict[int, str] = {}
        self._acks: list[Ack] = []
        self._arrivals: list[ReceivedMessage] = []
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
                self._login.host, self._login.port, KEEPALIVE_S, properties=_greatest_packet()
            )
        except (OSError, UnicodeError) as error:
            self._end(trouble.why(error, self._login))
        if not self.wait_for(lambda: self._accepted, timeout_s):
            self._end(trouble.no_broker(self._login, self._socket))

    def wait_for(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Handle what comes until it is done; False when the time or the connection ended before.

        Args:
            done: asked at once and after everything that came.
            timeout_s: how long at most.
        """
        deadline_s = time.monotonic() + timeout_s
        while not done():
            left_s = deadline_s - time.monotonic()
            if self.problem is not None or left_s <= 0:
                return False
            self.poll(left_s)
        return True

    def subscribe(self, topics: Sequence[str], *, as_published: bool = False) -> None:
        """Ask for what is published on these topics; `arrivals` returns it.

        Args:
            topics: filters.
            as_published: what arrives is `retained` when its sender asked for it, instead of when
                it is older than the subscription.
        """
        from paho.mqtt.subscribeoptions import SubscribeOptions

        options = SubscribeOptions(qos=1, retainAsPublished=as_published)
        self._client.subscribe([(topic, options) for topic in topics])

    def arrivals(self) -> list[ReceivedMessage]:
        """What came in since the last call."""
        arrivals, self._arrivals = self._arrivals, []
        return arrivals

    def publish(self, message: Message, correlation: bytes | None = None) -> int:
        """Hand a message to the network; its number, which `acks` returns for QoS 1.

        Args:
            message: what to publish.
            correlation: MQTT 5's correlation data, of an answer.
        """
        info = self._client.publish(
            message.topic,
            message.payload,
            message.qos,
            message.retain,
            None if correlation is None else _correlated(correlation),
        )
        if message.qos:
            self._waiting[info.mid] = message.topic
        return info.mid

    @property
    def congested(self) -> bool:
        """True while the network does not take what was published already."""
        return self._client.want_write()

    def poll(self, timeout_s: float) -> None:
        """Wait for the broker or the bell, at most `timeout_s`, and handle what came."""
        try:
            self._poll(min(timeout_s, POLL_S))
        except Exception as error:  # noqa: BLE001 - bytes of a stranger: paho raises all sorts
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
            self._wake.answer()
        if readers[0] in readable:
            self._client.loop_read()
            # What TLS has decrypted already does not show in `select`.
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
        """The broker has been silent for too long; the next connection may do better."""
        self._end(trouble.silent(self._login))

    @property
    def encryption(self) -> str | None:
        """What protects the connection, for people; None: nothing does."""
        return tls.told(self._socket)

    def close(self) -> None:
        """Say good-bye if anybody is there, and free the socket; sends no will."""
        self._client.disconnect()
        # Still open when the network did not take the good-bye.
        if (sock := self._client.socket()) is not None:
            sock.close()

    def _end(self, problem: str) -> None:
        """The first problem is the cause, what follows its consequence."""
        if self.problem is None:
            self.problem = problem

    def _on_socket_open(self, _client: Client, _userdata: object, sock: object) -> None:
        # Kept, because paho has let go of it by the time the connection's end is told.
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
            self._end(trouble.refused(reason, self._login))
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
            said = reason if flags.is_disconnect_packet_from_server else None
            self._end(trouble.gone(said, self._login))
        else:
            self._end(trouble.no_broker(self._login, self._socket))

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
            self.unheard = trouble.unheard(reasons, self._login)

    def _on_publish(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        mid: int,
        reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        # paho reports QoS 0 here too, as soon as it is written.
        topic = self._waiting.pop(mid, None)
        if topic is not None:
            self._acks.append(Ack(mid, topic, str(reason) if reason.is_failure else None))

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:  # noqa: ANN401 - paho's
        said = message.properties
        self._arrivals.append(
            ReceivedMessage(
                message.topic,
                bytes(message.payload),
                retained=message.retain,
                reply_to=getattr(said, "ResponseTopic", None),
                correlation=getattr(said, "CorrelationData", None),
            )
        )


def _greatest_packet() -> Properties:
    """Have the broker keep from us what no sender of ours would send."""
    properties = _properties("CONNECT")
    properties.MaximumPacketSize = PACKET_BYTES
    return properties


def _correlated(data: bytes) -> Properties:
    properties = _properties("PUBLISH")
    properties.CorrelationData = data
    return properties


def _properties(packet: str) -> Properties:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    return Properties(getattr(PacketTypes, packet))  # type: ignore[no-untyped-call]
