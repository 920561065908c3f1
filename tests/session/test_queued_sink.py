"""A slow sink behind its queue: the loop goes on, what is lost is counted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import SessionError
from hipdrive.session import queued_sink
from hipdrive.session.queued_sink import QueuedSink
from hipdrive.session.sink import RunsIn, SessionSink, SinkInfo
from support.session.results import MS, T0_NS, frame_result
from support.session.summaries import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult

PATIENCE_S = 60.0
WAITING = 4


class HeldSink(SessionSink):
    """Takes nothing until it is let go."""

    info = SinkInfo("held", RunsIn.QUEUED_THREAD, "their figures")

    def __init__(self) -> None:
        self.began, self.free = threading.Event(), threading.Event()
        self.times_ms: list[int] = []
        self.summary: SessionSummary | None = None
        self.fails_at: int | None = None

    @property
    def warnings(self) -> list[str]:
        return ["of its own"]

    def on_frame(self, result: FrameResult) -> None:
        self.began.set()
        assert self.free.wait(PATIENCE_S)
        if len(self.times_ms) == self.fails_at:
            raise OSError("the printer is gone")
        self.times_ms.append((result.pose.t_ns - T0_NS) // MS)

    def end(self, summary: SessionSummary) -> None:
        self.summary = summary


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldSink]:
    monkeypatch.setattr(queued_sink, "MOST_RESULTS_WAITING", WAITING)
    sink = HeldSink()
    yield sink
    sink.free.set()


def test_a_live_session_drops_and_counts_what_a_slow_sink_cannot_take(held: HeldSink) -> None:
    queued = QueuedSink(held, lossless=False)
    queued.on_frame(frame_result(0))
    assert held.began.wait(PATIENCE_S)
    # One is with the sink, as many as may wait are waiting, six are too many.
    for number in range(1, 1 + WAITING + 6):
        queued.on_frame(frame_result(number * MS))
    assert queued.dropped == 6
    held.free.set()
    queued.end(SUMMARY)
    assert held.times_ms == list(range(1 + WAITING))
    assert held.summary is SUMMARY
    own, lost = queued.warnings
    assert own == "of its own"
    assert lost.startswith("6 frames did not reach held")
    assert lost.endswith("(their figures)")


def test_a_replay_waits_for_a_slow_sink(held: HeldSink) -> None:
    queued = QueuedSink(held, lossless=True)
    done = threading.Event()

    def replay() -> None:
        for number in range(20):
            queued.on_frame(frame_result(number * MS))
        done.set()

    threading.Thread(target=replay, daemon=True).start()
    assert held.began.wait(PATIENCE_S)
    # More than may wait: the thread cannot come to its end before the sink is let go.
    assert not done.is_set()
    held.free.set()
    assert done.wait(PATIENCE_S)
    queued.end(SUMMARY)
    assert held.times_ms == list(range(20))
    assert queued.warnings == ["of its own"]


@pytest.mark.parametrize("lossless", [True, False])
def test_a_sink_that_raises_costs_itself_and_one_line(
    held: HeldSink, caplog: pytest.LogCaptureFixture, *, lossless: bool
) -> None:
    held.fails_at = 1
    queued = QueuedSink(held, lossless=lossless)
    for number in range(1 + WAITING):
        queued.on_frame(frame_result(number * MS))
    held.free.set()
    queued._thread.join(PATIENCE_S)
    for number in range(10):
        queued.on_frame(frame_result(number * MS))
    queued.end(SUMMARY)
    assert held.times_ms == [0]
    assert queued.dropped == WAITING + 10
    assert held.summary is SUMMARY, "it may still have something to free"
    assert caplog.messages == ["held has stopped: the printer is gone"]


def test_a_replay_does_without_a_sink_that_takes_nothing(
    held: HeldSink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queued_sink, "STALL_S", 0.01)
    monkeypatch.setattr(queued_sink, "END_S", 0.01)
    queued = QueuedSink(held, lossless=True)
    for number in range(20):
        queued.on_frame(frame_result(number * MS))
    queued.end(SUMMARY)
    assert "held has stopped: it took nothing for 0.01 s" in caplog.messages
    assert queued.dropped > 0


def test_a_sink_whose_end_never_returns_does_not_hold_up_the_end(
    held: HeldSink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queued_sink, "END_S", 0.01)
    monkeypatch.setattr(held, "end", lambda _summary: held.free.wait(PATIENCE_S))
    queued = QueuedSink(held, lossless=False)
    queued._thread.join(0)
    queued.end(SUMMARY)
    assert "held is left behind" in caplog.text


def test_what_the_end_of_a_sink_raises_is_raised(
    held: HeldSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_summary: object) -> None:
        raise SessionError("not complete")

    monkeypatch.setattr(held, "end", fail)
    with pytest.raises(SessionError, match="not complete"):
        QueuedSink(held, lossless=False).end(SUMMARY)


def test_a_sink_that_never_returns_does_not_hold_up_the_end(
    held: HeldSink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queued_sink, "END_S", 0.0)
    queued = QueuedSink(held, lossless=False)
    queued.on_frame(frame_result(0))
    assert held.began.wait(PATIENCE_S)
    queued.end(SUMMARY)
    assert held.summary is None
    assert "held is left behind" in caplog.text
