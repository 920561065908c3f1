"""When cues are shown: what the pins did, what the record says, and what does not move either."""

from __future__ import annotations

import csv
import errno
import socket
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from gpiozero.pins import mock

from hipdrive import app, loop
from hipdrive.camera.pacing import paced
from hipdrive.coach.coach import Coach
from hipdrive.config import CoachConfig, Config
from hipdrive.cues import recording_player
from hipdrive.cues.driver import PanelDriver
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.cues.timeline import PanelTimeline
from hipdrive.gait.engine import GaitEngine
from hipdrive.session.append_file import AppendFile
from hipdrive.session.coach_settings import coach_settings
from hipdrive.session.cue_times import CueTimes
from hipdrive.session.frame_clock import FrameClock
from hipdrive.session.queued_sink import QueuedSink
from hipdrive.session.recorder import Recorder
from hipdrive.session.request import SessionRequest
from hipdrive.session.sink import SessionSink, SinkInfo
from hipdrive.session.sinks import SINKS
from hipdrive.sources import open_source
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.side import Side
from support.cues.stepped_panel import AMBER, BLUE, BUZZER, GREEN, lights_lit, pin_changes
from support.hub.frames import make_hub
from support.session.results import META
from support.session.summaries import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.session.figures import CueLatency
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.pose import Pose

S, MS = 1_000_000_000, 1_000_000
CONFIG = Config(coach=CoachConfig(baseline_strides=10))
INFERENCE_NS = 12 * MS
SECONDS = 150.0
LIGHTS = {
    "led_off": "dark",
    "led_in_band": "green",
    "led_below": "amber",
    "led_above": "blue",
}
BASELINE = [("green", 1.0), ("dark", 1.0)]
BASELINE_DONE = [("green", 0.5), ("dark", 0.5)] * 3
BEGIN = [("amber", 0.6), ("green", 0.6), ("blue", 0.6)]
LOST = [("blue", 0.15), ("dark", 1.85)] * 20


def poses(folder: Path, fps: int) -> Any:  # noqa: ANN401  # a pose source, open
    """150 s of a runner who goes below, into and above the band, and is away for a while."""
    path = folder / "runner.toml"
    path.write_text(
        f"seconds = {SECONDS}\nseed = 3\n[runner]\nstride_sd_deg = 1.5\ncadence_spm = 171.3\n"
        "drift = [[0, 0], [20, 0], [40, -3], [60, 4], [85, -3], "
        "[100, 9], [120, -3], [135, 6], [150, -3]]\n"
        f"away = [[64, 75]]\n[camera]\nfps = {fps}.0\njitter_ms = 2.0\n",
        encoding="utf-8",
    )
    return open_source(f"keypoints:{path}")


def lights_told(rows: list[dict[str, str]]) -> list[tuple[float, str]]:
    """What the lights must have shown for the rows of `cues.csv`, as docs/hardware.md has it."""
    found: list[tuple[float, str]] = []

    def play(steps: list[tuple[str, float]], t_s: float, until_s: float) -> float:
        for name, lasts_s in steps:
            if t_s >= until_s:
                break
            if not found or found[-1][1] != name:
                found.append((round(t_s, 3), name))
            t_s += lasts_s
        return t_s

    told = [(float(row["shown_s"]), row["kind"]) for row in rows if row["kind"] != "buzz"]
    play([*BEGIN, ("dark", 999)], 0.0, told[0][0])
    for (t_s, kind), (until_s, _) in zip(told, [*told[1:], (SECONDS, "")], strict=True):
        if kind == "led_lost":
            play([*LOST, ("dark", 999)], t_s, until_s)
        elif kind in LIGHTS:
            play([(LIGHTS[kind], 999)], t_s, until_s)
        else:
            held_s = play(BASELINE_DONE, t_s, until_s) if kind == "baseline_done" else t_s
            play(BASELINE * 60, held_s, until_s)
    return found


