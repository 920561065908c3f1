"""One row of the outbox."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hipdrive.hub.messages.message import Message, Worth
from hipdrive.hub.outbox.disk import corrupt

ROW_BYTES = 256
"""What a row costs beside its payload, at most: id, topic and SQLite's own."""
ROWS_BEHIND = (
    "SELECT place, id, worth, utc_ns, topic, retain, payload FROM row "
    "WHERE place > ? ORDER BY place LIMIT ?"
)
"""The rows behind a place, oldest first; a limit of -1 is none (sqlite.org/lang_select.html)."""
TYPES = [int, str, int, int, str, int, bytes]
_TOPIC = re.compile(r"[a-z0-9_/-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message that waits, as it is stored.

    Attributes:
        place: its place in the file; grows.
        id: as in the message; grows.
        worth: decides who goes when there is no room.
        utc_ns: when it was written.
        message: what to publish.
    """

    place: int
    id: str
    worth: Worth
    utc_ns: int
    message: Message

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return len(self.message.payload) + ROW_BYTES


def row_of(found: tuple[int, str, int, int, str, int, bytes]) -> OutboxRow:
    """A row as it was read.

    Raises:
        sqlite3.DatabaseError: it is none.
    """
    place, number, worth, utc_ns, topic, retain, payload = found
    types = [type(each) for each in found]
    if types != TYPES or worth not in list(Worth) or not _TOPIC.fullmatch(topic):
        raise corrupt("a row of it is damaged")
    message = Message(topic, payload, retain=bool(retain))
    return OutboxRow(place, number, Worth(worth), utc_ns, message)
