"""What an empty belt costs, and how soon a runner is seen at full speed.

The pictures are drawn (`hipdrive.rendered`), the camera is simulated and keeps its newest frame,
conversion from YUV included; time passes where the device waits. The processor's time of all
threads is divided by the time that has passed. One JSON line.
usage: .venv-3.11/bin/python scripts/bench_idle.py [--minutes N] [--arrivals N]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from hipdrive.app import estimator  # noqa: E402
from hipdrive.coach.coach import Coach  # noqa: E402
from hipdrive.config import Config  # noqa: E402
from hipdrive.gait.engine import GaitEngine  # noqa: E402
from hipdrive.pose.idle_watch import IDLE_AFTER_NS, IdleWatch  # noqa: E402
from hipdrive.rendered.settings import RenderedSettings  # noqa: E402
from hipdrive.rendered.source import Painter, RenderedRunner  # noqa: E402
from hipdrive.session.coach_settings import coach_settings  # noqa: E402
from hipdrive.types.frame import Frame  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from hipdrive.types.pose import Pose

NS = 1_000_000_000
FPS = 60
FRAME_NS = NS // FPS
NOISES = 16


class DrawnBelt:
    """A camera before a drawn treadmill; somebody runs on it from a time on.

    Attributes:
        now_ns: the clock: it goes on where the loop waits, with each frame, and by what the model
            takes here.
        comes_ns: when somebody steps on; None: nobody does.
        looks: when the model was asked, and whether it saw a runner.
    """

    def __init__(self, comes_ns: int | None) -> None:
        config = Config()
        self.now_ns = 0
        self.comes_ns = comes_ns
        self.looks: list[tuple[int, bool]] = []
        self.handled = 0
        self._model, _ = estimator(config.pose, config.data_path(os.environ))
        self._watch = IdleWatch(self._estimate, self._wait, lambda: False)
        self._gait, self._coach = GaitEngine(), Coach(coach_settings(config.coach))
        source = RenderedRunner(RenderedSettings())
        height, width = source._settings.camera.height_px, source._settings.camera.width_px  # noqa: SLF001
        self._rgb = np.empty((height, width, 3), np.uint8)
        painter = Painter(source.truth)
        self._empty = [_yuv_of(painter, number, self._rgb) for number in range(NOISES)]
        self._runner = [
            cv2.cvtColor(frame.image, cv2.COLOR_RGB2YUV_I420)
            for frame, _ in zip(source, range(FPS), strict=False)
        ]

    def run(self, until_ns: int) -> None:
        """Look until then."""
        for frame in self._watch.views(self._frames()):
            if frame.t_ns >= until_ns:
                return
            self.handled += 1
            pose = self._watch(frame)
            self._coach.step(pose.t_ns, self._gait.step(pose))

    def _frames(self) -> Iterator[Frame]:
        while True:
            self.now_ns = (self.now_ns // FRAME_NS + 1) * FRAME_NS
            number = self.now_ns // FRAME_NS
            there = self.comes_ns is not None and self.now_ns >= self.comes_ns
            pictures = self._runner if there else self._empty
            cv2.cvtColor(pictures[number % len(pictures)], cv2.COLOR_YUV2RGB_I420, dst=self._rgb)
            yield Frame(self.now_ns, self._rgb)

    def _estimate(self, frame: Frame) -> Pose:
        began_ns = time.perf_counter_ns()
        pose = self._model(frame)
        self.now_ns += time.perf_counter_ns() - began_ns
        self.looks.append((frame.t_ns, pose.runner_seen))
        return pose

    def _wait(self, seconds: float) -> None:
        self.now_ns += round(seconds * NS)


def _yuv_of(painter: Painter, number: int, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The empty room, each time with other noise."""
    painter.empty(0.0, image)
    noise = np.random.default_rng(number).normal(0, 2, image.shape)
    noisy = (image + noise).clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(cv2.cvtColor(noisy, cv2.COLOR_RGB2YUV_I420))


def empty_for(minutes: float) -> dict[str, object]:
    """The share of a core that an empty belt takes."""
    belt = DrawnBelt(None)
    belt.run(IDLE_AFTER_NS + NS)
    before_s, handled, looks = time.process_time(), belt.handled, len(belt.looks)
    belt.run(belt.now_ns + round(minutes * 60 * NS))
    seconds = minutes * 60
    return {
        "share_of_a_core_percent": round(100 * (time.process_time() - before_s) / seconds, 2),
        "frames_a_second": round((belt.handled - handled) / seconds, 2),
        "model_a_second": round((len(belt.looks) - looks) / seconds, 2),
    }


def arrivals(count: int) -> dict[str, object]:
    """From somebody being there to the first of frames that the model sees one after the other."""
    belt, late_ms, seen_ms = DrawnBelt(None), [], []
    for number in range(count):
        belt.comes_ns = None
        belt.run(belt.now_ns + IDLE_AFTER_NS + 2 * NS)
        comes_ns = belt.now_ns + NS + number * NS * 5 // count
        belt.comes_ns, belt.looks = comes_ns, []
        belt.run(comes_ns + NS)
        after = [look for look in belt.looks if look[0] >= comes_ns]
        full = next(a for (a, _), (b, _) in pairwise(after) if b - a < NS // 10)
        late_ms.append((full - comes_ns) / 1e6)
        seen_ms.append((next(t for t, seen in after if seen) - comes_ns) / 1e6)
    return {
        "full_speed_after_ms_most": round(max(late_ms)),
        "seen_after_ms_most": round(max(seen_ms)),
        "arrivals": count,
    }


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--arrivals", type=int, default=25)
    arguments = parser.parse_args()
    print(json.dumps(empty_for(arguments.minutes) | arrivals(arguments.arrivals)))


if __name__ == "__main__":
    main()
