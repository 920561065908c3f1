"""What the hub costs the loop when broker or disk misbehave, against the loop without a hub.

The loop runs in short blocks, by turns without and with a hub, over the same picture and the same
strides, so that both see the same state of the machine; `nothing` compares the loop without a hub
with itself and shows how far the machine alone moves the figure. Summaries come ten times as often
as they do in a session. One JSON line for each trouble, with the interval in which nine of ten
ratios lie when the blocks are drawn anew. Needs Debian's package mosquitto.

On a machine that others use as well, `--cpu` measures processor time of the whole process in place
of time: with the model in one thread it is what a frame would take if the hub's threads never ran
beside the loop's, so at least what the hub costs it, and no other process is in it.

With `--apart` the loop has a core of its own, and the broker and whoever sends commands have the
others: they are another machine's, and what they cost is not the hub's. With `--fps` frames come as
from a camera: what happens once in ten seconds is then in as many frames as on a device.
usage: .venv-3.11/bin/python scripts/bench_hub.py [TROUBLE ...] [--blocks N] [--frames N] [--cpu]
           [--apart] [--fps RATE]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import numpy as np  # noqa: E402

from hipdrive import loop  # noqa: E402
from hipdrive.app import estimator  # noqa: E402
from hipdrive.config import Config, PoseConfig  # noqa: E402
from hipdrive.control.command_handler import CommandHandler  # noqa: E402
from hipdrive.hub import sink  # noqa: E402
from hipdrive.hub.mqtt.backoff import Backoff  # noqa: E402
from hipdrive.hub.mqtt.topics import Topics  # noqa: E402
from hipdrive.hub.mqtt_control import MqttControl  # noqa: E402
from hipdrive.types.coach_status import NOT_COACHED  # noqa: E402
from hipdrive.types.cue import Cue, CueKind  # noqa: E402
from hipdrive.types.frame import Frame  # noqa: E402
from hipdrive.types.gait_update import GaitUpdate  # noqa: E402
from support.hub.hub_and_link import HubAndLink  # noqa: E402
from support.hub.outgoing import CLOCK  # noqa: E402
from support.hub.troubles import TROUBLES  # noqa: E402
from support.messages.examples import example_stride, example_summary  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hipdrive.types.pose import Pose
    from support.hub.troubles import Setup

FRAME_NS = 33_333_333
STRIDE_FRAMES = 20
WINDOW_STRIDES = sink.WINDOW_STRIDES // 10
WARM_UP_FRAMES = 10
DRAWS = 500


class Strides:
    """A gait engine that finds a stride every so many frames."""

    def __init__(self) -> None:
        self._frames = 0
        self._stride = example_stride()

    def step(self, *_: object) -> GaitUpdate:
        """As the gait engine's."""
        self._frames += 1
        return GaitUpdate(strides=(self._stride,) if self._frames % STRIDE_FRAMES == 0 else ())


class Cues:
    """A coach that has a cue with every stride."""

    status = NOT_COACHED

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        """As the coach's."""
        return tuple(Cue(t_ns, CueKind.BUZZ) for _ in update.strides)

    def show(self, cue: Cue) -> None:
        """As the panel's."""


NOTHING = "nothing"


class Bench:
    """The loop, over one picture.

    Args:
        cpu: measure processor time.
        threads: of the model; None: as configured.
        fps: frames come at this rate; 0: as fast as they are taken.
    """

    def __init__(self, *, cpu: bool = False, threads: int | None = None, fps: float = 0) -> None:
        self._interval_s = 1 / fps if fps else 0.0
        config = Config(pose=PoseConfig(threads=threads)) if threads else Config()
        self._clock_ns = time.process_time_ns if cpu else time.perf_counter_ns
        self._estimate, _ = estimator(config.pose, config.data_path(os.environ))
        noise = np.random.default_rng(1)
        self._picture = noise.integers(0, 255, (480, 640, 3), np.uint8)
        self._figures = example_summary(example_stride()).to_json()
        self._t_ns = 0

    def block(self, frames: int, setup: Setup | None) -> list[int]:
        """Durations of the frames of one block, ns."""
        laps: list[int] = []
        gait, cues = Strides(), Cues()
        with ExitStack() as stack:
            hubs: list[loop.Sink] = []
            if setup is not None:
                setup.before()
                backoff = Backoff(first_s=0.2, longest_s=1.0)
                figures = self._figures
                hub = HubAndLink(
                    setup.config,
                    "bench",
                    lambda: figures,
                    setup.outbox,
                    backoff=backoff,
                    control=control_of(setup) if setup.commands else None,
                )
                stack.callback(hub.close, 0.2)
                setup.started(hub)
                hubs.append(hub)
            loop.run(
                self._frames(frames + WARM_UP_FRAMES),
                self._pose,
                gait,
                cues,
                cues,
                hubs,
                self._clock_ns,
                laps.append,
            )
        return laps[WARM_UP_FRAMES:]

    def _frames(self, count: int) -> Iterator[Frame]:
        begun_s = time.monotonic()
        for number in range(count):
            time.sleep(max(begun_s + number * self._interval_s - time.monotonic(), 0))
            self._t_ns += FRAME_NS
            yield Frame(self._t_ns, self._picture)

    def _pose(self, frame: Frame) -> Pose:
        return self._estimate(frame)


