from __future__ import annotations

import io
import json
import threading
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.received_message import ReceivedMessage
from hipdrive.hub.watch import (
    LINE_CHARS,
    MOST_TOPICS,
    PARSED_BYTES,
    LineView,
    TableView,
    one_line,
    printable,
    watch,
)
from support.hub.fake_broker import NOT_READ, WELCOME, fake_broker
from support.hub.frames import first_result, hub_config, make_hub, stride_result
from support.mosquitto import PATIENCE_S, Broker, Listener

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.watch import MessageView

OWN = "hipdrive/home/treadmill"


class Until(LineView):
    """LineView that end the watching after so many of them."""

    def __init__(self, count: int) -> None:
        self.lines: list[str] = []
        super().__init__(self.lines.append, lambda: datetime(2026, 3, 1, 18, 5, 9))  # noqa: DTZ001
        self._left = count
        self.began = threading.Event()

    def show(self, message: ReceivedMessage) -> None:
        super().show(message)
        self.began.set()

    def enough(self) -> bool:
        return self.count >= self._left


def look(port: int, view: MessageView, stopped: Callable[[], bool], **fields: object) -> str | None:
    return watch(
        login(hub_config(port, **fields), ClientRole.WATCH), f"{OWN}/#", view, stopped, None
    )


def test_every_message_is_shown_on_one_line(broker: Broker) -> None:
    view = Until(3)
    with make_hub(broker.port) as hub:
        with Listener(broker.port) as listener:
            listener.wait_count("/availability", 1)
        thread = threading.Thread(target=look, args=(broker.port, view, view.enough))
        thread.start()
        # Retained: it shows that the watch is on.
        assert view.began.wait(PATIENCE_S)
        hub.on_frame(first_result())
        hub.on_frame(stride_result(1))
        thread.join()
    assert view.lines[0] == f"18:05:09 {OWN}/availability (retained) online"
    assert any(f"{OWN}/live session=" in line for line in view.lines)
    assert any(f"{OWN}/stride session=" in line and "t_s=0.7" in line for line in view.lines)


def test_it_ends_when_the_time_is_up(broker: Broker) -> None:
    times = iter(range(1000))
    view = Until(1)
    who = login(hub_config(broker.port))
    assert watch(who, "#", view, lambda: False, 3, lambda: float(next(times))) is None
    # It began at 0, and looked at 1, 2 and 3.
    assert next(times) == 4


def test_a_broker_that_disconnects_is_reported(broker: Broker) -> None:
    seen = threading.Event()
    problems: list[str | None] = []
    view = Until(99)

    def stopped() -> bool:
        seen.set()
        return False

    thread = threading.Thread(target=lambda: problems.append(look(broker.port, view, stopped)))
    thread.start()
    assert seen.wait(PATIENCE_S)
    broker.kill()
    thread.join()
    assert problems[0] is not None
    assert f"the broker at 127.0.0.1:{broker.port} has gone" in problems[0]


def test_a_refused_subscription_is_reported() -> None:
    with fake_broker(WELCOME + NOT_READ) as port:
        who = login(hub_config(port), ClientRole.WATCH)
        problem = watch(who, "#", LineView(lambda _: None), lambda: False, None)
    assert "lets this client read nothing (Not authorized" in str(problem)


def test_a_missing_broker_is_reported_and_nothing_is_shown() -> None:
    view = Until(1)
    problem = look(1, view, lambda: False)
    assert problem is not None
    assert "nothing listens at 127.0.0.1:1" in problem
    assert view.lines == []


def test_a_message_is_shown_by_its_keys() -> None:
    metrics = {"metrics": {"a": 1}, "definitions": {}}
    payload = json.dumps({"schema": "x/1", "t_s": 1.5, "led": None, "why": [], **metrics})
    assert one_line(payload.encode()) == "t_s=1.5 led=null why=[] metrics={..}"


@pytest.mark.parametrize("payload", [b"", b"online", b"\xff\x00", b"[1, 2", b"3", b"[" * 100_000])
def test_a_payload_that_is_no_message_is_shown_as_it_is(payload: bytes) -> None:
    assert one_line(payload).startswith(printable(payload[:5].decode("utf-8", errors="replace")))


@pytest.mark.parametrize("depth", [1, 100, 1_000, 20_000])
def test_a_message_nested_however_deep_is_one_line(depth: int) -> None:
    payload = b'{"schema":"x/1","a":' + b"[" * depth + b"]" * depth + b"}"
    line = one_line(payload)
    assert "[" * min(depth, LINE_CHARS - 30) in line
    assert len(line) <= LINE_CHARS + 3


def test_a_payload_larger_than_any_message_is_not_taken_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json, "loads", lambda _: pytest.fail("parsed"))
    assert one_line(b'{"a":"' + b"x" * PARSED_BYTES + b'"}').startswith('{"a":"xxx')


@given(st.binary(max_size=300), st.text(max_size=100))
def test_nothing_that_is_published_reaches_the_terminal_as_a_command(
    payload: bytes, topic: str
) -> None:
    written: list[str] = []
    LineView(written.append).show(ReceivedMessage(topic, payload, retained=False))
    assert len(written) == 1
    assert written[0].isprintable()


def test_a_colour_or_a_bell_is_taken_out_of_the_table() -> None:
    out = io.StringIO()
    console = Console(file=out, width=120, force_terminal=True, color_system=None)
    with TableView(console, lambda: 0.0) as table:
        table.show(ReceivedMessage("a/b", b"\x1b[31mred\x07 [bold]x[/bold]", retained=False))
        console.print(table.table())
    assert "\x07" not in out.getvalue()
    assert "\x1b[31m" not in out.getvalue()
    assert "[bold]x[/bold]" in out.getvalue()


def test_a_long_message_is_cut() -> None:
    assert len(one_line(b"x" * 100_000)) == LINE_CHARS + 3


def test_the_table_has_a_row_a_topic_with_the_newest_and_its_age() -> None:
    now_s = 100.0
    console = Console(file=io.StringIO(), width=120)
    table = TableView(console, lambda: now_s)
    table.show(ReceivedMessage("t/live", b"old", retained=False))
    table.show(ReceivedMessage("t/availability", b"online", retained=True))
    table.show(ReceivedMessage("t/live", b"new", retained=False))
    now_s = 107.0
    console.print(table.table())
    out = console.file
    assert isinstance(out, io.StringIO)
    rows = [line.split() for line in out.getvalue().splitlines() if "t/" in line]
    words = [[word for word in row if word not in "│┃"] for row in rows]
    assert words == [["t/availability", "retained", "1", "online"], ["t/live", "7", "2", "new"]]


def test_many_topics_do_not_fill_the_memory() -> None:
    table = TableView(Console(file=io.StringIO()), lambda: 0.0)
    for number in range(MOST_TOPICS + 50):
        table.show(ReceivedMessage(f"t/{number}", b"x", retained=False))
    assert table.table().row_count == MOST_TOPICS
    assert table.count == MOST_TOPICS + 50
