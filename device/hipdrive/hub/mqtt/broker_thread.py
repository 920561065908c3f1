"""The thread that connects to the broker, delivers messages, and reconnects."""

from __future__ import annotations

import time
from collections import deque
from contextlib import closing, suppress
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING

from hipdrive.hub.messages.encoding import encode_outgoing
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.broker_condition import BrokerCondition
from hipdrive.hub.mqtt.broker_faults import never_taken, publication_refused
from hipdrive.hub.mqtt.connection import POLL_S, Connection
from hipdrive.hub.mqtt.control_traffic import ControlTraffic
from hipdrive.hub.mqtt.hang_ups import HangUps
from hipdrive.hub.mqtt.sender import Sender
from hipdrive.hub.warn_once import WarnOnce, log

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.health.degraded import DegradedParts
    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.messages.outgoing import OutgoingMessage
    from hipdrive.hub.mqtt.ack import Ack
    from hipdrive.hub.mqtt.backoff import Backoff
    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.topics import Topics
    from hipdrive.hub.mqtt.wake_pipe import WakePipe
    from hipdrive.hub.mqtt_control import MqttControl
    from hipdrive.hub.outbox.backlog import Backlog

CONNECT_S = 5.0
GOODBYE_S = 1.0
EVENT_QUEUE_LENGTH = 16


