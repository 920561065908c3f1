"""Strides that wait in memory, between the rows they came with."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.hub.messages.outgoing import QueuedMessage

if TYPE_CHECKING:
    from hipdrive.hub.messages.outgoing import MqttMessage


@dataclass(frozen=True, slots=True)
class QueuedStride:
    """A stride that waits.

    Attributes:
        key: its number in the queue.
        after: id of the last row that came before it; empty: none.
        message: what to publish.
    """

    key: int
    after: str
    message: MqttMessage


class StrideQueue:
    """First in, first out; the oldest is dropped when the queue is full.

    Args:
        limit: most strides that wait.

    Attributes:
        dropped: number of strides dropped.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._strides: deque[QueuedStride] = deque()
        self._number = 0
        self.dropped = 0

    def put(self, message: MqttMessage, after: str) -> None:
        """Add a stride at the end, behind the row with the id `after`."""
        if len(self._strides) == self._limit:
            self._strides.popleft()
            self.dropped += 1
        self._number += 1
        self._strides.append(QueuedStride(self._number, after, message))

    def head(self, row_id: str | None) -> QueuedMessage | None:
        """The oldest stride, if it goes before the oldest row.

        Args:
            row_id: id of the oldest row; None: no row waits.
        """
        if not self._strides:
            return None
        stride = self._strides[0]
        if row_id is not None and row_id <= stride.after:
            return None
        return QueuedMessage(stride.key, stride.message)

    def remove(self, key: int) -> None:
        """Remove the oldest stride, if it has that key."""
        if self._strides and self._strides[0].key == key:
            self._strides.popleft()

    def __len__(self) -> int:
        return len(self._strides)
