"""How long it takes from the peak of a stride to the pin that changes for its cue.

Replays each source at its own speed and prints `cue_latency_ms` of its session, and the same by
what the simulated pins themselves noted: when which light or sound went on, held against the peak
that `cues.csv` has for it. A cue that asks for the light that is on changes no pin and is in the
first figures alone.

usage: .venv-3.11/bin/python scripts/cue_latency.py [SOURCE ...] [--baseline STRIDES] [--seconds N]

SOURCE is anything that `hipdrive replay` takes, or `poses:FPS` and `pictures:FPS` for a runner with
known answers who goes below, into and above the band, as key points or drawn before the model.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hipdrive import app
from hipdrive.config import CoachConfig, Config
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.session.request import SessionRequest
from hipdrive.session.sinks import SINKS
from hipdrive.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.session.figures import CueLatency

SOURCES = ("poses:60", "poses:30", "pictures:60", "pictures:30")
MADE = {"poses": "keypoints", "pictures": "rendered"}
RUNNER = """seconds = {seconds}
seed = 3
[runner]
stride_sd_deg = 1.5
cadence_spm = 171.3
drift = [{drift}]
[camera]
fps = {fps}.0
jitter_ms = 2.0
"""
SWINGS_DEG = (-3, 3, -3, 9)
"""Of the thigh's extension, around what the runner begins with, 8 s after one another."""
NEAR_S = 0.25
"""The pin of a cue changes within this time of what its session noted."""


class Latency(NamedTuple):
    """By the pins, ms; and how many cues changed one."""

    p50: float
    p95: float
    jitter: float
    n: int


class FirstSight:
    """When the soonest frame came: the clock's time less the frame's.

    Attributes:
        offset_ns: of the clock from the frames.
        start_ns: time of the first frame.
    """

    def __init__(self) -> None:
        self.offset_ns: int | None = None
        self.start_ns = 0

    def __call__(self, view: Any) -> None:  # noqa: ANN401  # a frame or a pose
        """Note a frame that is about to be looked at."""
        lag_ns = time.monotonic_ns() - view.t_ns
        if self.offset_ns is None:
            self.offset_ns, self.start_ns = lag_ns, view.t_ns
        self.offset_ns = min(self.offset_ns, lag_ns)


def replay(source: str, folder: Path, config: Config) -> tuple[CueLatency, Latency]:
    """A session at the source's own speed: what it says, and what its pins say."""
    sight = FirstSight()
    request = SessionRequest(
        config,
        None,
        folder / "session",
        datetime.now(UTC),
        "x",
        threading.Event(),
        realtime=True,
        publish=False,
        on_view=sight,
    )
    factory: Any = simulated_pins()
    leds = config.cues.leds
    numbers = {
        "green": leds.green,
        "amber": leds.amber,
        "blue": leds.blue,
        "buzz": config.cues.buzzer.pin,
    }
    pins = {name: factory.pin(number) for name, number in numbers.items()}
    began_s = time.monotonic()
    with ExitStack() as stack, open_source(source) as opened:
        outputs = PinOutputs(config.cues, factory)
        summary = app.playback(request, opened, SINKS, stack, outputs).run().summary
    assert sight.offset_ns is not None  # noqa: S101  # there were frames
    start_s = (sight.start_ns + sight.offset_ns) / 1e9
    went_on = {name: switched_on(pin, began_s - start_s) for name, pin in pins.items()}
    with (folder / "session" / "cues.csv").open(encoding="utf-8") as file:
        found = [late for row in csv.DictReader(file) if (late := lateness(row, went_on))]
    p5, p50, p95 = np.percentile(np.array(found), (5, 50, 95)) if found else (np.nan,) * 3
    return summary.cue_latency_ms, Latency(p50, p95, p95 - p5, len(found))


def switched_on(pin: Any, began_s: float) -> list[float]:  # noqa: ANN401  # gpiozero has no types
    """When a simulated pin went on, in seconds since the first frame."""
    now_s, found = began_s, []
    for state in pin.states[1:]:
        now_s += state.timestamp
        if state.state:
            found.append(now_s)
    return found


PIN_OF = {"led_in_band": "green", "led_below": "amber", "led_above": "blue", "buzz": "buzz"}


def lateness(row: dict[str, str], went_on: dict[str, list[float]]) -> float | None:
    """From the peak to the light that went on for a row of `cues.csv`, ms; None: none did."""
    pin = PIN_OF.get(row["kind"])
    if pin is None or not row["peak_s"] or not row["shown_s"]:
        return None
    near = [on for on in went_on[pin] if abs(on - float(row["shown_s"])) < NEAR_S]
    return 1000 * (near[0] - float(row["peak_s"])) if len(near) == 1 else None


def made(source: str, seconds: float, folder: Path) -> str:
    """A source for `poses:FPS` and `pictures:FPS`; any other as it is."""
    kind, _, fps = source.partition(":")
    if kind not in MADE:
        return source
    times = np.arange(20, seconds, 8)
    drift = ["[0, 0]"] + [
        f"[{at_s:.0f}, {SWINGS_DEG[turn % len(SWINGS_DEG)]}]" for turn, at_s in enumerate(times)
    ]
    path = folder / "runner.toml"
    path.write_text(RUNNER.format(seconds=seconds, drift=", ".join(drift), fps=fps), "utf-8")
    return f"{MADE[kind]}:{path}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each source."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("sources", nargs="*", default=SOURCES, metavar="SOURCE")
    parser.add_argument("--baseline", type=int, default=10, metavar="STRIDES")
    parser.add_argument("--seconds", type=float, default=240.0, help="of a runner that is made")
    given = parser.parse_args(arguments)
    config = Config(coach=CoachConfig(baseline_strides=given.baseline))
    print("source: p50, p95, p95 - p5 of n cues, ms; by the pins")
    for source in given.sources:
        with tempfile.TemporaryDirectory() as folder:
            told, pins = replay(made(source, given.seconds, Path(folder)), Path(folder), config)
        print(
            f"{source}: {told.p50}, {told.p95}, {told.jitter} of {told.n}; "
            f"{pins.p50:.1f}, {pins.p95:.1f}, {pins.jitter:.1f} of {pins.n}",
            flush=True,
        )


if __name__ == "__main__":
    main()
