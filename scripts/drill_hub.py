"""Figures of the hub when things die: brokers and devices killed, a day without a broker.

Prints one JSON line for each. Needs Debian's package mosquitto and the environment of the tests.
usage: .venv-3.11/bin/python scripts/drill_hub.py [DRILL ...] [--kills N] [--seed N]

DRILL is broker, device (killed with -9), minute (no broker for one), day (queued without a broker)
or slow (the same, each answer delayed by 3 ms).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hipdrive.hub.messages.clock import Stamp  # noqa: E402
from hipdrive.hub.messages.cue_count import CUES_INTERVAL_NS  # noqa: E402
from hipdrive.hub.messages.outgoing import OutgoingMessage, Priority  # noqa: E402
from hipdrive.hub.messages.session_messages import (  # noqa: E402
    CUES,
    SUMMARY,
    cues_message,
    summary_message,
)
from hipdrive.hub.sink import WINDOW_STRIDES  # noqa: E402
from support.hub.drills import DrillResult, kill_broker, kill_device  # noqa: E402
from support.hub.frames import hub_config, stride_result, until  # noqa: E402
from support.hub.hub_and_link import HubAndLink  # noqa: E402
from support.hub.tcp_proxy import TcpProxy  # noqa: E402
from support.messages.examples import example_stride, example_summary  # noqa: E402
from support.mosquitto import Broker, Listener, program  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY_NS = 86_400_000_000_000
STRIDE_NS = 700_000_000
MOST_AHEAD = 1000
SAMPLED = 100
MIB = 1 << 20


def figures_of(name: str, result: DrillResult, seed: int) -> dict[str, Any]:
    """The figures of a drill, which must have gone well."""
    result.check()
    return {
        "drill": name,
        "seed": seed,
        "summaries": len(result.rows),
        "lost": 0,
        "gaps": 0,
    } | {
        "duplicates": result.duplicates,
        "stored_before_a_kill": len(result.stored),
    }


def day_of_messages() -> Iterator[OutgoingMessage]:
    """What a day of running puts on the disk: summaries, and the cues counted all the time."""
    figures = example_summary(example_stride()).to_json()
    window_ns = WINDOW_STRIDES * STRIDE_NS
    windows = [(t, "w") for t in range(window_ns, DAY_NS + 1, window_ns)]
    cues = [(t, "c") for t in range(CUES_INTERVAL_NS, DAY_NS + 1, CUES_INTERVAL_NS)]
    for t_ns, kind in sorted(windows + cues):
        stamp = Stamp(time.time_ns(), t_ns)
        if kind == "w":
            body = summary_message("day", figures, "window", final=False)
            topic, priority = "hipdrive/home/treadmill/summary", Priority.WINDOW
        else:
            body = cues_message("day", t_ns, {"led_off": 1, "buzz": 2})
            topic, priority = "hipdrive/home/treadmill/cues", Priority.CUES
        yield OutgoingMessage(topic, body, stamp, priority, retain=kind == "w")


def resident_kib() -> int:
    """Memory of this process that is not a file's, KiB."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1])
    raise OSError("/proc/self/status does not say RssAnon")


