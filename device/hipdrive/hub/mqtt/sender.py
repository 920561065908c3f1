"""Delivers the backlog over one connection: one message in flight, in order, at least once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.messages.outgoing import MqttMessage, QueuedMessage
    from hipdrive.hub.mqtt.ack import Ack
    from hipdrive.hub.mqtt.backoff import Backoff
    from hipdrive.hub.outbox.backlog import Backlog


class Sender:
    """Publishes the head of the backlog and removes it once the broker has acknowledged it.

    Waiting for each acknowledgement keeps the order and makes it certain what was delivered; it
    costs one round trip a message, which is little at a few strides a second.

    Args:
        publish: sends a message and returns its number.
        backlog: the messages to deliver.
        backoff: waits before a refused message is sent again.
        clock_s: a monotonic clock, s.
    """

    def __init__(
        self,
        publish: Callable[[MqttMessage], int],
        backlog: Backlog,
        backoff: Backoff,
        clock_s: Callable[[], float],
    ) -> None:
        self._publish = publish
        self._backlog = backlog
        self._backoff = backoff
        self._clock_s = clock_s
        self._in_flight: tuple[int, QueuedMessage] | None = None
        self._sent_s = 0.0
        self._refusals = 0
        self._not_before_s = clock_s()

    def step(self) -> None:
        """Publish the head, unless a message is in flight or it is too early to send again."""
        if self._in_flight is not None or self.pause_s > 0:
            return
        if (head := self._backlog.head()) is not None:
            self._in_flight = (self._publish(head.message), head)
            self._sent_s = self._clock_s()

    def acknowledge(self, ack: Ack) -> bool:
        """Handle an acknowledgement of the broker.

        A refused message stays, unless it is a stride, or one that will never be accepted.

        Args:
            ack: its number is what `publish` returned for the message.

        Returns:
            True if it was the message in flight.
        """
        if self._in_flight is None or self._in_flight[0] != ack.number:
            return False
        head = self._in_flight[1]
        self._in_flight = None
        if ack.refusal is None:
            self._backlog.acknowledge(head.key)
            self._refusals = 0
        elif ack.most_tries is not None and self._refusals + 1 >= ack.most_tries:
            self._backlog.set_aside(head, ack.refusal)
            self._refusals = 0
        elif not self._backlog.refuse(head.key):
            self._refusals += 1
            self._not_before_s = self._clock_s() + self._backoff.wait_s(self._refusals)
        return True

    @property
    def pause_s(self) -> float:
        """Seconds until a refused message may be sent again; 0 when none was refused."""
        return max(self._not_before_s - self._clock_s(), 0.0) if self._refusals else 0.0

    @property
    def silence_s(self) -> float:
        """Seconds since the message in flight was sent; 0 when none is."""
        return 0.0 if self._in_flight is None else self._clock_s() - self._sent_s

    @property
    def done(self) -> bool:
        """True when all is delivered, or the broker refuses the next message."""
        if self._in_flight is not None:
            return False
        return self._refusals > 0 or not len(self._backlog)