@pytest.mark.long
def test_the_pins_of_a_replay_did_what_cues_csv_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks: list[recording_player.FrameTime] = []

    class Followed(recording_player.FrameTime):
        def __init__(self) -> None:
            super().__init__()
            clocks.append(self)

    monkeypatch.setattr(recording_player, "FrameTime", Followed)
    monkeypatch.setattr(mock, "monotonic", lambda: clocks[0].now_ns if clocks else 0)
    factory: Any = simulated_pins()
    outputs = PinOutputs(CONFIG.cues, factory)
    pins = {pin: factory.pin(pin) for pin in (GREEN, AMBER, BLUE, BUZZER)}
    request = SessionRequest(
        CONFIG,
        Side.RIGHT,
        tmp_path / "session",
        datetime(2026, 1, 1, tzinfo=UTC),
        "x",
        threading.Event(),
        publish=False,
    )
    with ExitStack() as stack, poses(tmp_path, 60) as source:
        summary = app.playback(request, source, SINKS, stack, outputs).run().summary
    with (tmp_path / "session" / "cues.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with poses(tmp_path, 60) as source:
        start_ns = next(iter(source)).t_ns
    # The pins are let go at the end, when nothing is shown any more.
    lit = lights_lit(pin_changes(pins, 0, GREEN, AMBER, BLUE), start_ns)
    told = lights_told(rows)
    assert {kind for row in rows if (kind := row["kind"])} >= {*LIGHTS, "buzz"} - {"led_off"}
    assert [name for _, name in lit[: len(told)]] == [name for _, name in told]
    assert [t_s for t_s, _ in lit[: len(told)]] == pytest.approx([t_s for t_s, _ in told], abs=2e-3)
    assert {name for _, name in lit[len(told) :]} <= {"dark"}
    sounds = pin_changes(pins, 0, BUZZER)
    buzzed = [float(row["shown_s"]) for row in rows if row["kind"] == "buzz"]
    assert [(each.t_ns - start_ns) / S for each in sounds if each.value] == pytest.approx(
        buzzed, abs=1e-4
    )
    lasted = {off.t_ns - on.t_ns for on, off in zip(sounds[::2], sounds[1::2], strict=True)}
    assert lasted == {80 * MS}
    # Every cue has its three times in their order, and a replay's cues wait for nothing.
    for row in rows:
        if row["peak_s"]:
            assert float(row["peak_s"]) < float(row["decided_s"]) <= float(row["shown_s"])
        assert row["decided_s"] == row["t_s"]
    assert (summary.cue_latency_ms.n, summary.cue_latency_ms.p95) == (0, None)


class Clock:
    """A clock that stands until it is stepped, by whoever the loop waits for."""

    def __init__(self) -> None:
        self.now_ns = 100 * S
        self._loop = threading.current_thread()
        self.driver: PanelDriver | None = None

    def __call__(self) -> int:
        return self.now_ns

    def wait(self, seconds: float) -> None:
        """Let time pass, and what drives the pins do what is due meanwhile, as its thread does."""
        until_ns = self.now_ns + round(seconds * S)
        while self.driver and (due_ns := self.driver.next_ns()) is not None and due_ns <= until_ns:
            self.now_ns = max(self.now_ns, due_ns)
            self.driver.drive()
        self.now_ns = until_ns

    def stall(self) -> None:
        """Five seconds that pass for whoever waits; nobody but the loop steps the clock."""
        if threading.current_thread() is self._loop:
            self.wait(5)


class SteppedPanel:
    """Shows cues at once, by a clock that is stepped."""

    def __init__(self, clock: Clock, times: CueTimes) -> None:
        timeline = PanelTimeline(CONFIG.cues.patterns, 80 * MS)
        outputs = PinOutputs(CONFIG.cues, simulated_pins())
        self._driver = clock.driver = PanelDriver(outputs, timeline, clock, log=times)

    def show(self, cue: Cue) -> bool:
        self._driver.decided(cue)
        self._driver.drive([cue])
        return True

    def on_frame(self, _result: FrameResult) -> None:
        self._driver.drive()


def latency(folder: Path, fps: int, clock: Clock, *sinks: loop.Sink) -> CueLatency:
    """Of a recording at its own speed, before a model that takes 12 ms."""
    frames = FrameClock(clock)
    times = CueTimes(frames.at, real=True)
    panel = SteppedPanel(clock, times)

    def estimate(pose: Pose) -> Pose:
        clock.wait(INFERENCE_NS / S)
        return pose

    with poses(folder, fps) as source:
        for _ in loop.results(
            loop.seen(frames.noted(paced(source, clock, clock.wait)), estimate, clock),
            GaitEngine(Side.RIGHT),
            Coach(coach_settings(CONFIG.coach)),
            panel,
            [panel, *sinks],
            clock,
            lambda _: None,
        ):
            pass
    return times.latency()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize(("fps", "most_ms"), [(60, 150), (30, 200)])
def test_from_peak_to_pin_it_takes_no_longer_than_a_stride_can_wait(
    tmp_path: Path, clock: Clock, fps: int, most_ms: float
) -> None:
    found = latency(tmp_path, fps, clock)
    assert found.n > 15
    assert found.p50 is not None
    assert found.p95 is not None
    assert found.jitter is not None
    assert 90 + 12 < found.p50 < found.p95 <= most_ms
    assert found.jitter <= 1.5 * 1000 / fps


@pytest.fixture
def undisturbed(tmp_path: Path) -> CueLatency:
    return latency(tmp_path, 60, Clock())


class Unread(SessionSink):
    """A page that nobody reads: it takes one frame and no more until the session is over."""

    info = SinkInfo("page")

    def __init__(self, clock: Clock) -> None:
        self.read = threading.Event()
        self._clock = clock

    def on_frame(self, _result: FrameResult) -> None:
        self._clock.stall()
        if threading.current_thread() is not threading.main_thread():
            self.read.wait()


def test_a_page_that_is_not_read_moves_no_cue(
    tmp_path: Path, clock: Clock, undisturbed: CueLatency
) -> None:
    page = Unread(clock)
    queued = QueuedSink(page, lossless=False)
    assert latency(tmp_path, 60, clock, queued) == undisturbed
    assert queued.dropped > 0
    page.read.set()
    queued.end(SUMMARY)


def test_that_test_sees_a_page_for_which_the_loop_waits(
    tmp_path: Path, clock: Clock, undisturbed: CueLatency
) -> None:
    assert latency(tmp_path, 60, clock, Unread(clock)).p95 != undisturbed.p95


def test_a_full_disk_moves_no_cue(
    tmp_path: Path, clock: Clock, undisturbed: CueLatency, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[bytes] = []

    def full(_file: AppendFile, data: bytes) -> None:
        clock.stall()
        refused.append(data)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(AppendFile, "append", full)
    recorder = Recorder(tmp_path / "session", META, lossless=False)
    assert latency(tmp_path, 60, clock, recorder) == undisturbed
    recorder.end(SUMMARY)
    assert refused


def test_a_dead_broker_moves_no_cue(
    tmp_path: Path, clock: Clock, undisturbed: CueLatency, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Event()

    def dead(*_: object, **__: object) -> socket.socket:
        clock.stall()
        tried.set()
        raise OSError(errno.EHOSTUNREACH, "No route to host")

    monkeypatch.setattr(socket, "create_connection", dead)
    with make_hub(1883) as hub:
        assert latency(tmp_path, 60, clock, hub) == undisturbed
        assert tried.wait(60)


def test_a_cue_that_was_never_shown_has_no_time() -> None:
    times = CueTimes(lambda clock_ns: clock_ns - S, real=True)
    cue = Cue(5 * S, CueKind.LED_BELOW, None, 5 * S - 100 * MS)
    assert times.of(cue) is None
    times.decided(cue, 6 * S + 10 * MS)
    time = times.of(cue)
    assert time is not None
    assert (time.decided_ns, time.shown_ns) == (5 * S + 10 * MS, None)
    times.shown(cue, 6 * S + 12 * MS)
    time = times.of(cue)
    assert time is not None
    assert time.shown_ns == 5 * S + 12 * MS
    assert times.latency().p50 == pytest.approx(112, abs=0.1)


@pytest.mark.parametrize(("lags_ms", "offset_ms"), [((30, 20, 90), 0), ((5030, 5020, 5090), 5020)])
def test_the_time_of_a_camera_is_the_clocks_own_and_that_of_a_recording_is_not(
    lags_ms: tuple[int, ...], offset_ms: int
) -> None:
    views: Iterator[Cue] = iter([Cue(n * S, CueKind.BUZZ) for n in range(1, 4)])
    now_ns = iter([n * S + lag * MS for n, lag in enumerate(lags_ms, 1)])
    frames = FrameClock(lambda: next(now_ns))
    assert len(list(frames.noted(views))) == 3
    assert frames.at(20 * S) == 20 * S - offset_ms * MS
