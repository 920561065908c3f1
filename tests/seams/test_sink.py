"""A sink from outside: one class, one line of registration."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

import hipdrive
from support.runner_file import FPS, key_points_of

if TYPE_CHECKING:
    from pathlib import Path


class FrameCounter(hipdrive.SessionSink):
    """Counts frames and strides, and keeps the summary."""

    def __init__(self, runs: hipdrive.RunsIn) -> None:
        self.info = hipdrive.SinkInfo("counter", runs, "counts")
        self.frames = self.strides = 0
        self.threads: set[str] = set()
        self.summary: hipdrive.SessionSummary | None = None

    def open(self, context: hipdrive.SessionContext) -> hipdrive.SessionSink:
        assert context.frame_count == 12 * FPS
        return self

    def on_frame(self, result: hipdrive.FrameResult) -> None:
        self.frames += 1
        self.strides += len(result.gait.strides)
        self.threads.add(threading.current_thread().name)

    def end(self, summary: hipdrive.SessionSummary) -> None:
        self.summary = summary


@pytest.mark.parametrize("runs", [hipdrive.RunsIn.LOOP, hipdrive.RunsIn.QUEUED_THREAD])
def test_a_sink_from_outside_gets_every_frame_and_the_summary(
    tmp_path: Path, runs: hipdrive.RunsIn
) -> None:
    counter = FrameCounter(runs)
    analysis = hipdrive.analyze(key_points_of(tmp_path), sinks=[counter.open])
    assert counter.frames == 12 * FPS
    assert counter.strides == len(analysis.strides)
    assert counter.summary is not None
    assert counter.summary.strides == analysis.summary.strides > 0
    slow = runs is hipdrive.RunsIn.QUEUED_THREAD
    assert counter.threads == {"counter" if slow else threading.current_thread().name}


def test_a_factory_may_leave_a_session_alone(tmp_path: Path) -> None:
    assert hipdrive.analyze(key_points_of(tmp_path), sinks=[lambda _: None]).strides


class PaperSink(hipdrive.SessionSink):
    info = hipdrive.SinkInfo("warning")

    @property
    def warnings(self) -> list[str]:
        return ["the printer is out of paper"]

    def on_frame(self, result: hipdrive.FrameResult) -> None:
        """Do nothing."""


def test_what_a_sink_warns_of_is_in_the_summary(tmp_path: Path) -> None:
    analysis = hipdrive.analyze(key_points_of(tmp_path), sinks=[lambda _: PaperSink()])
    assert "the printer is out of paper" in analysis.summary.warnings
