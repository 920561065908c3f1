"""How long after its peak a stride becomes known: the filter's delay and four steps of the grid."""

from __future__ import annotations

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.session.frames_to_cue import MOST_FRAMES, FramesToCue
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.side import Side
from support.session.results import MS, S, frame_result, stride
from support.walker import Walker


@pytest.mark.parametrize(("fps", "frames"), [(30, {3, 4}), (60, {6, 7})])
def test_a_cue_comes_so_many_frames_after_the_peak(fps: int, frames: set[int]) -> None:
    """36.4 ms of the filter and 62.5 ms of the grid are 3.0 frames of 30 a second, 5.9 of 60.

    The peak lies up to half a period of the grid beside its top, and a frame comes within one.
    """
    engine, delay = GaitEngine(Side.RIGHT), FramesToCue()
    for pose in Walker().poses(range(0, 20 * S, S // fps)):
        update = engine.step(pose)
        delay.on_frame(FrameResult(pose, update, ()))
        completed = [1 + (pose.t_ns - one.t_ns) * fps // S for one in update.strides if one.near]
        assert set(completed) <= frames
    assert delay.median() in frames


def test_frames_are_counted_from_the_peak_on() -> None:
    delay = FramesToCue()
    for number in range(9):
        delay.on_frame(frame_result(number * 10 * MS))
    delay.on_frame(frame_result(90 * MS, strides=[stride(45 * MS)]))
    assert delay.median() == 5  # at 50, 60, 70, 80, 90


def test_some_that_come_later_do_not_count() -> None:
    delay = FramesToCue()
    for number in range(20):
        at = number * 1000 * MS
        delay.on_frame(frame_result(at))
        late = 500 if number == 7 else -5
        delay.on_frame(frame_result(at + 10 * MS, strides=[stride(at - late * MS)]))
    assert delay.median() == 1


def test_without_a_stride_nothing_is_known() -> None:
    assert FramesToCue().median() is None


def test_memory_is_bounded() -> None:
    delay = FramesToCue()
    for number in range(3 * MOST_FRAMES):
        delay.on_frame(frame_result(number * MS))
    delay.on_frame(frame_result(1000 * MS, strides=[stride(-1)]))
    assert delay.median() == MOST_FRAMES
