"""One row of the outbox."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hipdrive.hub.messages.outgoing import MqttMessage, Priority
from hipdrive.row_checksum import checksum
from hipdrive.sqlite_errors import corrupt

ROW_BYTES = 256
"""What a row costs beside its payload, at most: id, topic and SQLite's own."""
SELECT_ROWS = (
    "SELECT place, id, worth, utc_ns, topic, retain, payload, checksum FROM row "
    "WHERE place > ? ORDER BY place LIMIT ?"
)
"""The rows after a position, oldest first; a limit of -1 is none (sqlite.org/lang_select.html)."""
TYPES = [int, str, int, int, str, int, bytes, int]
_TOPIC = re.compile(r"[a-z0-9_/-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message that waits, as it is stored.

    Attributes:
        position: its position in the file; grows. The column `place`.
        id: as in the message; grows.
        priority: which rows are dropped first where there is no room. The column `worth`.
        utc_ns: when it was written, ns since 1970.
        message: what to publish.
    """

    position: int
    id: str
    priority: Priority
    utc_ns: int
    message: MqttMessage

    @property
    def size(self) -> int:
        """Bytes it takes in the file, at most."""
        return len(self.message.payload) + ROW_BYTES


def stored_columns(row: OutboxRow) -> tuple[str, int, int, str, int, bytes, int]:
    """The columns of a row as they are stored, but for its position; the last is their checksum."""
    message = row.message
    columns = (
        row.id,
        int(row.priority),
        row.utc_ns,
        message.topic,
        int(message.retain),
        message.payload,
    )
    return *columns, checksum(columns)


def parse_row(columns: tuple[int, str, int, int, str, int, bytes, int]) -> OutboxRow:
    """Check the columns of `SELECT_ROWS` and make a row of them.

    Raises:
        sqlite3.DatabaseError: they are not what was stored, by their checksum or a type.
    """
    position, row_id, priority, utc_ns, topic, retain, payload, stored = columns
    if stored != checksum(columns[1:-1]):
        raise corrupt("a row of it is damaged")
    types = [type(each) for each in columns]
    if types != TYPES or priority not in list(Priority) or not _TOPIC.fullmatch(topic):
        raise corrupt("a row of it is damaged")
    message = MqttMessage(topic, payload, retain=bool(retain))
    return OutboxRow(position, row_id, Priority(priority), utc_ns, message)
