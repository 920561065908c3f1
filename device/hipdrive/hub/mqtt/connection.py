"""One MQTT connection, from its start to its end.

paho's own network thread is not used, because it cannot be stopped in bounded time, hides why a
connection failed, and sends again what the last connection left behind, beside what waits in the
backlog. So one thread drives one client for one connection: what was not acknowledged when it ended
is still in the backlog, and the next connection starts with nothing.
"""

from __future__ import annotations

import select
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hipdrive.hub.mqtt import broker_faults, tls
from hipdrive.hub.mqtt.broker_limits import BrokerLimits
from hipdrive.hub.mqtt.client_names import short_client_id
from hipdrive.hub.mqtt.publications import Publications
from hipdrive.hub.mqtt.received_message import ReceivedMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.mqtt.ack import Ack
    from hipdrive.hub.mqtt.client import BoundedClient
    from hipdrive.hub.mqtt.durable_session import DurableSession
    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.wake_pipe import WakePipe

KEEPALIVE_S = 15
"""A broker takes a device for dead after one and a half times this."""
POLL_S = 1.0
"""Longest wait in `poll`: paho's keep-alive needs a call now and then."""


class Connection:
    """A connection to the broker; used by one thread. No method raises because of the network.

    Args:
        login: how to reach the broker, and as whom.
        wake: ends a wait.
        will: what the broker publishes when the device is gone; None: nothing.
        admit: called for each message received; False: it is dropped unread.
        session: what the broker keeps while this client is away, and then messages have to be
            acknowledged by `acknowledge`; None: nothing, and they are acknowledged as they come.

    Attributes:
        problem: None while the connection works; else one line: why it could not be made, or why
            it ended.
        subscribed: True once the broker has answered a subscription.
        refused_subscription: None unless a subscription was refused; then one line: why.
        publications: what was published, and what the broker can do, once it is connected.
    """

    def __init__(
        self,
        login: Login,
        wake: WakePipe,
        will: MqttMessage | None = None,
        admit: Callable[[], bool] = lambda: True,
        session: DurableSession | None = None,
    ) -> None:
        self.problem: str | None = None
        self.subscribed = False
        self.refused_subscription: str | None = None
        self.publications = Publications()
        self._login = login
        self._wake = wake
        self._will = will
        self._admit = admit
        self._session = session
        self._client_id = login.client_id
        self._accepted = False
        self._mqtt_5 = True
        self._refused: int | None = None
        self._socket: object = None
        self._longest_wait_s = POLL_S
        self._received: list[ReceivedMessage] = []
        self._client = self._new_client()

    def _new_client(self) -> BoundedClient:
        from hipdrive.hub.mqtt.client import make_client

        client = make_client(
            self._login, self._client_id, self._will, self._session, mqtt_5=self._mqtt_5
        )
        client.on_socket_open = self._on_socket_open
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def open(self, timeout_s: float) -> None:
        """Connect and log in; when it fails, `problem` says why.

        A broker that refuses the client id, or what its will asks for, is asked for less; one that
        refuses MQTT 5 is spoken to in 3.1.1 where it is to keep a session, and else of no use.

        Args:
            timeout_s: limit for the TCP connection to each address of the host, and for the
                broker's answer; looking the name up has the resolver's own limit.
        """
        self._connect(timeout_s)
        while self.problem is not None and self._asks_for_less():
            self.close()
            self.problem, self._refused = None, None
            self._client = self._new_client()
            self._connect(timeout_s)

    def _connect(self, timeout_s: float) -> None:
        from hipdrive.hub.mqtt.client import connect

        self._client.connect_timeout = timeout_s
        try:
            connect(self._client, self._login, KEEPALIVE_S, self._session)
        except (OSError, ValueError) as error:
            self._end(broker_faults.unreachable(error, self._login))
        if not self.wait_for(lambda: self._accepted, timeout_s):
            self._end(broker_faults.no_broker(self._login, self._socket))

    def _asks_for_less(self) -> bool:
        """Whether there is less to ask for than what the broker has refused."""
        short = short_client_id(self._login.client_id)
        if self._refused == broker_faults.CLIENT_ID_REFUSED and self._client_id != short:
            self._client_id = short
        elif self._refused == broker_faults.UNSUPPORTED_VERSION and self._session is not None:
            again, self._mqtt_5 = self._mqtt_5, False
            return again
        elif self._will is None:
            return False
        elif self._refused == broker_faults.NO_RETAIN and self._will.retain:
            self._will = replace(self._will, retain=False)
        elif self._refused == broker_faults.NO_SUCH_QOS and self._will.qos:
            self._will = replace(self._will, qos=0)
        else:
            return False
        return True

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

    @property
    def limits(self) -> BrokerLimits:
        """What the broker can do, once it is connected."""
        return self.publications.limits

    def subscribe(self, topics: Sequence[str], *, as_published: bool = False) -> None:
        """Subscribe to topics; `received` returns what is published there.

        Args:
            topics: topic filters.
            as_published: a message is `retained` when its sender asked for it, instead of when it
                is older than the subscription.
        """
        from hipdrive.hub.mqtt.client import subscribe

        subscribe(self._client, topics, as_published=as_published)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Take back subscriptions, of an earlier connection too where the broker keeps them."""
        self._client.unsubscribe(list(topics))

    def received(self) -> list[ReceivedMessage]:
        """Messages received since the last call."""
        received, self._received = self._received, []
        return received

    def acknowledge(self, message: ReceivedMessage) -> None:
        """Tell the broker that a message is done with; with a `session` only."""
        if message.number:
            self._client.ack(message.number, qos=1)

    def publish(self, message: MqttMessage, correlation: bytes | None = None) -> int:
        """Send a message as the broker can be given it, or have it wait for its turn.

        One that the broker will never take is not sent; its `Ack` says so.

        Args:
            message: what to publish.
            correlation: MQTT 5's correlation data, of an answer.

        Returns:
            The message's number, which its `Ack` carries; one of QoS 0 has none.
        """
        return self.publications.publish(self._client, message, correlation)

    @property
    def congested(self) -> bool:
        """True while earlier messages wait for the network."""
        return self._client.want_write()

    def poll(self, timeout_s: float) -> None:
        """Wait for the broker or the wake pipe, at most `timeout_s`, and handle the packets."""
        try:
            self._poll(0.0 if self.publications.has_acks else min(timeout_s, self._longest_wait_s))
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
            while (pending := self._client.socket()) and (
                self._client.has_read_ahead or getattr(pending, "pending", int)()
            ):
                self._client.loop_read()
        if writable:
            self._client.loop_write()
        self._client.loop_misc()

    def acks(self) -> list[Ack]:
        """The broker's answers since the last call."""
        return self.publications.take_acks()

    def give_up(self) -> None:
        """End the connection because the broker acknowledges nothing."""
        self._end(broker_faults.no_acknowledgement(self._login))

    def flee(self) -> None:
        """End the connection because of a flood; what the broker still has of it is not read."""
        self._end(broker_faults.flood(self._login))

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
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refused = reason.value
            self._end(broker_faults.login_refused(reason, self._login))
            return
        self._accepted = True
        self.publications.limits = BrokerLimits.of(properties if self._mqtt_5 else None)
        if keepalive_s := getattr(properties, "ServerKeepAlive", 0):
            self._longest_wait_s = min(POLL_S, keepalive_s / 4)

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
        self.publications.answered(self._client, mid, reason)

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:  # noqa: ANN401 - paho's
        if not self._admit():
            return
        properties = message.properties
        self._received.append(
            ReceivedMessage(
                message.topic,
                bytes(message.payload),
                retained=message.retain,
                reply_to=getattr(properties, "ResponseTopic", None),
                correlation=getattr(properties, "CorrelationData", None),
                number=message.mid if message.qos else 0,
            )
        )
