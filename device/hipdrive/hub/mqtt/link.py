"""The device's link to the broker: everything in the hub that outlasts a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from hipdrive.health.degraded import DegradedParts
from hipdrive.hub.messages.clock import Clock
from hipdrive.hub.messages.device_messages import health_message
from hipdrive.hub.messages.outgoing import OutgoingMessage, Priority
from hipdrive.hub.mqtt.backoff import Backoff
from hipdrive.hub.mqtt.broker_thread import BrokerThread
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.writer import OutboxWriter
from hipdrive.hub.warn_once import WarnOnce, log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hipdrive.config import HubConfig
    from hipdrive.health.monitor import HealthMonitor
    from hipdrive.hub.mqtt_control import MqttControl
    from hipdrive.hub.outbox.depth import BacklogDepth, Limits

DRAIN_S = 3.0
STORE_S = 3.0
"""How long closing waits for the disk, s."""


class MqttLink:
    """Takes messages from the loop's thread without ever blocking it, and delivers them.

    What is passed to `publish` is delivered in order and at least once: messages of
    `Priority.WINDOW` or more are kept on disk until the broker has them, by the next run if need
    be; others wait in memory. What is passed to `publish_event` or `publish_latest` is lost while
    the broker is away.

    Args:
        config: address of the broker, names of the device.
        outbox: file of undelivered messages; None: memory only.
        caution: a caution that every message carries; empty for none.
        replay: True for a recording: it has topics of its own, and a client id of its own, or the
            broker would end the device's connection.
        control: commands and the device's state; None: no commands.
        health: health of the device, told when the broker does not do what it is for; None: no
            `health` messages.
        backoff: how long to wait before connecting again.
        clock: the clocks.
        limits: the most that may wait.

    Attributes:
        topics: of the device.

    Raises:
        ConfigError: no host is named, or a file of `config` cannot be used.
    """

    def __init__(  # noqa: PLR0913 - a test sets by name what it wants changed
        self,
        config: HubConfig,
        outbox: Path | None = None,
        *,
        caution: str = "",
        replay: bool = False,
        control: MqttControl | None = None,
        health: HealthMonitor | None = None,
        backoff: Backoff | None = None,
        clock: Clock | None = None,
        limits: Limits | None = None,
    ) -> None:
        credentials = login(config, ClientRole.REPLAY if replay else ClientRole.DEVICE)
        if credentials.caution:
            log.warning("hub: %s", credentials.caution)
        self.topics = Topics(config.site, config.device, replay)
        self._encrypted = credentials.tls is not None
        self._extra = {"caution": caution} if caution else {}
        self._clock = clock or Clock()
        self._health = health
        self._health_warning = WarnOnce()
        self._closed = False
        wake = WakePipe()
        self._backlog = Backlog(outbox, self._clock, limits)
        self._writer = OutboxWriter(self._backlog, wake.wake)
        self._broker = BrokerThread(
            credentials,
            self.topics,
            self._backlog,
            self._clock,
            backoff or Backoff(),
            wake,
            self._due_health,
            control,
            parts=health.parts if health else DegradedParts(),
        )

    @property
    def online(self) -> bool:
        """True while the broker is connected."""
        return self._broker.online

    @property
    def dropped(self) -> int:
        """Number of messages given up so far: too many waited, or they were refused."""
        depth = self._backlog.depth
        return self._writer.dropped + depth.dropped + depth.refused + depth.set_aside

    @property
    def depth(self) -> BacklogDepth:
        """How much waits for the broker."""
        return self._backlog.depth

    def publish(
        self,
        topic: str,
        body: Mapping[str, object],
        priority: Priority = Priority.MEMORY_ONLY,
        *,
        retain: bool = False,
    ) -> None:
        """Deliver a message, behind all that were passed before.

        Args:
            topic: topic to publish to.
            body: JSON values, `schema` among them; must not be changed afterwards.
            priority: which messages are dropped first where there is no room for all.
            retain: True: the broker keeps it for later subscribers.
        """
        self._writer.put(self._outgoing(topic, body, priority, retain=retain))

    def publish_event(self, topic: str, body: Mapping[str, object]) -> None:
        """Publish a message now or never, after those before it."""
        self._broker.publish_event(self._outgoing(topic, body))

    def publish_latest(self, topic: str, body: Mapping[str, object]) -> None:
        """Publish a message now or never: the next one replaces it."""
        self._broker.publish_latest(self._outgoing(topic, body))

    def _outgoing(
        self,
        topic: str,
        body: Mapping[str, object],
        priority: Priority = Priority.MEMORY_ONLY,
        *,
        retain: bool = False,
    ) -> OutgoingMessage:
        stamp = self._clock.stamp()
        return OutgoingMessage(topic, {**body, **self._extra}, stamp, priority, retain)

    def _due_health(self, reconnects: int) -> OutgoingMessage | None:
        """The `health` message if one is due; called by the broker's thread."""
        if self._health is None:
            return None
        depth = self._backlog.depth
        try:
            report = self._health.due(depth.oldest_utc_ns)
        except Exception:  # noqa: BLE001 - a failing report must not cost the connection
            self._health_warning.warn(
                "the health of the device could not be determined", traceback=True
            )
            return None
        if report is None:
            return None
        body = health_message(
            report, depth, self._clock.utc_ns(), reconnects, encrypted=self._encrypted
        )
        # Not retained: the health of a device that is gone must not be taken for one that is there.
        return self._outgoing(self.topics.health, body)

    def close(self, drain_s: float = DRAIN_S, store_s: float = STORE_S) -> None:
        """Deliver what can be delivered and disconnect; never raises. Safe to call twice.

        Args:
            drain_s: how long to wait for a broker that is connected, or is just being connected to,
                s; disconnecting takes another second at most. With the broker away there is no
                wait for it.
            store_s: how long to wait for the disk before that, s.
        """
        not_stored = self._writer.close(store_s)
        self._broker.close(drain_s)
        left = self._backlog.depth
        if self._closed:
            return
        self._closed = True
        if lost := left.strides + not_stored + left.in_memory:
            log.warning("hub: closed with %d messages not delivered", lost)
        if kept := left.rows - left.in_memory:
            log.warning("hub: %d summaries and counts wait for the next run", kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
