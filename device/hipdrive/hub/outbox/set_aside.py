"""Messages that the broker will never take, kept where people can read them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.hub.warn_once import WarnOnce, log

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.hub.messages.outgoing import MqttMessage

FILE_BYTES = 4 << 20
"""About 800 summaries; the file before this one is kept as well, and an older one is not."""
MOST_WAITING = 100
"""In memory, while the disk takes none: the oldest go first."""


def set_aside_path(outbox: Path) -> Path:
    """Where the messages of an outbox are set aside: beside it."""
    return outbox.with_name(f"{outbox.stem}.set-aside.jsonl")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that the broker will never take.

    Attributes:
        message: what was to be published.
        why: what the broker says of it.
    """

    message: MqttMessage
    why: str


class SetAsideFile:
    """A line of JSON for each message: `topic`, `retain`, `why`, and the `message` itself.

    Args:
        path: the file; made when the first message is set aside. The one before it has `.old` at
            the end of its name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._said = False
        self._failure_warning = WarnOnce()

    def append(self, messages: list[SetAside]) -> bool:
        """Write messages to the disk; False, with a warning, when the disk does not take them."""
        data = b"".join(_line(each) for each in messages)
        try:
            self._make_room(len(data))
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self._failure_warning.warn(
                f"{self._path} cannot be written ({error.strerror}): what the broker never takes "
                "stays in memory; free space on the disk"
            )
            return False
        self._failure_warning.clear()
        if not self._said:
            self._said = True
            log.warning("hub: what the broker never takes is kept in %s", self._path)
        return True

    def _make_room(self, size: int) -> None:
        if self._path.exists() and self._path.stat().st_size + size > FILE_BYTES:
            self._path.replace(self._path.with_name(f"{self._path.name}.old"))


def _line(aside: SetAside) -> bytes:
    message = aside.message
    text = message.payload.decode("utf-8", errors="replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = text
    fields = {"topic": message.topic, "retain": message.retain, "why": aside.why, "message": body}
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
