"""Time a session over a video against the bare interpreter, in the same run.

The session is the product's: coach, lights, record, look-ahead and all. It pauses after every
block of frames; then the interpreter alone is invoked on the pictures that the model saw in that
block. So both see the same pictures and the same state of the machine, and their ratio holds where
milliseconds do not. Decoding is done before. Then the gait engine alone takes the key points that
were found. One JSON line for each number of threads.
usage: .venv/bin/python scripts/bench.py [VIDEO] [--threads N ...] [--frames N] [--in-turn]
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

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


def blocks(
    runner: SessionRunner[Any], model: Watched, poses: list[Pose]
) -> Iterator[tuple[float, float]]:
    """Time per frame of the session, and of a bare invoke per frame of it, ns, for each block."""
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
        invokes = len(model.pictures) / BLOCK
        started_ns = time.perf_counter_ns()
        for picture in model.pictures[:BLOCK]:
            model.invoke_bare(picture)
        bare_ns = (time.perf_counter_ns() - started_ns) / min(BLOCK, len(model.pictures))
        timed = times_ns[FRAMES_AHEAD:]
        yield (timed[-1] - timed[0]) / (len(timed) - 1), bare_ns * invokes


def measure(
    frames: list[Frame], count: int, threads: int, folder: Path, *, in_turn: bool
) -> dict[str, Any]:
    """Run a session and report."""
    config = Config()
    config = config.model_copy(update={"pose": config.pose.model_copy(update={"threads": threads})})
    poses: list[Pose] = []
    request = SessionRequest(
        config,
        None,
        folder / "s",
        datetime.now(UTC),
        "bench",
        threading.Event(),
        look_ahead=not in_turn,
    )
    with ExitStack() as stack:
        outputs = PinOutputs(config.cues, simulated_pins())
        runner = app.playback(request, Decoded(frames, count), SINKS, stack, outputs)
        pairs = list(blocks(runner, Watched.latest, poses))
    return {
        "threads": threads,
        "look_ahead": not in_turn,
        "frames": len(poses),
        "loop_ms": round(statistics.median(loop for loop, _ in pairs) / 1e6, 3),
        "bare_invoke_ms": round(statistics.median(bare for _, bare in pairs) / 1e6, 3),
        "loop_over_bare_invoke": round(statistics.median(loop / bare for loop, bare in pairs), 4),
        "gait_us": round(gait_us(poses), 1),
    }


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
    arguments = parser.parse_args()
    FAMILIES["movenet"] = Watched
    try:
        with VideoFile(arguments.video) as video:
            frames = list(itertools.islice(video, DECODED))
        for threads in arguments.threads:
            with tempfile.TemporaryDirectory() as folder:
                print(
                    json.dumps(
                        measure(
                            frames,
                            arguments.frames,
                            threads,
                            Path(folder),
                            in_turn=arguments.in_turn,
                        )
                    )
                )
    except HipdriveError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
