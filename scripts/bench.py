"""Time a session over a video against the bare interpreter, in the same run.

The session is the product's: coach, lights, record, look-ahead and all. It pauses after every
block of frames; then the interpreter alone is invoked on the pictures that the model saw in that
block. So both see the same pictures and the same state of the machine, and their ratio holds where
milliseconds do not. Decoding is done before. Then the gait engine alone takes the key points that
were found. One JSON line for each number of threads.

Programs of others take their turn after each block, where they are named. They find poses and do
nothing else, and are told as multiples of the same bare invoke.
usage: .venv/bin/python scripts/bench.py [VIDEO] [--threads N ...] [--frames N] [--in-turn]
           [--startup] [--tensorflow-example FOLDER] [--mediapipe PYTHON]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from bench_startup import startup

from hipdrive import app
from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.video import VideoFile
from hipdrive.config import Config
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.errors import HipdriveError
from hipdrive.gait.engine import GaitEngine
from hipdrive.pose.families import FAMILIES
from hipdrive.pose.movenet.model import MoveNet
from hipdrive.pose.store import find_spec, installed
from hipdrive.session.request import SessionRequest
from hipdrive.session.sinks import SINKS
from hipdrive.types.frame import FRAMES_AHEAD, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt

    from hipdrive.pose.model import ModelOutputs
    from hipdrive.session.runner import SessionRunner
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.pose import Pose

CLIP = Path(__file__).resolve().parents[2] / "shared" / "clips" / "male_side.mp4"
BLOCK = 60
WARM_UP_FRAMES = 30
MEDIAPIPE_COMPLEXITY = "1"
"""BlazePose Full, which `Pose` takes by itself and brings along."""
DECODED = 360
"""Frames held in memory, gone through as often as asked, there and back."""


@dataclass
class Decoded(ClosedOnExit):
    """Frames in memory, forwards and backwards in turn so that nobody jumps."""

    frames: list[Frame]
    count: int
    name: str = "bench"
    warnings: list[str] = field(default_factory=list)

    @property
    def frame_count(self) -> int:
        """How many will come."""
        return self.count

    def __iter__(self) -> Iterator[Frame]:
        step_ns = (self.frames[-1].t_ns - self.frames[0].t_ns) // (len(self.frames) - 1)
        both_ways = itertools.cycle([*self.frames, *self.frames[-2:0:-1]])
        for number, frame in enumerate(itertools.islice(both_ways, self.count)):
            yield Frame(number * step_ns, frame.image)

    def close(self) -> None:
        """Nothing to free."""


class Watched(MoveNet):
    """A model that keeps the pictures it was given, and says when it is not running."""

    latest: ClassVar[Watched]
    """The one that the session loaded."""

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401  # as the model's
        super().__init__(*arguments)
        Watched.latest = self
        self.pictures: list[npt.NDArray[np.uint8]] = []
        self.idle = threading.Event()

    def fill(self, picture: RgbImage) -> None:
        """Take a picture in and keep it; the copy counts as the session's time."""
        self.idle.clear()
        self.pictures.append(picture.copy())
        super().fill(picture)

    def outputs(self) -> ModelOutputs:
        """What the network gave."""
        found = super().outputs()
        self.idle.set()
        return found

    def invoke_bare(self, picture: RgbImage) -> None:
        """Run the network on a picture and nothing else."""
        super().fill(picture)
        self.run()


