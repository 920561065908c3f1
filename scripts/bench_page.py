"""What five clients of the page's *Align* tab cost the loop, against none.

A session runs at the camera's rate with the page served; clients in a process of their own read the
pictures during short blocks of frames, which alternate with blocks without them in the order
without, with, with, without: what drifts meets both alike. The 95th percentiles are over all frames
with clients and over all without; the interval is that of their ratio over pairs of blocks drawn
again and again (bootstrap). `page_ms_a_frame` is what the page's threads use of a processor, and
`noise` the ratio of the blocks without clients to one another, every other one against the rest: 1
on a machine that does nothing else.
usage: .venv-3.11/bin/python scripts/bench_page.py [VIDEO] [--pairs N] [--frames N] [--fps F]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import CLIP, DECODED, WARM_UP_FRAMES, Decoded

from hipdrive import app
from hipdrive.camera.video import VideoFile
from hipdrive.cli import page
from hipdrive.config import Config
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.health.degraded import DegradedParts
from hipdrive.session.request import SessionRequest
from hipdrive.session.sinks import SINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.session.loop_times import LoopTimeHistogram
    from hipdrive.types.frame import Frame

CLIENTS = 5
DRAWS = 2000
"""Of pairs of blocks, for the interval."""
SETTLE_FRAMES = 15
"""After clients come or go, before frames count."""


class Clients:
    """The clients: one process, which comes and goes as it is told."""

    def __init__(self, address: str) -> None:
        command = [sys.executable, __file__, "--read", address]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)  # noqa: S603  # this very program

    def tell(self, *, watch: bool) -> None:
        """Have them open their streams, or close them."""
        assert self._process.stdin is not None  # noqa: S101  # it was asked for
        self._process.stdin.write(f"{int(watch)}\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


@dataclass
class Paced(Decoded):
    """Frames in memory, one when its time has come."""

    fps: float = 30.0

    def __iter__(self) -> Iterator[Frame]:
        due_s = time.monotonic()
        for frame in super().__iter__():
            due_s += 1 / self.fps
            time.sleep(max(0.0, due_s - time.monotonic()))
            yield frame


def read(address: str) -> None:
    """Read the pictures as five browsers do, for as long as a line on standard input says so."""
    host, port = address.split(":")
    opened: list[socket.socket] = []

    def one(stream: socket.socket) -> None:
        stream.sendall(f"GET /pictures HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        with suppress(OSError):
            while stream.recv(65536):
                pass

    for line in sys.stdin:
        for stream in opened:
            stream.shutdown(socket.SHUT_RDWR)
            stream.close()
        opened = [socket.create_connection((host, int(port))) for _ in range(CLIENTS * int(line))]
        for stream in opened:
            threading.Thread(target=one, args=(stream,), daemon=True).start()


class Laps:
    """In the place of the session's histogram: every frame's time, ns."""

    def __init__(self, histogram: LoopTimeHistogram) -> None:
        self.ns: list[int] = []
        self._histogram = histogram

    def add(self, duration_ns: int) -> None:
        """Note a frame."""
        self.ns.append(duration_ns)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # what the summary asks
        return getattr(self._histogram, name)


@dataclass(frozen=True)
class Block:
    """The times of its frames, ns; whether clients watched; what the page's threads used, s."""

    watched: bool
    laps_ns: list[int]
    page_s: float


def page_s() -> float:
    """Seconds of processor that the threads of the page have used."""
    page = [each for each in threading.enumerate() if each.name.startswith(("web", "asyncio"))]
    stats = (Path(f"/proc/self/task/{each.native_id}/stat").read_text("utf-8") for each in page)
    ticks = (stat.rpartition(")")[2].split()[11:13] for stat in stats)
    return sum(map(int, itertools.chain.from_iterable(ticks))) / os.sysconf("SC_CLK_TCK")


def measured(frames: list[Frame], pairs: int, count: int, fps: float, folder: Path) -> list[Block]:
    """Run a session with clients by turns."""
    config = Config()
    web = config.web.model_copy(update={"enabled": True, "port": 0})
    config = config.model_copy(update={"web": web})
    request = SessionRequest(
        config, None, folder / "s", datetime.now(UTC), "bench", threading.Event(), publish=False
    )
    blocks: list[Block] = []
    with ExitStack() as stack:
        request = stack.enter_context(
            page.served(request, DegradedParts(), wanted=True, needed=True)
        )
        assert request.page is not None  # noqa: S101  # it is served
        clients = Clients(request.page.split("//")[1].split("/")[0])
        stack.callback(clients.close)
        source = Paced(frames, WARM_UP_FRAMES + 2 * pairs * (count + SETTLE_FRAMES), fps=fps)
        outputs = PinOutputs(config.cues, simulated_pins())
        runner = app.playback(request, source, (*SINKS, *request.sinks), stack, outputs)
        laps = Laps(runner._loop_times)  # noqa: SLF001  # to have every frame's time
        runner._loop_times = laps  # type: ignore[assignment]  # noqa: SLF001
        results = runner.results()
        _skip(results, WARM_UP_FRAMES)
        for number in range(2 * pairs):
            watched = number % 4 in {1, 2}
            clients.tell(watch=watched)
            _skip(results, SETTLE_FRAMES)
            laps.ns.clear()
            before_s = page_s()
            _skip(results, count)
            blocks.append(Block(watched, laps.ns.copy(), page_s() - before_s))
        request.stop.set()
        for _ in results:
            pass
    return blocks


def _skip(results: Iterator[object], count: int) -> None:
    for _ in itertools.islice(results, count):
        pass


def p95(blocks: list[Block]) -> float:
    """Of all their frames, ns."""
    return statistics.quantiles([ns for block in blocks for ns in block.laps_ns], n=20)[-1]


def _page_ms(blocks: list[Block]) -> float:
    """What the page uses of a processor for each frame of the loop, ms."""
    frames = sum(len(block.laps_ns) for block in blocks)
    return 1000 * sum(block.page_s for block in blocks) / frames


def report(blocks: list[Block]) -> dict[str, Any]:
    """What watching costs, and how sure that is."""
    without = [block for block in blocks if not block.watched]
    with_ = [block for block in blocks if block.watched]
    pairs = list(zip(without, with_, strict=True))
    chance = random.Random(19)  # noqa: S311  # draws blocks, no secret
    drawn = []
    for _ in range(DRAWS):
        again = chance.choices(pairs, k=len(pairs))
        drawn.append(p95([pair[1] for pair in again]) / p95([pair[0] for pair in again]))
    low, high = (statistics.quantiles(drawn, n=40)[place] for place in (0, -1))
    return {
        "clients": CLIENTS,
        "pairs": len(pairs),
        "p95_ms_without": round(p95(without) / 1e6, 3),
        "p95_ms_with": round(p95(with_) / 1e6, 3),
        "ratio": round(p95(with_) / p95(without), 4),
        "interval_95": [round(low, 3), round(high, 3)],
        "page_ms_a_frame_without": round(_page_ms(without), 3),
        "page_ms_a_frame_with": round(_page_ms(with_), 3),
        "noise": round(p95(without[::2]) / p95(without[1::2]), 4),
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", default=CLIP)
    parser.add_argument("--pairs", type=int, default=24)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read(arguments.read)
        return 0
    with VideoFile(arguments.video) as video:
        frames = list(itertools.islice(video, DECODED))
    with tempfile.TemporaryDirectory() as folder:
        blocks = measured(frames, arguments.pairs, arguments.frames, arguments.fps, Path(folder))
    print(json.dumps(report(blocks)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