class Memory:
    """What memory was in use at the times it was asked."""

    def __init__(self) -> None:
        self._kib: list[int] = []

    def ask(self) -> None:
        """Look now."""
        self._kib.append(resident_kib())

    @property
    def growth_mib(self) -> float:
        """After the first tenth, in which libraries and caches are filled."""
        settled = self._kib[len(self._kib) // 10 :]
        return round((max(settled) - settled[0]) / 1024, 1)


def queue_day(hub: HubAndLink) -> tuple[int, Memory]:
    """Hand a day's rows over, with no broker; how many, and what memory it took."""
    most, rows = Memory(), 0
    for message in day_of_messages():
        until(lambda: hub.link._writer.queued < MOST_AHEAD)  # noqa: SLF001
        hub.link._writer.put(message)  # noqa: SLF001
        rows += 1
        if rows % SAMPLED == 0:
            most.ask()
    until(lambda: hub.link.depth.rows == rows)
    return rows, most


def deliver_day(hub: HubAndLink) -> tuple[float, Memory]:
    """Wait until all is delivered; how long it took, s, and what memory."""
    most, started_s = Memory(), time.monotonic()
    while hub.link.depth.rows:
        most.ask()
        time.sleep(0.05)
    return time.monotonic() - started_s, most


def subscribed(port: int, file: Path) -> subprocess.Popen[bytes]:
    """mosquitto_sub, in a process of its own, so that what it keeps is none of the device's."""
    # By the line, or it would keep what it has received.
    command = [
        program("stdbuf"),
        "-oL",
        program("mosquitto_sub"),
        "-d",
        "-V",
        "5",
        "-q",
        "1",
        "-p",
        str(port),
    ]
    process = subprocess.Popen(  # noqa: S603  # the program that was found
        [*command, "-t", "hipdrive/#"], stdout=file.open("wb"), stderr=subprocess.DEVNULL
    )
    until(lambda: b"SUBACK" in file.read_bytes())
    return process


def arrived(file: Path) -> list[dict[str, Any]]:
    """The messages that must not be lost, as they came."""
    lines = file.read_bytes().splitlines()
    return [json.loads(line) for line in lines if line.startswith(b'{"') and b'"seq":' in line]


def day(folder: Path, delay_s: float) -> dict[str, Any]:
    """Queue a day's rows without a broker, then time their delivery to one."""
    file = folder / "arrived"
    with Broker(folder) as broker, TcpProxy(broker.port) as proxy:
        # What the broker logs is none of the device's memory either.
        broker._log = deque(maxlen=100)  # type: ignore[assignment]  # noqa: SLF001
        proxy.block()
        proxy.delay_s = delay_s
        listener = subscribed(broker.port, file)
        with closing(HubAndLink(hub_config(proxy.port), "day", dict, folder / "outbox")) as hub:
            started_s = time.monotonic()
            rows, queueing = queue_day(hub)
            queued_s = time.monotonic() - started_s
            file_mib = (folder / "outbox").stat().st_size / MIB
            proxy.unblock()
            until(lambda: hub.link.online)
            delivered_s, delivering = deliver_day(hub)
        until(lambda: len({body["seq"] for body in arrived(file)}) == rows + 1)
        listener.terminate()
        listener.wait()
    received = arrived(file)
    seqs = [body["seq"] for body in received]
    if list(dict.fromkeys(seqs)) != list(range(1, rows + 2)):
        raise AssertionError("rows are missing or out of order")
    return {
        "drill": "day",
        "each_answer_delayed_by_ms": round(1000 * delay_s),
        "summaries": sum(body["schema"] == SUMMARY for body in received) - 1,
        "counts_of_cues": sum(body["schema"] == CUES for body in received),
        "duplicates": len(seqs) - rows - 1,
        "file_mib": round(file_mib, 1),
        "queued_s": round(queued_s, 1),
        "delivered_s": round(delivered_s, 1),
        "memory_growth_while_queueing_mib": queueing.growth_mib,
        "memory_growth_while_delivering_mib": delivering.growth_mib,
    }


def minute(folder: Path) -> dict[str, Any]:
    """A session in real time, in the middle of which there is no broker for a minute."""
    with Broker(folder) as broker:
        messages_of: list[Listener] = [Listener(broker.port, qos=0)]
        hub = HubAndLink(hub_config(broker.port), "minute", dict, folder / "outbox")
        began_s, strides = time.monotonic(), 0
        for ends_s, then in ((30.0, broker.stop), (90.0, broker.start), (130.0, None)):
            while time.monotonic() - began_s < ends_s:
                strides += 1
                hub.on_frame(stride_result(strides))
                time.sleep(STRIDE_NS / 2e9)
            if then is not None:
                then()
            if then == broker.start:
                messages_of.append(Listener(broker.port, qos=0))
        hub.close(60.0)
        messages_of[-1].wait_count("/availability", 2)
        received = [m for listener in messages_of for m in listener.messages if not m.retained]
        for listener in messages_of:
            listener.close()
    seqs = [m.json["seq"] for m in received if b'"seq":' in m.payload]
    times_s = [m.json["t_s"] for m in received if m.topic.endswith("/stride")]
    if seqs != list(range(1, len(seqs) + 1)) or times_s != sorted(times_s):
        raise AssertionError("rows are missing or out of order")
    expected = strides // WINDOW_STRIDES + 1
    summaries = sum(m.topic.endswith("/summary") for m in received)
    return {"drill": "minute", "summaries": summaries, "lost": expected - summaries} | {
        "strides": len(times_s),
        "strides_lost": strides - len(times_s),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("drills", nargs="*", default=["broker", "device", "minute", "day", "slow"])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for name in arguments.drills:
        with tempfile.TemporaryDirectory() as folder:
            chance = random.Random(arguments.seed)  # noqa: S311  # when to kill is no secret
            if name == "broker":
                windows = 4 * (arguments.kills + 1)
                result = kill_broker(Path(folder), chance, arguments.kills, windows)
                line = figures_of(name, result, arguments.seed)
            elif name == "device":
                result = kill_device(Path(folder), chance, arguments.kills)
                line = figures_of(name, result, arguments.seed)
            elif name == "minute":
                line = minute(Path(folder))
            else:
                line = day(Path(folder), 0.0 if name == "day" else 0.003)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
