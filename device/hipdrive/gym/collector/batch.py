"""What waits for the database: rows, counts of what is refused, and messages to acknowledge."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hipdrive.gym.collector.decoding import RefusedMessageError
from hipdrive.gym.collector.rows import StoreRefusal

if TYPE_CHECKING:
    from hipdrive.gym.collector.decoding import Decoder
    from hipdrive.gym.collector.rows import Row
    from hipdrive.hub.mqtt.received_message import ReceivedMessage


class Batch:
    """Messages that share a transaction.

    Args:
        decoder: makes rows of messages.
        most_rows: so many rows wait at most; then messages that nobody acknowledges are dropped.

    Attributes:
        rows: for the database, in the order in which they came.
        refused: messages that are not stored, by reason.
        messages: all of them, to be acknowledged when the rows are committed.
    """

    def __init__(self, decoder: Decoder, most_rows: int) -> None:
        self._decoder = decoder
        self._most_rows = most_rows
        self.rows: list[Row] = []
        self.refused: Counter[StoreRefusal] = Counter()
        self.messages: list[ReceivedMessage] = []
        self._numbers: set[int] = set()
        self._since_s: float | None = None

    def add(self, message: ReceivedMessage, now_s: float) -> None:
        """Take a message that came at a time of a monotonic clock, s.

        One that is waiting to be acknowledged and comes again, as it may in MQTT 3.1.1, is not
        taken: acknowledged twice, its number would take along the next message that has it.
        """
        if message.number in self._numbers:
            return
        if self._since_s is None:
            self._since_s = now_s
        if not message.number and len(self.rows) >= self._most_rows:
            self.refused[StoreRefusal.NO_ROOM] += 1
            return
        self.messages.append(message)
        if message.number:
            self._numbers.add(message.number)
        try:
            self.rows.append(self._decoder.row(message.topic, message.payload))
        except RefusedMessageError as error:
            self.refused[error.reason] += 1

    def age_s(self, now_s: float) -> float:
        """How long the first message has waited; 0 where there is none."""
        return 0.0 if self._since_s is None else now_s - self._since_s

    @property
    def empty(self) -> bool:
        """True when nothing waits."""
        return not (self.rows or self.refused or self.messages)

    def forget_connection(self) -> None:
        """The broker will send again what was not acknowledged, under other numbers."""
        self.messages.clear()
        self._numbers.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.rows.clear()
        self.refused.clear()
        self.forget_connection()
        self._since_s = None
