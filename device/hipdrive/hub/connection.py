"""One MQTT 5 connection, from its start to its end; the only file that imports paho.

paho's own network thread is not used, because it cannot be stopped in bounded time, hides why a
connection failed, and delivers again what a connection left behind, beside our own backlog. Here
one thread drives one client for one connection: what was not acknowledged when it ended is still
in the backlog, and the next connection starts with nothing.
"""

from __future__ import annotations

import select
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hipdrive.hub.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.hub.backlog import Message
    from hipdrive.hub.login import Login
    from hipdrive.hub.topics import Topics
    from hipdrive.hub.wake import Wake

KEEPALIVE_S = 15
"""A broker calls a device dead after one and a half times this."""
POLL_S = 1.0
"""Longest wait in `poll`: paho's keep-alive has to be looked after."""

PACKET_BYTES = 65536
"""The broker drops what is larger; a command has 256 bytes at most."""

UNSUPPORTED_VERSION = 132
BAD_PASSWORD = 134
NOT_AUTHORISED = 135
TAKEN_OVER = 142

NO_BROKER = "{} does not answer as an MQTT broker does: check hub.host and hub.port"


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
    """

    def __init__(self, login: Login, wake: Wake, will: Message | None = None) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self.problem: str | None = None
        self._login = login
        self._wake = wake
        self._accepted = False
        self._waiting: dict[int, str] = {}
        self._acks: list[Ack] = []
        self._letters: list[Letter] = []
        self._client = Client(
            CallbackAPIVersion.VERSION2, login.client_id, protocol=MQTTProtocolVersion.MQTTv5
        )
        if login.username:
            self._client.username_pw_set(login.username, login.password)
        if will is not None:
            self._client.will_set(will.topic, will.payload, will.qos, will.retain)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
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
            self._end(_why(error, self._login))
        deadline_s = time.monotonic() + timeout_s
        while self.problem is None and not self._accepted:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                self._end(NO_BROKER.format(self._login.address))
                return
            self.poll(left_s)

    def subscribe(self, topics: Sequence[str]) -> None:
        """Ask for what is published to these topics; `letters` returns it."""
        from paho.mqtt.subscribeoptions import SubscribeOptions

        # As published: a message that its sender wants retained is told from one that is not.
        options = SubscribeOptions(qos=1, retainAsPublished=True)
        self._client.subscribe([(topic, options) for topic in topics])

    def letters(self) -> list[Letter]:
        """What came in since the last call."""
        letters, self._letters = self._letters, []
        return letters

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
        self._wake.hush()
        if readers[0] in readable:
            self._client.loop_read()
        if writable:
            self._client.loop_write()
        self._client.loop_misc()

    def acks(self) -> list[Ack]:
        """The broker's answers since the last call."""
        acks, self._acks = self._acks, []
        return acks

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

    def _on_connect(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401 - paho's signature
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._end(_refused(reason, self._login))
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
        if not self._accepted:
            self._end(NO_BROKER.format(self._login.address))
            return
        said = flags.is_disconnect_packet_from_server
        if said and reason.value == TAKEN_OVER:
            remedy = "give each device a hub.device of its own"
            self._end(f"another client has taken the name {self._login.client_id}: {remedy}")
            return
        cause = f" ({reason})" if said else ""
        # Not every broker says that it was another client with the same name.
        remedy = "if it goes over and over, give this device a hub.device of its own"
        self._end(f"the broker at {self._login.address} has gone{cause}, trying again; {remedy}")

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
        self._letters.append(
            Letter(
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


def _why(error: OSError | UnicodeError, login: Login) -> str:
    """Why there is no connection to the broker's port, and what to do."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the broker's name {login.host!r} was not found: check hub.host and the network"
    if isinstance(error, ConnectionRefusedError):
        remedy = "is the broker running? check hub.host and hub.port"
        return f"nothing listens at {login.address}: {remedy}"
    if isinstance(error, TimeoutError):
        return f"{login.address} does not answer: check hub.host, hub.port and the network"
    return f"{login.address} cannot be reached ({error.strerror or error}): check the network"


def _refused(reason: ReasonCode, login: Login) -> str:
    """Why the broker does not let the device in, and what to do."""
    broker = f"the broker at {login.address}"
    if reason.value in {BAD_PASSWORD, NOT_AUTHORISED}:
        if not login.username:
            return f"{broker} wants a user: set hub.username and hub.password_file"
        remedy = "check hub.username and hub.password_file"
        return f"{broker} refuses the user {login.username!r} or the password: {remedy}"
    if reason.value == UNSUPPORTED_VERSION:
        return f"{broker} does not speak MQTT 5: update it"
    return f"{broker} refuses the connection ({reason})"


def refusal_line(ack: Ack, login: Login, topics: Topics) -> str:
    """What it means that a message was refused, and what to do."""
    who = f"the user {login.username!r}" if login.username else "this device"
    what = f"the broker refuses what is published to {ack.topic} ({ack.refusal})"
    if not ack.topic.startswith(topics.root):
        return f"{what}: allow {who} to write it, or set hub.discovery_prefix to nothing"
    return f"{what}: allow {who} to write {topics.root}/# there"
