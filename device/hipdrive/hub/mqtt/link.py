"""The line to the broker: all that outlasts a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from hipdrive.hub.complaint import Complaint, log
from hipdrive.hub.messages.clock import Clock
from hipdrive.hub.messages.message import OutgoingMessage, Worth
from hipdrive.hub.mqtt.courier import BrokerThread
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.retry import Backoff
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt.wake import WakePipe
from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.writer import OutboxWriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hipdrive.config import HubConfig
    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.health.report import Health
    from hipdrive.hub.outbox.backlog import BacklogDepth, Limits

DRAIN_S = 3.0
STORE_S = 3.0
"""How long closing waits for the disk."""


class MqttLink:
    """Takes messages from the loop's thread without ever making it wait, and delivers them.

    What is `post`ed is delivered in order and at least once: letters worth the disk are kept there
    until the broker has them, by the next run if need be; others wait in memory. What is told or
    flashed is lost while the broker is away.

    Args:
        config: where the broker is, and who the device is.
        outbox: file of what the broker has not got; None: memory only.
        caution: what every message is to say besides; empty for nothing.
        replay: True for a recording: it has topics of its own, and a client id of its own, or the
            broker would end the device's connection.
        desk: takes commands in; None: nobody does.
        health: how the device does; None: nothing is said of it.
        retry: how long to wait before trying the broker again.
        clock: the clocks.
        limits: the most that waits.

    Attributes:
        topics: of the device.

    Raises:
        ConfigError: no host is named, or a file of `config` cannot be used.
    """

    def __init__(  # noqa: PLR0913 - what a test wants other than usual goes by its name
        self,
        config: HubConfig,
        outbox: Path | None = None,
        *,
        caution: str = "",
        replay: bool = False,
        desk: CommandHandler | None = None,
        health: Health | None = None,
        retry: Backoff | None = None,
        clock: Clock | None = None,
        limits: Limits | None = None,
    ) -> None:
        who = login(config, "-replay" if replay else "")
        if who.caution:
            log.warning("hub: %s", who.caution)
        self.topics = Topics(config.site, config.device, replay)
        self._encrypted = who.tls is not None
        self._besides = {"caution": caution} if caution else {}
        self._clock = clock or Clock()
        self._health = health
        self._ill = Complaint()
        self._closed = False
        wake = WakePipe()
        self._waiting = Backlog(outbox, self._clock, limits)
        self._keeper = OutboxWriter(self._waiting, wake.ring)
        self._courier = BrokerThread(
            who,
            self.topics,
            self._waiting,
            self._clock,
            retry or Backoff(),
            wake,
            self._beat,
            desk,
        )

    @property
    def online(self) -> bool:
        """True while the broker is there."""
        return self._courier.online

    @property
    def dropped(self) -> int:
        """How many messages were given up so far: too many waited, or they were refused."""
        depth = self._waiting.depth
        return self._keeper.dropped + depth.dropped + depth.refused

    @property
    def depth(self) -> BacklogDepth:
        """How much waits for the broker."""
        return self._waiting.depth

    def post(
        self,
        topic: str,
        body: Mapping[str, object],
        worth: Worth = Worth.FLEETING,
        *,
        retain: bool = False,
    ) -> None:
        """Deliver a message, behind all that were posted before.

        Args:
            topic: where.
            body: JSON values, `schema` among them; nobody may change it afterwards.
            worth: what it is worth where there is no room for all.
            retain: True: the broker keeps it for those who come later.
        """
        self._keeper.post(self._letter(topic, body, worth, retain=retain))

    def tell(self, topic: str, body: Mapping[str, object]) -> None:
        """Publish a message now or never, after those before it."""
        self._courier.tell(self._letter(topic, body))

    def flash(self, topic: str, body: Mapping[str, object]) -> None:
        """Publish a message now or never: the next one takes its place."""
        self._courier.flash(self._letter(topic, body))

    def _letter(
        self,
        topic: str,
        body: Mapping[str, object],
        worth: Worth = Worth.FLEETING,
        *,
        retain: bool = False,
    ) -> OutgoingMessage:
        return OutgoingMessage(topic, {**body, **self._besides}, self._clock.stamp(), worth, retain)

    def _beat(self, reconnects: int) -> OutgoingMessage | None:
        """The health message, if there is one to be sent; asked by the courier's thread."""
        if self._health is None:
            return None
        try:
            due = self._health.due(self._waiting.depth, reconnects, encrypted=self._encrypted)
        except Exception:  # noqa: BLE001 - what is said of health must not cost a connection
            self._ill.say("the health of the device could not be told", traceback=True)
            return None
        # Not retained, so that nobody takes the health of a device that is gone for that of one
        # that is there.
        return None if due is None else self._letter(self.topics.health, due)

    def close(self, drain_s: float = DRAIN_S) -> None:
        """Deliver what can be delivered and say good-bye; never raises. Safe to call twice.

        Args:
            drain_s: how long to wait for a broker that is there, or is just being connected to, in
                seconds; saying good-bye takes another second at most, and the disk has
                `STORE_S` seconds before. With the broker away there is no wait for it.
        """
        unkept = self._keeper.close(STORE_S)
        self._courier.close(drain_s)
        left = self._waiting.depth
        if self._closed:
            return
        self._closed = True
        if lost := left.strides + unkept + left.in_memory:
            log.warning("hub: closed with %d messages not delivered", lost)
        if kept := left.rows - left.in_memory:
            log.warning("hub: %d summaries and counts wait for the next run", kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
