"""What is on the topics, for people who set a hub up."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.wake import WakePipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.live import Live
    from rich.table import Table as RichTable

    from hipdrive.hub.mqtt.arrival import ReceivedMessage
    from hipdrive.hub.mqtt.login import Login

CONNECT_S = 5.0
LOOK_S = 0.2
"""How often to look whether it is over."""
LINE_CHARS = 2_000
"""A longer payload is cut: what is published may be anything."""
MOST_TOPICS = 200
"""So many rows of a table, whoever publishes."""
TEDIOUS = frozenset({"schema", "definitions"})
"""Keys that are the same in every message of a topic."""


class View(Protocol):
    """Shows what arrives."""

    def show(self, arrival: ReceivedMessage) -> None:
        """Show one message."""

    def look(self) -> None:
        """Time has passed."""


def watch(
    login: Login,
    topics: str,
    view: View,
    stopped: Callable[[], bool],
    seconds: float | None,
    clock_s: Callable[[], float] = time.monotonic,
) -> str | None:
    """Show what is published until it is stopped.

    Args:
        login: who looks.
        topics: what to look at, an MQTT filter.
        view: where to show it.
        stopped: True when it is to end.
        seconds: end after so long; None: not before it is stopped.
        clock_s: a monotonic clock, in seconds.

    Returns:
        None in the end; else one line: why there is no connection, or why it broke.
    """
    wake = WakePipe()
    try:
        with closing(Connection(login, wake)) as link:
            link.open(CONNECT_S)
            link.subscribe([topics])
            began_s = clock_s()
            while link.problem is None and not stopped():
                if seconds is not None and clock_s() - began_s >= seconds:
                    break
                link.poll(LOOK_S)
                if link.unheard is not None:
                    return link.unheard
                for arrival in link.arrivals():
                    view.show(arrival)
                view.look()
            return link.problem
    finally:
        wake.close()


class Lines:
    """A line a message.

    Args:
        write: takes a line.
        now: the wall clock.

    Attributes:
        count: messages so far.
        told: those that say more than who is online.
    """

    def __init__(
        self, write: Callable[[str], object], now: Callable[[], datetime] = datetime.now
    ) -> None:
        self._write = write
        self._now = now
        self.count = self.told = 0

    def show(self, arrival: ReceivedMessage) -> None:
        """Write one message."""
        self.count += 1
        self.told += not arrival.topic.endswith("/availability")
        kept = " (retained)" if arrival.retained else ""
        text = legible(arrival.payload)
        self._write(f"{self._now():%H:%M:%S} {printable(arrival.topic)}{kept} {text}")

    def look(self) -> None:
        """Nothing changes with time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@dataclass(slots=True)
class _Row:
    came_s: float
    count: int
    retained: bool
    text: str


class Table:
    """The newest message of each topic, and how long ago it came.

    Args:
        console: the terminal.
        clock_s: a monotonic clock, in seconds.

    Attributes:
        count: messages so far.
        told: those that say more than who is online.
    """

    def __init__(self, console: Console, clock_s: Callable[[], float] = time.monotonic) -> None:
        from rich.live import Live

        self._clock_s = clock_s
        self._rows: dict[str, _Row] = {}
        self._live: Live = Live(self.table(), console=console, auto_refresh=False)
        self.count = self.told = 0

    def show(self, arrival: ReceivedMessage) -> None:
        """Put one message into its row; topics beyond `MOST_TOPICS` are left out."""
        self.count += 1
        self.told += not arrival.topic.endswith("/availability")
        before = self._rows.get(arrival.topic)
        if before is None and len(self._rows) == MOST_TOPICS:
            return
        count = 1 if before is None else before.count + 1
        text = legible(arrival.payload)
        self._rows[arrival.topic] = _Row(self._clock_s(), count, arrival.retained, text)

    def look(self) -> None:
        """Draw it again."""
        self._live.update(self.table(), refresh=True)

    def table(self) -> RichTable:
        """The table as it stands."""
        from rich.table import Table as RichTable
        from rich.text import Text

        table = RichTable("topic", "s ago", "count", "newest", expand=True)
        now_s = self._clock_s()
        for topic, row in sorted(self._rows.items()):
            ago = "retained" if row.retained else f"{now_s - row.came_s:.0f}"
            table.add_row(Text(printable(topic)), ago, str(row.count), Text(row.text))
        return table

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()


def legible(payload: bytes) -> str:
    """A payload on one line: a JSON object as `key=value`, anything else as it is."""
    text = payload[: 4 * LINE_CHARS].decode("utf-8", errors="replace")
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError):
        message = None
    if isinstance(message, dict):
        text = " ".join(f"{k}={_short(v)}" for k, v in message.items() if k not in TEDIOUS)
    return printable(text)


def _short(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict) and value:
        return "{..}"
    return json.dumps(value, ensure_ascii=False)


def printable(text: str) -> str:
    """Without what would move the cursor or ring a bell, and not too long."""
    kept = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return kept if len(kept) <= LINE_CHARS else f"{kept[:LINE_CHARS]}..."
