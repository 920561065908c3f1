from __future__ import annotations

import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.health.loop_monitor import KEPT, LoopMonitor
from hipdrive.types.fixed_point import ONE
from support.hub.frames import T0_NS, frame_result

MS, S = 1_000_000, 1_000_000_000
WINDOW_NS = 10 * S


class SimulatedLoop:
    """A loop with a clock of the test; frames have the camera's times."""

    def __init__(self, asked_fps: int = 30) -> None:
        self.now_ns = 5 * S
        self.monitor = LoopMonitor(asked_fps, lambda: self.now_ns)

    def frame(self, t_ns: int, took_ns: int = 20 * MS, score: int = ONE) -> None:
        self.monitor.on_frame(frame_result(T0_NS + t_ns, score=score))
        self.monitor.lap(took_ns)

    def frames(self, count: int, every_ns: int, took_ns: int = 20 * MS) -> None:
        for number in range(count):
            self.frame(number * every_ns, took_ns)
            self.now_ns += every_ns


def test_before_the_first_frame_only_the_age_is_known() -> None:
    loop = SimulatedLoop()
    loop.now_ns += 7 * S
    stats = loop.monitor.stats(WINDOW_NS)
    assert stats.age_ns == 7 * S
    assert (stats.frames_per_second, stats.loop_p50_ns, stats.loop_p95_ns) == (None, None, None)
    assert (stats.score, stats.dropped) == (None, 0)


def test_the_age_is_that_of_the_newest_frame() -> None:
    loop = SimulatedLoop()
    loop.frames(10, 33 * MS)
    loop.now_ns += 4 * S
    assert loop.monitor.stats(WINDOW_NS).age_ns == 4 * S + 33 * MS


@pytest.mark.parametrize("fps", [15, 30, 60, 120])
def test_the_rate_is_that_of_the_window(fps: int) -> None:
    loop = SimulatedLoop(fps)
    loop.frames(15 * fps, S // fps)
    rate = loop.monitor.stats(WINDOW_NS).frames_per_second
    # A frame more or less lies on the edge of the window.
    assert rate == pytest.approx(fps, abs=0.11)


def test_a_rate_is_known_after_three_seconds_and_falls_to_nothing() -> None:
    loop = SimulatedLoop()
    loop.frames(60, 33 * MS)
    assert loop.monitor.stats(WINDOW_NS).frames_per_second is None
    loop.now_ns += 20 * S
    assert loop.monitor.stats(WINDOW_NS).frames_per_second == 0


@given(st.lists(st.integers(1, 500), min_size=1, max_size=300))
def test_percentiles_are_those_of_the_definition(took_ms: list[int]) -> None:
    loop = SimulatedLoop()
    for number, took in enumerate(took_ms):
        loop.frame(number * 33 * MS, took * MS)
    stats = loop.monitor.stats(WINDOW_NS)
    for percent, value in ((50, stats.loop_p50_ns), (95, stats.loop_p95_ns)):
        assert value is not None
        reached = sum(took * MS <= value for took in took_ms)
        below = sum(took * MS < value for took in took_ms)
        assert 100 * reached >= percent * len(took_ms) > 100 * below


def test_what_left_the_window_does_not_count() -> None:
    loop = SimulatedLoop()
    loop.frame(0, 400 * MS, ONE // 4)
    loop.now_ns += 11 * S
    loop.frame(11 * S, 10 * MS, ONE // 2)
    stats = loop.monitor.stats(WINDOW_NS)
    assert (stats.loop_p50_ns, stats.loop_p95_ns, stats.score) == (10 * MS, 10 * MS, 0.5)


def test_dropped_are_the_frames_that_were_asked_for_and_never_came() -> None:
    loop = SimulatedLoop(asked_fps=50)
    loop.frames(100, 20 * MS)
    assert loop.monitor.stats(WINDOW_NS).dropped == 0
    # 100 frames at 20 ms, then one every 60 ms: two of three are missing.
    for number in range(10):
        loop.frame(100 * 20 * MS + (number + 1) * 60 * MS)
    assert loop.monitor.stats(WINDOW_NS).dropped == 20


def test_a_camera_that_is_faster_than_asked_drops_nothing() -> None:
    loop = SimulatedLoop(asked_fps=30)
    loop.frames(100, 20 * MS)
    assert loop.monitor.stats(WINDOW_NS).dropped == 0


def test_a_reader_sees_whole_frames_while_the_loop_goes_on() -> None:
    """Each frame's duration goes with its score; a torn one would give a mean in between."""
    loop = SimulatedLoop()
    loop.monitor = LoopMonitor(30, lambda: 0)
    done = threading.Event()

    def run() -> None:
        for number in range(3 * KEPT):
            loop.frame(number * 33 * MS, 7 * MS, ONE // 2)
        done.set()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        while not done.is_set():
            stats = loop.monitor.stats(WINDOW_NS)
            assert stats.score in {None, 0.5}
            assert stats.loop_p95_ns in {None, 7 * MS}
        thread.join()
    finally:
        sys.setswitchinterval(before)
