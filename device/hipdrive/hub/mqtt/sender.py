"""Delivers what waits over one connection: one message in flight, in order, at least once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.messages.message import Message
    from hipdrive.hub.mqtt.retry import Backoff
    from hipdrive.hub.outbox.backlog import Backlog


class Sender:
    """Publishes the head of what waits and takes it away once the broker has it.

    Waiting for each answer keeps the order and makes it certain what was delivered; it costs one
    round trip a message, which is nothing at a few strides a second.
    """

    def __init__(
        self,
        publish: Callable[[Message], int],
        waiting: Backlog,
        retry: Backoff,
        clock_s: Callable[[], float],
    ) -> None:
        self._publish = publish
        self._waiting = waiting
        self._retry = retry
        self._clock_s = clock_s
        self._in_flight: tuple[int, str | int] | None = None
        self._sent_s = 0.0
        self._refusals = 0
        self._not_before_s = clock_s()

    def step(self) -> None:
        """Publish the head, unless a message is in flight or it is too early to try again."""
        if self._in_flight is not None or self.pause_s > 0:
            return
        if (entry := self._waiting.head()) is not None:
            self._in_flight = (self._publish(entry.message), entry.key)
            self._sent_s = self._clock_s()

    def settle(self, mid: int, *, taken: bool) -> bool:
        """Take note of an answer of the broker.

        Args:
            mid: which message, as `publish` numbered it.
            taken: False when the broker refused the message, which then stays unless it is a
                stride.

        Returns:
            True if it was the message in flight.
        """
        if self._in_flight is None or self._in_flight[0] != mid:
            return False
        key = self._in_flight[1]
        self._in_flight = None
        if taken:
            self._waiting.drop(key)
            self._refusals = 0
        elif not self._waiting.refuse(key):
            self._refusals += 1
            self._not_before_s = self._clock_s() + self._retry.wait_s(self._refusals)
        return True

    @property
    def pause_s(self) -> float:
        """Seconds until a refused message may be tried again; 0 when none was."""
        return max(self._not_before_s - self._clock_s(), 0.0) if self._refusals else 0.0

    @property
    def silence_s(self) -> float:
        """Seconds since the message in flight was sent; 0 when none is."""
        return 0.0 if self._in_flight is None else self._clock_s() - self._sent_s

    @property
    def done(self) -> bool:
        """True when waiting is no use: all is delivered, or the broker refuses the next one."""
        if self._in_flight is not None:
            return False
        return self._refusals > 0 or not len(self._waiting)
