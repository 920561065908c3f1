"""Sessions during which brokers and devices die; what arrived, and in which order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import hipdrive
from hipdrive.hub import sink
from support.hub.frames import FAST, hub_config, stride_result, until, until_none
from support.hub.hub_and_link import HubAndLink
from support.hub.tcp_proxy import TcpProxy
from support.mosquitto import PATIENCE_S, Broker, Listener

if TYPE_CHECKING:
    from random import Random

    from support.mosquitto import Received

MOST_AHEAD = 200
"""Feeding pauses while so many messages wait for the broker: a runner is slower than a loop."""
FOLDERS = [str(Path(hipdrive.__file__).parents[1]), str(Path(__file__).parents[2])]
DEVICE = """
import sys
from pathlib import Path
from hipdrive.hub import sink
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from support.hub.drills import close_delivered, feed, make_device

put = Outbox.put

def put_and_print(outbox, outgoing, *, synchronised):
    row_id = put(outbox, outgoing, synchronised=synchronised)
    print(row_id, flush=True)
    return row_id

Outbox.put = put_and_print
# A summary with each stride.
sink.WINDOW_STRIDES = 1
hub = make_device(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
feed(hub, 0, int(sys.argv[4]))
close_delivered(hub)
"""


def make_device(port: int, outbox: Path, session: str) -> HubAndLink:
    """A hub whose summaries are numbered: `strides` counts them."""
    made = 0

    def summary() -> dict[str, object]:
        nonlocal made
        made += 1
        return {"made": made}

    return HubAndLink(hub_config(port), session, summary, outbox, backoff=FAST)


def feed(hub: HubAndLink, first: int, end: int) -> None:
    """The strides of those numbers, as fast as the broker takes them."""
    for number in range(first, end):
        until(lambda: hub.link.depth.total + hub.link._writer.queued < MOST_AHEAD)
        hub.on_frame(stride_result(number))


def close_delivered(hub: HubAndLink) -> None:
    """End the session with the broker there, however long broker and disk take for what is left."""
    hub.sink.close()
    until_none(lambda: hub.link.depth.total + hub.link._writer.queued)
    hub.close(drain_s=PATIENCE_S, store_s=PATIENCE_S)


@dataclass(frozen=True, slots=True)
class DrillResult:
    """Result of a drill.

    Attributes:
        rows: summaries that arrived, duplicates left out, in the order of their first arrival.
        duplicates: summaries that arrived again.
        made: how many there should be.
        stored: ids that the device had printed as stored.
    """

    rows: list[dict[str, Any]]
    duplicates: int
    made: int
    stored: frozenset[str] = frozenset()

    def check(self) -> None:
        """Check that nothing is lost, no number is missing, and the order is kept."""
        seqs = [row["seq"] for row in self.rows]
        assert seqs == list(range(1, self.made + 1)), f"{self.made} made, arrived: {seqs}"
        ids = [row["id"] for row in self.rows]
        assert ids == sorted(ids)
        assert self.stored <= set(ids)
        assert {row["dropped"] for row in self.rows} == {0}
        assert len({row["series"] for row in self.rows}) == 1


def drill_result(
    messages: list[Received], made: int | None, stored: frozenset[str] = frozenset()
) -> DrillResult:
    seen: dict[str, dict[str, Any]] = {}
    arrived = [m.json for m in messages if b'"seq":' in m.payload and not m.retained]
    for body in arrived:
        # Duplicates are the same to the byte.
        assert seen.setdefault(body["id"], body) == body
    rows = list(seen.values())
    return DrillResult(rows, len(arrived) - len(rows), len(rows) if made is None else made, stored)


def kill_broker(folder: Path, random: Random, kills: int, windows: int) -> DrillResult:
    """Kill the broker so many times, at random, while a device publishes."""
    arrived: list[Received] = []
    with Broker(folder) as broker, TcpProxy(broker.port) as proxy:
        hub = make_device(proxy.port, folder / "outbox", "broker-killed")
        strides = windows * sink.WINDOW_STRIDES + 1
        session = Thread(target=feed, args=(hub, 1, strides), daemon=True)
        session.start()
        each = strides // (kills + 1)
        for _ in range(kills):
            with Listener(broker.port, qos=0) as listener:
                proxy.unblock()
                listener.wait_count("/stride", random.randrange(each // 2, each))
                broker.kill()
                proxy.block()
                listener.wait_end()
            arrived += listener.messages
            broker.start()
        with Listener(broker.port) as listener:
            proxy.unblock()
            session.join()
            close_delivered(hub)
            listener.wait_for(
                lambda all_: any(b'"final":true' in m.payload and not m.retained for m in all_)
            )
        arrived += listener.messages
    return drill_result(arrived, windows + 1)


def kill_device(folder: Path, random: Random, kills: int) -> DrillResult:
    """Kill the device so many times, at random, each time in another session.

    Every other time it is without a broker, so that what it had stored waits for the next.
    """
    stored: set[str] = set()
    with (
        Broker(folder) as broker,
        TcpProxy(broker.port) as proxy,
        Listener(broker.port) as listener,
    ):
        command = [sys.executable, "-c", DEVICE, str(proxy.port), str(folder / "outbox")]
        for number in range(kills):
            (proxy.unblock if number % 2 else proxy.block)()
            rows = random.randrange(1, 60 if number % 2 else 15)
            stored |= run_device([*command, f"session-{number}", "100000"], rows)
        proxy.unblock()
        stored |= run_device([*command, f"session-{kills}", "20"], None)
        listener.wait_for(
            lambda all_: any(b'"final":true' in m.payload and not m.retained for m in all_)
        )
        return drill_result(listener.messages, None, frozenset(stored))


def run_device(command: list[str], rows: int | None) -> set[str]:
    """Run a device until it has stored so many rows, then kill it; None: until its own end.

    Returns:
        The ids of the rows that it printed as stored.
    """
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(FOLDERS)}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as device:
        assert device.stdout is not None
        lines = [line.strip() for line in islice(device.stdout, rows)]
        if rows is not None:
            device.send_signal(signal.SIGKILL)
        # Before its death it may have printed more, the last line cut off.
        lines += [line.strip() for line in device.stdout if line.endswith("\n")]
    return set(lines)
