"""Shows what is published on the topics, for people who set up a hub."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.wake_pipe import WakePipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.received_message import ReceivedMessage

CONNECT_S = 5.0
REFRESH_S = 0.2
"""Longest time between two checks whether to stop."""
PARSED_BYTES = 65_536
"""Longer payloads are no messages of a device, and are shown as they begin."""
LINE_CHARS = 2_000
"""Longer payloads are cut: anything may be published."""
MOST_TOPICS = 200
"""Most rows of the table, however many topics there are."""
HIDDEN_KEYS = frozenset({"schema", "definitions"})
"""Keys whose value is the same in every message of a topic."""


class MessageView(Protocol):
    """Shows received messages."""

    def show(self, message: ReceivedMessage) -> None:
        """Show one message."""

    def refresh(self) -> None:
        """Bring the view up to date; called at least every `REFRESH_S`."""


def watch(
    login: Login,
    topics: str,
    view: MessageView,
    stopped: Callable[[], bool],
    seconds: float | None,
    clock_s: Callable[[], float] = time.monotonic,
) -> str | None:
    """Show what is published until it is stopped.

    Args:
        login: how to reach the broker, and as whom.
        topics: an MQTT topic filter.
        view: shows the messages.
        stopped: returns True when it is to end.
        seconds: end after so long, s; None: not before it is stopped.
        clock_s: a monotonic clock, s.

    Returns:
        None at the end; else one line: why there is no connection, or why it broke.
    """
    wake = WakePipe()
    try:
        with closing(Connection(login, wake)) as connection:
            connection.open(CONNECT_S)
            connection.subscribe([topics])
            began_s = clock_s()
            while connection.problem is None and not stopped():
                if seconds is not None and clock_s() - began_s >= seconds:
                    break
                connection.poll(REFRESH_S)
                if connection.refused_subscription is not None:
                    return connection.refused_subscription
                for message in connection.received():
                    view.show(message)
                view.refresh()
            return connection.problem
    finally:
        wake.close()


class LineView:
    """Writes one line per message.

    Args:
        write: writes a line.
        now: the local time.

    Attributes:
        count: messages so far.
        informative: those that are more than an availability.
    """

    def __init__(
        self, write: Callable[[str], object], now: Callable[[], datetime] = datetime.now
    ) -> None:
        self._write = write
        self._now = now
        self.count = self.informative = 0

    def show(self, message: ReceivedMessage) -> None:
        """Write one message."""
        self.count += 1
        self.informative += not message.topic.endswith("/availability")
        kept = " (retained)" if message.retained else ""
        text = one_line(message.payload)
        self._write(f"{self._now():%H:%M:%S} {printable(message.topic)}{kept} {text}")

    def refresh(self) -> None:
        """Nothing changes with time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@dataclass(slots=True)
class _TopicRow:
    received_s: float
    count: int
    retained: bool
    text: str


class TableView:
    """Shows the newest message of each topic and its age.

    Args:
        console: the terminal.
        clock_s: a monotonic clock, s.

    Attributes:
        count: messages so far.
        informative: those that are more than an availability.
    """

    def __init__(self, console: Console, clock_s: Callable[[], float] = time.monotonic) -> None:
        from rich.live import Live

        self._clock_s = clock_s
        self._rows: dict[str, _TopicRow] = {}
        self._live: Live = Live(self.table(), console=console, auto_refresh=False)
        self.count = self.informative = 0

    def show(self, message: ReceivedMessage) -> None:
        """Show one message in its topic's row; topics beyond `MOST_TOPICS` are left out."""
        self.count += 1
        self.informative += not message.topic.endswith("/availability")
        before = self._rows.get(message.topic)
        if before is None and len(self._rows) == MOST_TOPICS:
            return
        count = 1 if before is None else before.count + 1
        text = one_line(message.payload)
        self._rows[message.topic] = _TopicRow(self._clock_s(), count, message.retained, text)

    def refresh(self) -> None:
        """Draw the table again."""
        self._live.update(self.table(), refresh=True)

    def table(self) -> Table:
        """The table as it stands."""
        from rich.table import Table
        from rich.text import Text

        table = Table("topic", "s ago", "count", "newest", expand=True)
        now_s = self._clock_s()
        for topic, row in sorted(self._rows.items()):
            ago = "retained" if row.retained else f"{now_s - row.received_s:.0f}"
            table.add_row(Text(printable(topic)), ago, str(row.count), Text(row.text))
        return table

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()


def one_line(payload: bytes) -> str:
    """A payload on one line: a JSON object as `key=value`, anything else as it is."""
    text = None if len(payload) > PARSED_BYTES else _by_key(payload)
    return printable(text or payload[: 4 * LINE_CHARS].decode("utf-8", errors="replace"))


def _by_key(payload: bytes) -> str | None:
    """A JSON object as `key=value`; None for anything else, also where it is nested too deep."""
    try:
        message = json.loads(payload)
        if not isinstance(message, dict):
            return None
        return " ".join(f"{k}={_short(v)}" for k, v in message.items() if k not in HIDDEN_KEYS)
    except (ValueError, RecursionError):
        return None


def _short(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict) and value:
        return "{..}"
    return json.dumps(value, ensure_ascii=False)


def printable(text: str) -> str:
    """The text without control characters, cut to `LINE_CHARS`."""
    kept = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return kept if len(kept) <= LINE_CHARS else f"{kept[:LINE_CHARS]}..."
