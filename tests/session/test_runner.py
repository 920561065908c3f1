"""How a session begins and ends around its sinks."""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive import app
from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.switch import CameraSwitch
from hipdrive.config import Config
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.errors import CameraError, SessionError
from hipdrive.session.pose_source import PoseList
from hipdrive.session.recorder import Recorder
from hipdrive.session.request import SessionRequest
from hipdrive.session.sink import SessionSink, SinkInfo
from hipdrive.session.sinks import SINKS
from hipdrive.types.frame import Frame
from hipdrive.types.frame_result import FrameResult
from support.session.results import META, frame_result
from support.session.summaries import SUMMARY
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.session.sink import SessionContext, SinkFactory
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.pose import Pose

POSES = Walker().poses(frame_times(30, 3.0))


class TracedSink(SessionSink):
    """Notes what happens to it, in a list that several share."""

    def __init__(self, name: str, calls: list[str], fault: Exception | None = None) -> None:
        self.info = SinkInfo(name)
        self._calls = calls
        self._fault = fault
        self._warnings: list[str] = []

    @property
    def warnings(self) -> list[str]:
        return self._warnings

    def open(self, _context: SessionContext) -> SessionSink:
        self._calls.append(f"open {self.info.name}")
        return self

    def on_frame(self, _result: FrameResult) -> None:
        """Wait for the end."""

    def end(self, summary: SessionSummary) -> None:
        warnings = [warning for warning in summary.warnings if warning.startswith("after")]
        self._calls.append(f"end {self.info.name} {summary.frames} {warnings}")
        self._warnings.append(f"after the end of {self.info.name}")
        if self._fault:
            raise self._fault


def run(poses: Iterator[Pose] | list[Pose], *sinks: SinkFactory) -> SessionSummary:
    request = SessionRequest(
        Config(), None, None, datetime(2026, 1, 1, tzinfo=UTC), "x", threading.Event()
    )
    with ExitStack() as stack:
        return app.playback(request, PoseList(poses), sinks, stack).run().summary


def test_a_frame_that_was_looked_at_ahead_takes_what_passes_from_one_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The model's time does not lie between taking the frame and being done with it."""
    now_ns = [0]
    monkeypatch.setattr(time, "perf_counter_ns", lambda: now_ns[0])
    request = SessionRequest(
        Config(), None, None, datetime(2026, 1, 1, tzinfo=UTC), "x", threading.Event()
    )
    with ExitStack() as stack:
        runner = app.playback(request, PoseList(POSES), (), stack)
        runner._equipment = replace(runner._equipment, expect=lambda _: None)  # as for pictures
        for _ in runner.results():
            now_ns[0] += 10_000_000
        loop_ms = runner.summary().loop_ms
    assert (loop_ms.p50, loop_ms.p95) == pytest.approx((10, 10), abs=0.02)


def test_sinks_end_in_the_order_in_which_they_were_opened_and_know_of_those_before() -> None:
    calls: list[str] = []
    summary = run(POSES, TracedSink("one", calls).open, TracedSink("two", calls).open)
    assert calls == [
        "open one",
        "open two",
        "end one 90 []",
        "end two 90 ['after the end of one']",
    ]
    assert summary.warnings[-2:] == ("after the end of one", "after the end of two")


def test_a_session_that_its_camera_ends_says_so_in_its_summary() -> None:
    def unplugged() -> Iterator[Pose]:
        yield from POSES
        raise CameraError("camera imx708: no frame for 3 s")

    ended: list[SessionSummary] = []

    class Keeper(SessionSink):
        info = SinkInfo("keeper")

        def on_frame(self, _result: FrameResult) -> None:
            """Wait for the end."""

        def end(self, summary: SessionSummary) -> None:
            ended.append(summary)

    with pytest.raises(CameraError):
        run(unplugged(), lambda _context: Keeper())
    assert ended[0].warnings[0] == "camera imx708: no frame for 3 s"
    assert ended[0].frames == len(POSES)


