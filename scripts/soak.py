"""A whole device through simulated days: does its memory grow, does anything drift or get lost?

Camera, runner and clock are simulated (`tests/support/simulated_belt.py`); gait, coach, panel,
record, housekeeping, outbox and broker (Debian's mosquitto) are real; `session.auto` begins and
ends the sessions. Time passes faster than the broker takes strides, so the oldest of them are
dropped. Everything is compared with what the runner, who is made of geometry, did.
usage: scripts/soak [--poses MILLIONS [--minutes N] | --hours HOURS [--seed N]] [--no-hub]
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import random
import resource
import sys
import tempfile
import time
from array import array
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hipdrive import app  # noqa: E402
from hipdrive.config import CameraConfig, Config, HubConfig, KeepConfig, SessionConfig  # noqa: E402
from hipdrive.control.auto_session import BEGIN_NS, END_NS  # noqa: E402
from support.mosquitto import Broker, Listener, Received  # noqa: E402
from support.simulated_belt import FPS, NS, RUNNER, SimulatedBelt  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.session.summary import SessionSummary

MB = 1e6


class Numbers(Listener):
    """Keeps numbers of what must not be lost, in 24 bytes each: memory is measured here.

    Attributes:
        ids: a number for the id of each message, in the order in which they came.
        seqs: its number within its series.
        places: which of `series` that was.
        series: their names, numbered.
    """

    def __init__(self, port: int) -> None:
        self.ids, self.seqs, self.places = array("q"), array("q"), array("q")
        self.series: dict[str, int] = {}
        super().__init__(port)

    def _keep(self, message: Received) -> None:
        if message.topic.endswith(("/summary", "/cues")):
            body = message.json
            self.ids.append(hash(body["id"]))
            self.seqs.append(body["seq"])
            self.places.append(self.series.setdefault(body["series"], len(self.series)))


def day(seed: int, seconds: float) -> Iterator[tuple[float, float]]:
    """Runs of 5 to 60 minutes with breaks of 2 to 90 minutes in between."""
    chance = random.Random(seed)  # noqa: S311  # repeatable
    now_s = 60.0
    while now_s < seconds - 4000:
        length_s = 60 * chance.uniform(5, 60)
        yield now_s, now_s + length_s
        now_s += length_s + 60 * chance.uniform(2, 90)


def runs_of(millions: float, minutes: float) -> list[tuple[float, float]]:
    """Runs of so long, two minutes apart, until there are so many poses."""
    seconds = 60 * minutes
    count = max(1, round(millions * 1e6 / FPS / seconds))
    starts = [60 + each * (seconds + 120) for each in range(count)]
    return [(start, start + seconds) for start in starts]


def memory_mb() -> float:
    """What the process has in memory, once Python has let go of what it can."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / MB


def check(summary: SessionSummary, run: tuple[float, float]) -> dict[str, float]:
    """How far a session is off what the runner did in it."""
    seen_s = run[1] - run[0] - BEGIN_NS / NS
    strides = seen_s / RUNNER.stride_s
    return {
        "duration_off_s": round(summary.duration_s - seen_s - END_NS / NS, 3),
        "strides_missed": round(strides - summary.strides, 1),
        "cadence_off_spm": round((summary.cadence_spm or 0) - RUNNER.cadence_spm, 4),
    }


def soak(
    runs: list[tuple[float, float]], seconds: float, folder: Path, *, hub: bool
) -> dict[str, object]:
    """Run the device and say how it did."""
    os.environ["XDG_DATA_HOME"] = str(folder)
    with Broker(folder) as broker, Numbers(broker.port) as listener:
        config = Config(
            camera=CameraConfig(fps=FPS),
            session=SessionConfig(auto=True),
            keep=KeepConfig(megabytes=200, free_megabytes=0),
            hub=HubConfig(host="127.0.0.1" if hub else "", port=broker.port),
        )
        belt = SimulatedBelt(list(runs), ends_s=seconds)
        app.estimator = belt.estimator  # type: ignore[assignment]
        began_s, memory, off, ids = time.monotonic(), [], [], []
        for number, outcome in enumerate(belt.run(config)):
            # The broker's log is the test's, 11 MB an hour, and not the device's.
            broker._log.clear()  # noqa: SLF001
            memory.append(memory_mb())
            ids.append(outcome.summary.id)
            off.append(check(outcome.summary, runs[number]))
            line = {"session": number, "looks": belt.looks, "memory_mb": round(memory[-1], 1)}
            print(json.dumps(line | off[-1]), flush=True)
        messages = kept(listener)
    third = max(1, len(memory) // 3)
    first, last = memory[third : 2 * third] or memory, memory[-third:]
    return {
        "simulated_hours": round(seconds / 3600, 2),
        "took_s": round(time.monotonic() - began_s),
        "poses": belt.looks,
        "frames": belt.frames,
        "sessions": len(ids),
        "sessions_expected": len(runs),
        "ids_twice": len(ids) - len(set(ids)),
        "memory_mb_middle_third": round(sum(first) / len(first), 1),
        "memory_mb_last_third": round(sum(last) / len(last), 1),
        "memory_mb_most": round(max(memory), 1),
        **{f"most_{key}": max((abs(each[key]) for each in off), default=0) for key in off[0]},
        **messages,
    }


def kept(listener: Numbers) -> dict[str, object]:
    """What the broker got of what must not be lost: ids, numbers, gaps."""
    numbers = sorted(set(zip(listener.places, listener.seqs, strict=True)))
    gaps = sum(
        after[1] - before[1] - 1 for before, after in pairwise(numbers) if before[0] == after[0]
    )
    return {
        "messages_kept": len(listener.ids),
        "message_ids_twice": len(listener.ids) - len(set(listener.ids)),
        "message_gaps": gaps,
        "series": len(listener.series),
    }


def main() -> None:
    """Read the arguments and soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--poses", type=float, default=1.0, metavar="MILLIONS")
    parser.add_argument("--hours", type=float, metavar="HOURS", help="a day of idle and runs")
    parser.add_argument("--minutes", type=float, default=60.0, help="of each run, with --poses")
    parser.add_argument("--no-hub", action="store_true", help="publish nothing")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    if arguments.hours:
        seconds = arguments.hours * 3600
        runs = list(day(arguments.seed, seconds))
    else:
        runs = runs_of(arguments.poses, arguments.minutes)
        seconds = runs[-1][1] + 120
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(soak(runs, seconds, Path(folder), hub=not arguments.no_hub)))


if __name__ == "__main__":
    main()
