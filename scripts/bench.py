"""Time the loop over a video, stage by stage, against the bare interpreter in the same run.

After each frame of the loop the interpreter is invoked once more on the same picture, alone. So
both see the same frames, the same caches and the same state of the machine, and their ratio holds
where milliseconds do not. Decoding happens before the loop's clock starts. One JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hipdrive import loop
from hipdrive.camera.video import VideoFile
from hipdrive.coach.coach import Coach
from hipdrive.config import Config
from hipdrive.cues.driver import PanelDriver
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.cues.player import CuePlayer
from hipdrive.cues.timeline import PanelTimeline
from hipdrive.errors import HipdriveError
from hipdrive.gait.engine import GaitEngine
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.interpreter import default_threads
from hipdrive.pose.movenet.model import MoveNet
from hipdrive.pose.store import find_spec, installed
from hipdrive.session.coach_settings import coach_settings
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.poses import PosesMeta
from hipdrive.session.recorder import Recorder
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import SessionInfo
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.pose.model import Keypoints
    from hipdrive.types.frame import Frame

CLIP = Path(__file__).resolve().parents[2] / "shared" / "clips" / "male_side.mp4"
WARM_UP_FRAMES = 10


class Stopwatch:
    """Durations of each stage, in ns."""

    def __init__(self) -> None:
        self.laps: dict[str, list[int]] = {}

    def timed(self, name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        """The stage, with a note of how long each call took."""
        laps = self.laps.setdefault(name, [])

        def call(*arguments: Any) -> Any:  # noqa: ANN401  # whatever the stage takes
            started_ns = time.perf_counter_ns()
            result = stage(*arguments)
            laps.append(time.perf_counter_ns() - started_ns)
            return result

        return call

    def median_ms(self, name: str) -> float:
        """Median of a stage without the warm-up."""
        return statistics.median(self.laps[name][WARM_UP_FRAMES:]) / 1e6


class Remembering(MoveNet):
    """A model that keeps the picture it was given: running it overwrites the input's memory."""

    def infer(self) -> Keypoints:
        """Run, after keeping the picture; the copy counts as the loop's time."""
        self.kept = self.picture.copy()
        return super().infer()

    def invoke_bare(self) -> None:
        """Run the graph and nothing else."""
        self._graph.invoke()


def with_bare_invokes(
    frames: Iterator[Frame], model: Remembering, invoke: Callable[[], None]
) -> Iterator[Frame]:
    """The frames; after the loop is done with one, a bare invoke on the picture it used."""
    for frame in frames:
        yield frame
        model.picture[:] = model.kept
        invoke()


def measure(video: Path, threads: int) -> dict[str, Any]:
    """Run the loop once over the video and report."""
    config = Config()
    spec = find_spec(config.pose.model)
    path = installed(spec, config.data_path(os.environ) / "models")
    model = Remembering(path, spec, config.pose.runtime, threads, config.pose.decode)
    watch = Stopwatch()
    invoke = watch.timed("bare_invoke", model.invoke_bare)
    estimator, gait = PoseEstimator(model), GaitEngine()
    coach, stats = Coach(coach_settings(config.coach)), SessionStats()
    gait.step = watch.timed("gait", gait.step)  # type: ignore[method-assign]
    coach.step = watch.timed("coach", coach.step)  # type: ignore[method-assign]
    timeline = PanelTimeline(config.cues.patterns, NS_PER_MS * config.cues.buzzer.buzz_ms)
    outputs = PinOutputs(config.cues, simulated_pins())
    player = CuePlayer(PanelDriver(outputs, timeline, time.monotonic_ns))
    with tempfile.TemporaryDirectory() as folder, VideoFile(video) as source:
        recorder = Recorder(Path(folder) / "s", PosesMeta(str(video), None, None), lossless=True)
        recorder.on_frame = watch.timed("record", recorder.on_frame)  # type: ignore[method-assign]
        laps = watch.laps.setdefault("loop", [])
        loop.run(
            with_bare_invokes(iter(source), model, invoke),
            watch.timed("pose", estimator),
            gait,
            coach,
            player,
            [stats, recorder],
            time.perf_counter_ns,
            laps.append,
        )
        info = SessionInfo("bench", str(video), "", None)
        recorder.end(summarise(info, stats, gait.facing, LoopTimeHistogram()))
        player.close()
    return report(watch, model.runtime, threads, stats)


def report(watch: Stopwatch, runtime: str, threads: int, stats: SessionStats) -> dict[str, Any]:
    """The figures of one run."""
    bare_ms = watch.median_ms("bare_invoke")
    gait = watch.laps["gait"][WARM_UP_FRAMES:]
    return {
        "runtime": runtime,
        "threads": threads,
        "frames": stats.frames,
        "strides": stats.strides,
        "p50_ms": {name: round(watch.median_ms(name), 4) for name in watch.laps},
        "loop_over_bare_invoke": round(watch.median_ms("loop") / bare_ms, 4),
        "gait_us_per_frame": round(statistics.mean(gait) / 1e3, 1),
        "gait_over_bare_invoke": round(statistics.mean(gait) / 1e6 / bare_ms, 4),
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", default=CLIP)
    parser.add_argument("--threads", type=int, default=default_threads(os.cpu_count()))
    arguments = parser.parse_args()
    try:
        print(json.dumps(measure(arguments.video, arguments.threads)))
    except HipdriveError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