class Peer:
    """A program of others, in a process and an environment of its own; used as a context.

    Args:
        python: of its environment.
        arguments: of `bench_peer.py`.

    Attributes:
        name: its key in `bench_peer.PEERS`.
        times_ns: what a frame took, block by block.
    """

    def __init__(self, python: Path | str, arguments: list[str]) -> None:
        self.name = arguments[0]
        self.times_ns: list[float] = []
        script = str(Path(__file__).with_name("bench_peer.py"))
        command = [str(python), script, *arguments]
        self._process = subprocess.Popen(  # noqa: S603  # whoever runs the bench named it
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        self.take_turn()
        self.times_ns.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def take_turn(self) -> None:
        """Find the poses of a block of frames."""
        assert self._process.stdin  # noqa: S101  # asked for where it was started
        assert self._process.stdout  # noqa: S101
        self._process.stdin.write(f"{BLOCK}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit(f"bench: {self.name} has ended; what it said stands above")
        self.times_ns.append(float(answer))


class Block(NamedTuple):
    """What a frame of a block took.

    Attributes:
        loop_ns: in the session.
        bare_ns: the interpreter, for one picture.
        invokes: pictures that the model saw for a frame.
    """

    loop_ns: float
    bare_ns: float
    invokes: float


def blocks(
    runner: SessionRunner[Any], model: Watched, poses: list[Pose], peers: list[Peer]
) -> Iterator[Block]:
    """Session, bare interpreter and peers in turn."""
    results = runner.results()
    for _ in itertools.islice(results, WARM_UP_FRAMES):
        pass
    while True:
        model.pictures.clear()
        times_ns, found = [], []
        for result in itertools.islice(results, BLOCK):
            times_ns.append(time.perf_counter_ns())
            found.append(result.pose)
        if len(times_ns) < BLOCK:
            return
        poses += found
        # What is looked at ahead of time belongs to the next block, which begins with it: its first
        # results come at once, and are not timed.
        time.sleep(0.05)
        model.idle.wait()
        pictures = model.pictures[:BLOCK]
        started_ns = time.perf_counter_ns()
        for picture in pictures:
            model.invoke_bare(picture)
        bare_ns = (time.perf_counter_ns() - started_ns) / len(pictures)
        for peer in peers:
            peer.take_turn()
        timed = times_ns[FRAMES_AHEAD:]
        loop_ns = (timed[-1] - timed[0]) / (len(timed) - 1)
        yield Block(loop_ns, bare_ns, len(model.pictures) / BLOCK)


def measure(
    frames: list[Frame], asked: argparse.Namespace, threads: int, stack: ExitStack
) -> dict[str, Any]:
    """Run a session and report."""
    config = Config()
    config = config.model_copy(update={"pose": config.pose.model_copy(update={"threads": threads})})
    poses: list[Pose] = []
    request = SessionRequest(
        config,
        None,
        Path(stack.enter_context(tempfile.TemporaryDirectory())) / "s",
        datetime.now(UTC),
        "bench",
        threading.Event(),
        look_ahead=not asked.in_turn,
    )
    outputs = PinOutputs(config.cues, simulated_pins())
    runner = app.playback(request, Decoded(frames, asked.frames), SINKS, stack, outputs)
    peers = [stack.enter_context(peer) for peer in asked_peers(asked, config, threads)]
    found = list(blocks(runner, Watched.latest, poses, peers))
    bare_ns = [block.bare_ns * block.invokes for block in found]
    loops = [block.loop_ns for block in found]
    figures: dict[str, Any] = {
        "threads": threads,
        "look_ahead": not asked.in_turn,
        "frames": len(poses),
        "loop_ms": round(statistics.median(loops) / 1e6, 3),
        "bare_invoke_ms": round(statistics.median(bare_ns) / 1e6, 3),
        "loop_over_bare_invoke": ratio(loops, bare_ns),
        "gait_us": round(gait_us(poses), 1),
    }
    for peer in peers:
        one_ns = [block.bare_ns for block in found]
        figures[f"{peer.name}_over_bare_invoke"] = ratio(peer.times_ns, one_ns)
    return figures


def ratio(times_ns: list[float], bare_ns: list[float]) -> float:
    """The median over the blocks."""
    return round(statistics.median(a / b for a, b in zip(times_ns, bare_ns, strict=True)), 4)


def asked_peers(asked: argparse.Namespace, config: Config, threads: int) -> Iterator[Peer]:
    """Those that were named."""
    video = [str(asked.video), str(DECODED)]
    if asked.tensorflow_example:
        spec = find_spec(config.pose.model)
        model = str(installed(spec, config.data_path(os.environ) / "models"))
        how = [str(asked.tensorflow_example), model, str(threads)]
        yield Peer(sys.executable, ["tensorflow-example", *how, *video])
    if asked.mediapipe:
        yield Peer(asked.mediapipe, ["mediapipe", MEDIAPIPE_COMPLEXITY, *video])


def gait_us(poses: list[Pose]) -> float:
    """Mean time of the gait engine for a frame, alone."""
    engine = GaitEngine()
    for pose in poses[:WARM_UP_FRAMES]:
        engine.step(pose)
    started_ns = time.perf_counter_ns()
    for pose in poses[WARM_UP_FRAMES:]:
        engine.step(pose)
    return (time.perf_counter_ns() - started_ns) / len(poses[WARM_UP_FRAMES:]) / 1e3


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", default=CLIP)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--frames", type=int, default=900)
    parser.add_argument("--in-turn", action="store_true")
    parser.add_argument("--startup", action="store_true", help="time a process to its first frame")
    parser.add_argument("--tensorflow-example", type=Path, help="lite/…/raspberry_pi of a clone")
    parser.add_argument("--mediapipe", type=Path, help="the Python of an environment that has it")
    asked = parser.parse_args()
    FAMILIES["movenet"] = Watched
    try:
        if asked.startup:
            print(json.dumps(startup(asked.video)))
            return 0
        with VideoFile(asked.video) as video:
            frames = list(itertools.islice(video, DECODED))
        for threads in asked.threads:
            with ExitStack() as stack:
                print(json.dumps(measure(frames, asked, threads, stack)))
    except HipdriveError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
