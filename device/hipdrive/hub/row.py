"""One row of the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from hipdrive.hub.message import Message, Worth

ROW_BYTES = 256
"""What a row costs beside its payload, at most: id, topic and SQLite's own."""
ROWS_BEHIND = (
    "SELECT place, id, worth, utc_ns, topic, retain, payload FROM row "
    "WHERE place > ? ORDER BY place LIMIT ?"
)
"""The rows behind a place, oldest first; a limit of -1 is none (sqlite.org/lang_select.html)."""


@dataclass(frozen=True, slots=True)
class Row:
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


def row_of(found: tuple[int, str, int, int, str, int, bytes]) -> Row:
    """A row as it was read."""
    place, number, worth, utc_ns, topic, retain, payload = found
    message = Message(topic, payload, retain=bool(retain))
    return Row(place, number, Worth(worth), utc_ns, message)
