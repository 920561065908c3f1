"""What five clients of the page's *Align* tab cost the loop, against none.

A session runs at the camera's rate with the page served; clients read the pictures in a process of
their own, by turns for a block of frames and not. So both see the same pictures and the same state
of the machine. One JSON line: the 95th percentile of a frame's time through the loop, watched and
not, and the ratio of each block to its neighbour.
usage: .venv-3.11/bin/python scripts/bench_page.py [VIDEO] [--blocks N] [--frames N] [--fps F]
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
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
SETTLE_FRAMES = 15
"""After clients come or go, before frames count."""


@dataclass
class Clients:
    """The clients, there or not."""

    address: str
    process: subprocess.Popen[bytes] | None = None

    def come(self) -> None:
        """Open the streams of pictures and read them."""
        command = [sys.executable, __file__, "--read", self.address]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # this very program

    def go(self) -> None:
        """End all of them."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


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
    """Read the pictures as five browsers do, until killed."""

    def one() -> None:
        host, port = address.split(":")
        connection = http.client.HTTPConnection(host, int(port))
        connection.request("GET", "/pictures")
        answer = connection.getresponse()
        while answer.read(65536):
            pass

    threads = [threading.Thread(target=one) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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


def measure(
    frames: list[Frame], blocks: int, count: int, fps: float, folder: Path
) -> dict[str, Any]:
    """Run a session with clients by turns, and report."""
    config = Config()
    web = config.web.model_copy(update={"enabled": True, "port": 0})
    config = config.model_copy(update={"web": web})
    request = SessionRequest(
        config, None, folder / "s", datetime.now(UTC), "bench", threading.Event(), publish=False
    )
    p95: dict[bool, list[float]] = {False: [], True: []}
    block = count + SETTLE_FRAMES
    with ExitStack() as stack:
        request = stack.enter_context(
            page.served(request, DegradedParts(), wanted=True, needed=True)
        )
        clients = Clients(request.page.split("//")[1].split("/")[0])
        stack.callback(clients.go)
        source = Paced(frames, WARM_UP_FRAMES + 2 * blocks * block, fps=fps)
        outputs = PinOutputs(config.cues, simulated_pins())
        runner = app.playback(request, source, (*SINKS, *request.sinks), stack, outputs)
        laps = Laps(runner._loop_times)  # noqa: SLF001  # to have every frame's time
        runner._loop_times = laps  # type: ignore[assignment]  # noqa: SLF001
        results = runner.results()
        for _ in itertools.islice(results, WARM_UP_FRAMES):
            pass
        for number in range(2 * blocks):
            watched = number % 2 == 1
            clients.come() if watched else clients.go()
            for _ in itertools.islice(results, SETTLE_FRAMES):
                pass
            laps.ns.clear()
            for _ in itertools.islice(results, count):
                pass
            p95[watched].append(statistics.quantiles(laps.ns, n=20)[-1])
        request.stop.set()
        for _ in results:
            pass
    ratios = [with_ / without for without, with_ in zip(p95[False], p95[True], strict=True)]
    return {
        "clients": CLIENTS,
        "p95_ms_without": round(statistics.median(p95[False]) / 1e6, 3),
        "p95_ms_with": round(statistics.median(p95[True]) / 1e6, 3),
        "ratio": round(statistics.median(ratios), 4),
        "ratios": [round(ratio, 3) for ratio in ratios],
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", default=CLIP)
    parser.add_argument("--blocks", type=int, default=8)
    parser.add_argument("--frames", type=int, default=240)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read(arguments.read)
        return 0
    with VideoFile(arguments.video) as video:
        frames = list(itertools.islice(video, DECODED))
    with tempfile.TemporaryDirectory() as folder:
        found = measure(frames, arguments.blocks, arguments.frames, arguments.fps, Path(folder))
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
