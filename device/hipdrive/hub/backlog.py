"""Messages that wait to be delivered, in memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

LIMIT = 10_000
"""About an hour of strides of both legs: some 5 MB."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to publish.

    Attributes:
        topic: where.
        payload: what.
        qos: 0: may be lost; 1: delivered at least once.
        retain: True: the broker keeps it for those who come later.
    """

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in its place: numbers grow, and none is used twice."""

    number: int
    message: Message


class Backlog:
    """First in, first out, bounded: a full backlog drops its oldest message and counts it.

    Knows nothing of MQTT. One thread uses it, and may be made to wait, so that a store that
    outlives a power cut can stand in for it: `put`, `head`, `drop`, `len()` and `dropped` are all
    there is to implement. Only the last two may be asked by another thread.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        if limit < 1:
            raise ValueError(f"limit = {limit}: a backlog holds one message at least")
        self._entries: deque[Entry] = deque()
        self._limit = limit
        self._number = 0
        self._dropped = 0

    def put(self, message: Message) -> None:
        """Add a message at the end."""
        if len(self._entries) == self._limit:
            self._entries.popleft()
            self._dropped += 1
        self._number += 1
        self._entries.append(Entry(self._number, message))

    def head(self) -> Entry | None:
        """The oldest entry, which stays where it is; None when there is none."""
        return self._entries[0] if self._entries else None

    def drop(self, number: int) -> None:
        """Take the head away, if it is still the entry of that number.

        It is not when the backlog overflowed while the entry was being delivered.
        """
        if self._entries and self._entries[0].number == number:
            self._entries.popleft()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def dropped(self) -> int:
        """How many messages were dropped because the backlog was full."""
        return self._dropped