def test_a_sink_that_cannot_end_leaves_the_others_their_end() -> None:
    calls: list[str] = []
    faulty = TracedSink("faulty", calls, SessionError("the disk is full"))
    with pytest.raises(SessionError, match="the disk is full"):
        run(POSES, faulty.open, TracedSink("other", calls).open)
    assert [call.split(" [")[0] for call in calls[2:]] == ["end faulty 90", "end other 90"]


def test_a_sink_that_cannot_be_opened_ends_those_before_it_and_opens_none_after() -> None:
    calls: list[str] = []

    def refuse(_context: SessionContext) -> SessionSink:
        raise SessionError("the folder is not empty")

    with pytest.raises(SessionError, match="not empty"):
        run(POSES, TracedSink("one", calls).open, refuse, TracedSink("two", calls).open)
    assert calls == ["open one", "end one 0 []"]


def test_a_source_that_fails_ends_the_session_with_what_there_was() -> None:
    calls: list[str] = []

    def failing() -> Iterator[Pose]:
        yield from POSES[:10]
        raise OSError("the camera is gone")

    with pytest.raises(OSError, match="the camera is gone"):
        run(failing(), TracedSink("one", calls).open)
    assert calls == ["open one", "end one 10 []"]


class EndlessCamera(ClosedOnExit):
    """Goes on whatever happens; notes how many frames were taken from it."""

    name, frame_count = "endless", None

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.taken = 0

    def __iter__(self) -> Iterator[Frame]:
        for t_ns in itertools.count(0, 33_333_333):
            self.taken += 1
            yield Frame(t_ns, np.zeros((2, 2, 3), np.uint8))

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.usefixtures("data_dir")
@pytest.mark.timeout(60)
def test_a_stop_ends_run_also_before_a_camera_that_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    camera, stop = EndlessCamera(), threading.Event()

    def see(_frame: Frame) -> Pose:
        if camera.taken == 10:
            stop.set()
        return POSES[camera.taken]

    monkeypatch.setattr(app, "estimator", lambda *_: (see, None))
    request = SessionRequest(Config(), None, None, datetime(2026, 1, 1, tzinfo=UTC), "x", stop)
    [outcome] = app.run(
        request, CameraSwitch(lambda: camera), lambda request: request, simulate_panel=True
    )
    assert outcome.summary.frames == 10
    assert camera.taken <= 12


def test_the_profile_has_the_session_before_the_record_says_so_and_the_broker_hears_last() -> None:
    names = [factory.__name__ for factory in SINKS]
    assert names == ["open_profiles", "open_recorder", "open_hub"]


def test_the_lights_are_out_before_the_first_sink_ends() -> None:
    outputs = PinOutputs(Config().cues, simulated_pins())
    lit: list[str | None] = []

    class LastLight(TracedSink):
        def on_frame(self, _result: FrameResult) -> None:
            outputs.light("green")

        def end(self, _summary: SessionSummary) -> None:
            lit.append(outputs.state.colour)

    request = SessionRequest(
        Config(), None, None, datetime(2026, 1, 1, tzinfo=UTC), "x", threading.Event()
    )
    with ExitStack() as stack:
        sinks = [LastLight("light", []).open]
        app.playback(request, PoseList(POSES), sinks, stack, outputs).run()
    assert lit == [None]


@pytest.mark.parametrize("lossless", [True, False])
def test_the_recorder_does_not_keep_the_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, lossless: bool
) -> None:
    """Half a minute of them would fill the memory of any Pi."""
    written: list[FrameResult] = []
    monkeypatch.setattr(
        "hipdrive.session.files.SessionFiles.write", lambda _files, result: written.append(result)
    )
    seen = frame_result(0)
    image = np.zeros((4, 4, 3), np.uint8)
    recorder = Recorder(tmp_path, META, lossless=lossless)
    recorder.on_frame(
        FrameResult(seen.pose, seen.gait, seen.cues, frame=Frame(seen.pose.t_ns, image))
    )
    recorder.end(SUMMARY)
    assert written == [seen]