def control_of(setup: Setup) -> MqttControl:
    """Takes the device's commands."""
    config = Config(hub=setup.config)
    topics = Topics(setup.config.site, setup.config.device)
    return MqttControl(config, topics, CommandHandler(config), CLOCK)


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """What is begun meanwhile runs on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measure(
    bench: Bench, trouble: str, blocks: int, frames: int, others: set[int]
) -> dict[str, object]:
    """Loop times without and with a hub in that trouble; the broker is on the other cores."""
    faults = {function.__name__: function for function in TROUBLES}
    without: list[list[int]] = []
    with_it: list[list[int]] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        setup = None
        with on_cores(others):
            if trouble != NOTHING:
                setup = stack.enter_context(faults[trouble](Path(folder)))
        against = setup.against if setup else None
        for number in range(blocks):
            turns = [(without, against), (with_it, setup)]
            # The first of two finds the machine cooler.
            for blocks_of, where in turns if number % 2 else reversed(turns):
                blocks_of.append(bench.block(frames, where))
    chance = random.Random(1)  # noqa: S311  # no secret
    drawn = sorted(
        p95_ratio(without, with_it, [chance.randrange(blocks) for _ in range(blocks)])
        for _ in range(DRAWS)
    )
    return {
        "trouble": trouble,
        "frames": blocks * frames,
        "p50_ms": round(percentile(chain.from_iterable(without), 50) / 1e6, 2),
        "p95_ms": round(percentile(chain.from_iterable(without), 95) / 1e6, 2),
        "p95_ratio": round(p95_ratio(without, with_it, range(blocks)), 3),
        "nine_of_ten": [round(drawn[DRAWS // 20], 3), round(drawn[-DRAWS // 20], 3)],
    }


def p95_ratio(without: list[list[int]], with_it: list[list[int]], chosen: Iterable[int]) -> float:
    """How far the hub moves the loop's p95, over the blocks that were chosen."""
    chosen = list(chosen)
    both = [percentile([lap for i in chosen for lap in laps[i]], 95) for laps in (with_it, without)]
    return both[0] / both[1]


def percentile(laps: Iterable[int], share: int) -> float:
    """A percentile, by linear interpolation."""
    return statistics.quantiles(laps, n=100, method="inclusive")[share - 1]


def main() -> None:
    """Command line."""
    names = [NOTHING, *(function.__name__ for function in TROUBLES)]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "troubles", nargs="*", default=names, metavar="TROUBLE", help=", ".join(names)
    )
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--frames", type=int, default=40)
    parser.add_argument("--cpu", action="store_true", help="processor time, not time")
    parser.add_argument("--apart", action="store_true", help="the broker is on other cores")
    parser.add_argument("--fps", type=float, default=0, help="frames come at this rate")
    arguments = parser.parse_args()
    sink.WINDOW_STRIDES = WINDOW_STRIDES
    others = os.sched_getaffinity(0)
    if arguments.apart:
        own = min(others)
        others -= {own}
        os.sched_setaffinity(0, {own})
    alone = arguments.cpu or arguments.apart
    bench = Bench(cpu=arguments.cpu, threads=1 if alone else None, fps=arguments.fps)
    with suppress(KeyboardInterrupt):
        for name in arguments.troubles:
            figures = measure(bench, name, arguments.blocks, arguments.frames, others)
            print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
