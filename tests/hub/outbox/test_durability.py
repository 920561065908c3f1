"""What must not be lost is not, whichever end dies."""

from __future__ import annotations

import random
import tracemalloc
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING

from hipdrive.hub import sink
from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.mqtt.backoff import Backoff
from hipdrive.hub.outbox.backlog import Backlog
from support.hub.drills import close_delivered, drill_result, kill_broker, kill_device, make_device
from support.hub.frames import (
    STRIDE_NS,
    first_result,
    hub_config,
    make_hub,
    stride_result,
    stride_t_s,
    until,
)
from support.hub.hub_and_link import HubAndLink
from support.hub.outgoing import CLOCK, outgoing
from support.hub.tcp_proxy import TcpProxy
from support.hub.users import ALL, READ_ALL, USERS, password_file
from support.mosquitto import PATIENCE_S, Broker, Listener, free_port

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from hipdrive.hub.messages.outgoing import OutgoingMessage

MINUTE = 60_000_000_000 // STRIDE_NS


def test_a_minute_without_a_broker_in_the_middle_of_a_session_costs_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    with TcpProxy(broker.port) as proxy:
        hub = make_device(proxy.port, tmp_path / "outbox", "minute")
        hub.on_frame(first_result())
        with Listener(broker.port, qos=0) as before:
            for number in range(1, MINUTE + 1):
                hub.on_frame(stride_result(number))
            # All of them: what a broker has acknowledged and not passed on is lost with it.
            before.wait_count("/stride", MINUTE)
            before.wait_count("/summary", MINUTE // sink.WINDOW_STRIDES)
            broker.stop()
            before.wait_end()
        proxy.block()
        for number in range(MINUTE + 1, 2 * MINUTE + 1):
            hub.on_frame(stride_result(number))
        broker.start()
        with Listener(broker.port) as after:
            proxy.unblock()
            for number in range(2 * MINUTE + 1, 3 * MINUTE + 1):
                hub.on_frame(stride_result(number))
            close_delivered(hub)
            after.wait_for(lambda all_: any(b'"final":true' in m.payload for m in all_))
    received = before.messages + after.messages
    drill_result(received, 3 * MINUTE // sink.WINDOW_STRIDES + 1).check()
    strides = dict.fromkeys(m.json["t_s"] for m in received if m.topic.endswith("/stride"))
    assert list(strides) == [stride_t_s(number) for number in range(1, 3 * MINUTE + 1)]


def test_a_broker_that_is_killed_again_and_again_costs_nothing(tmp_path: Path) -> None:
    kill_broker(tmp_path, random.Random(1), kills=3, windows=12).check()


def test_a_device_that_is_killed_again_and_again_loses_nothing_it_had_stored(
    tmp_path: Path,
) -> None:
    outcome = kill_device(tmp_path, random.Random(2), kills=3)
    outcome.check()
    assert {row["session"] for row in outcome.rows} == {f"session-{k}" for k in range(4)}
    for session in range(4):
        made = [r["made"] for r in outcome.rows if r["session"] == f"session-{session}"]
        assert made == list(range(1, len(made) + 1))


def test_the_next_run_delivers_what_the_last_one_could_not(tmp_path: Path, broker: Broker) -> None:
    hub = make_device(free_port(), tmp_path / "outbox", "first")
    for number in range(1, 61):
        hub.on_frame(stride_result(number))
    hub.close(store_s=PATIENCE_S)
    with Listener(broker.port) as listener:
        with closing(make_device(broker.port, tmp_path / "outbox", "second")):
            listener.wait_count("/summary", 3)
        listener.wait_count("/summary", 4)
    rows = [m.json for m in listener.on("/summary")]
    assert [(row["session"], row["reason"], row["seq"]) for row in rows] == [
        ("first", "window", 1),
        ("first", "window", 2),
        ("first", "end", 3),
        ("second", "end", 4),
    ]


def test_a_denied_message_waits_on_disk_until_it_is_allowed(tmp_path: Path) -> None:
    def device() -> HubAndLink:
        config = hub_config(
            broker.port, username="device", password_file=password_file(tmp_path, "right")
        )
        return HubAndLink(config, "denied", dict, tmp_path / "outbox")

    with (
        Broker(tmp_path, USERS, READ_ALL) as broker,
        Listener(broker.port, "#", "reader", "read") as listener,
    ):
        with closing(device()) as hub:
            broker.wait_log("Denied PUBLISH")
        assert hub.link.depth.rows == 1
        broker.allow(ALL)
        broker.reload()
        with closing(device()):
            listener.wait_count("/summary", 1)
        listener.wait_count("/summary", 2)
    assert [m.json["seq"] for m in listener.on("/summary")] == [1, 2]


def test_a_broker_that_never_confirms_is_left_and_tried_again(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    def silent() -> bool:
        return any("does not confirm" in line for line in caplog.messages)

    retry = Backoff(first_s=0.01, longest_s=0.05, silence_s=0.3)
    with TcpProxy(broker.port) as proxy, Listener(broker.port) as listener:
        with closing(HubAndLink(hub_config(proxy.port), "silent", dict, backoff=retry)) as hub:
            listener.wait_count("/availability", 1)
            proxy.drop_replies.set()
            hub.on_frame(stride_result(1))
            until(silent)
            proxy.drop_replies.clear()
            until(lambda: not hub.link.depth.total)
        listener.wait_count("/summary", 1)
    assert {m.json["t_s"] for m in listener.on("/stride")} == {0.0}


def test_rows_on_disk_take_no_memory(tmp_path: Path) -> None:
    with closing(Backlog(tmp_path / "outbox", CLOCK)) as backlog:
        backlog.open()
        backlog.put(outgoing(0, size=20_000))
        tracemalloc.start()
        try:
            for number in range(1, 200):
                backlog.put(outgoing(number, size=20_000))
            while (entry := backlog.head()) is not None:
                backlog.acknowledge(entry.key)
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # Four million bytes went through.
    assert peak_bytes < 400_000


def test_a_stalled_disk_holds_up_no_other_thread_and_costs_strides_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = Event()
    stored: list[OutgoingMessage] = []

    def put(_backlog: Backlog, message: OutgoingMessage) -> None:
        disk.wait()
        stored.append(message)

    monkeypatch.setattr(Backlog, "put", put)
    hub = make_hub(free_port())
    for number in range(1, 5001):
        hub.on_frame(stride_result(number))
    hub.close(drain_s=0.05, store_s=0.05)
    disk.set()
    hub.link._writer._thread.join()
    strides = sum(message.priority is Priority.MEMORY_ONLY for message in stored)
    assert 0 < strides < 5000
    assert hub.dropped == 5000 - strides
    assert [
        message.body["reason"] for message in stored if message.priority > Priority.MEMORY_ONLY
    ] == [
        *["window"] * (5000 // sink.WINDOW_STRIDES),
        "end",
    ]