class BrokerThread:
    """Delivers the backlog; `publish_latest` and `publish_event` never block.

    Those two may be called by one other thread. No lock is shared with it: a deque of bounded
    length has its own. With `control` the thread receives commands as well.

    Args:
        login: how to reach the broker.
        topics: of the device.
        backlog: the messages to deliver; closed at the end.
        clock: the clocks.
        backoff: how long to wait for the broker, and before connecting again.
        wake: woken when there is something new; closed at the end.
        health: called now and then, by this thread and while the broker is connected, with the
            number of reconnects so far; returns a message to be published now or never.
        control: commands and the device's state; None: no commands.
        parts: told when the broker does not do what it is for.
    """

    def __init__(  # noqa: PLR0913 - the link alone makes one
        self,
        login: Login,
        topics: Topics,
        backlog: Backlog,
        clock: Clock,
        backoff: Backoff,
        wake: WakePipe,
        health: Callable[[int], OutgoingMessage | None] = lambda _: None,
        control: MqttControl | None = None,
        *,
        parts: DegradedParts,
    ) -> None:
        self._login = login
        self._topics = topics
        self._backlog = backlog
        self._clock = clock
        self._backoff = backoff
        self._latest: deque[OutgoingMessage] = deque(maxlen=1)
        self._events: deque[OutgoingMessage] = deque(maxlen=EVENT_QUEUE_LENGTH)
        self._traffic = ControlTraffic(self._availability("online"), control)
        self._online = Event()
        self._closing = Event()
        self._deadline_s = 0.0
        self._failures = 0
        self._connections = 0
        self._health = health
        self._connection_warning = WarnOnce()
        self._refusal_warning = WarnOnce()
        self._never_taken: set[str] = set()
        self._hang_ups = HangUps()
        self._condition = BrokerCondition(parts, time.monotonic)
        self._wake = wake
        if control is not None:
            control.commands.add_listener(wake.wake)
        self._thread = Thread(target=self._run, name="hub", daemon=True)
        self._thread.start()

    def publish_latest(self, message: OutgoingMessage) -> None:
        """Publish a message now or never: the next one replaces it."""
        self._latest.append(message)
        self._wake.wake()

    def publish_event(self, message: OutgoingMessage) -> None:
        """Publish a message now or never, after those before it."""
        self._events.append(message)
        self._wake.wake()

    @property
    def online(self) -> bool:
        """True while the broker is connected."""
        return self._online.is_set()

    def close(self, drain_s: float) -> None:
        """Deliver what can be delivered in `drain_s` seconds, disconnect and stop.

        Returns at once when the broker is away and no connection is being made.
        """
        self._deadline_s = time.monotonic() + drain_s
        self._closing.set()
        self._wake.wake()
        self._thread.join(drain_s + GOODBYE_S)

    def _run(self) -> None:
        try:
            while True:
                problem = self._connect_and_serve()
                self._failures = 0 if self._traffic.take_fled() else self._failures + 1
                if problem is not None:
                    self._connection_warning.warn(problem)
                    self._condition.ended(problem)
                self._pause(self._backoff.wait_s(self._failures))
                if self._closing.is_set():
                    return
        finally:
            try:
                self._backlog.close()
            finally:
                self._wake.close()

    def _connect_and_serve(self) -> str | None:
        """One connection from start to end; why it ended, None when this thread was closed."""
        try:
            will = self._availability("offline")
            connection = Connection(self._login, self._wake, will, self._traffic.admit)
            with closing(connection):
                connection.open(CONNECT_S)
                if connection.problem is None:
                    began_s = time.monotonic()
                    sent = connection.publications
                    sent.limits = self._hang_ups.limited(sent.limits)
                    self._serve(connection)
                    self._hang_ups.ended(sent)
                    self._reset_failures(time.monotonic() - began_s)
                return connection.problem
        except Exception as error:  # noqa: BLE001 - a bug here must not end the thread in silence
            problem = f"unexpected: {error!r}"
            self._connection_warning.warn(problem, traceback=True)
            return problem
        finally:
            self._online.clear()

    def _reset_failures(self, lasted_s: float) -> None:
        """Forget the failures after a connection that lasted; one that ends at once is another."""
        if lasted_s > self._backoff.longest_s:
            self._failures = 0
            self._connection_warning.clear()

    def _serve(self, connection: Connection) -> None:
        """Deliver messages until the connection ends or the thread is closed."""
        self._begin(connection)
        sender = Sender(
            self._publish_on_own_topic(connection), self._backlog, self._backoff, time.monotonic
        )
        while connection.problem is None:
            # Read first, so that what was put before closing is seen.
            closing = self._closing.is_set()
            self._traffic.handle(connection, closing=closing)
            sender.step()
            left_s = self._deadline_s - time.monotonic() if closing else POLL_S
            if closing and (sender.done or left_s <= 0):
                self._say_offline(connection)
                return
            self._publish_unqueued(connection)
            connection.poll(min(sender.pause_s or POLL_S, left_s))
            self._handle_acks(connection, sender)
            self._condition.serving()
            if sender.silence_s > self._backoff.silence_s:
                connection.give_up()

    def _begin(self, connection: Connection) -> None:
        log.info("hub: connected to %s", self._login.address)
        # What was meant for the last connection is out of date.
        self._latest.clear()
        self._events.clear()
        self._online.set()
        self._connections += 1
        self._condition.connected()
        self._traffic.begin(connection)

    def _publish_on_own_topic(self, connection: Connection) -> Callable[[MqttMessage], int]:
        """Publishes queued messages under the name that the device has now."""
        return lambda message: connection.publish(
            replace(message, topic=self._topics.own(message.topic))
        )

    def _publish_unqueued(self, connection: Connection) -> None:
        """Publish what is lost rather than late, while the network takes it."""
        with suppress(IndexError):
            while not connection.congested:
                connection.publish(self._encode(self._events.popleft()))
        with suppress(IndexError):
            if not connection.congested:
                connection.publish(self._encode(self._latest.popleft()))
        if not connection.congested and (message := self._health(self._connections - 1)):
            connection.publish(self._encode(message))

    def _handle_acks(self, connection: Connection, sender: Sender) -> None:
        for ack in connection.acks():
            self._traffic.acknowledge(ack)
            queued = sender.acknowledge(ack)
            # Answers have many topics.
            answer = ack.topic.startswith(self._topics.answer)
            topic = self._topics.answer if answer else ack.topic
            if ack.refusal is not None:
                self._condition.refused(topic, self._warn_refused(ack, topic))
                continue
            self._condition.taken(topic)
            if queued:
                self._refusal_warning.clear()

    def _warn_refused(self, ack: Ack, topic: str) -> str:
        """Say once for each topic that a message will never be taken; why this one was not."""
        if ack.most_tries is None:
            line = publication_refused(ack, self._login, self._topics)
            self._refusal_warning.warn(line)
            return line
        line = never_taken(ack, self._login)
        if topic not in self._never_taken:
            self._never_taken.add(topic)
            log.warning("hub: %s", line)
        return line

    def _say_offline(self, connection: Connection) -> None:
        """Publish `offline`, since a clean disconnect makes the broker publish no will."""
        mid = connection.publish(self._availability("offline"))
        connection.wait_for(
            lambda: any(ack.number == mid for ack in connection.acks()), GOODBYE_S / 2
        )

    def _pause(self, seconds: float) -> None:
        """Wait before the next attempt, or until the thread is closed."""
        until_s = time.monotonic() + seconds
        while not self._closing.is_set() and (left_s := until_s - time.monotonic()) > 0:
            self._wake.wait(left_s)

    def _encode(self, message: OutgoingMessage) -> MqttMessage:
        """Encode a message that is lost rather than late."""
        return encode_outgoing(message, self._clock, qos=0)

    def _availability(self, state: str) -> MqttMessage:
        return MqttMessage(self._topics.availability, state.encode(), qos=1, retain=True)
