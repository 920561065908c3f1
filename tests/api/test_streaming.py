from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hipdrive
from support.runner_file import FPS, key_points_of

if TYPE_CHECKING:
    from pathlib import Path


class Ending(hipdrive.SessionSink):
    """Notes that the session has ended."""

    info = hipdrive.SinkInfo("ending")

    def __init__(self) -> None:
        self.frames: int | None = None

    def on_frame(self, result: hipdrive.FrameResult) -> None:
        """Wait for the end."""

    def end(self, summary: hipdrive.SessionSummary) -> None:
        self.frames = summary.frames


def test_every_frame_comes_with_its_time_and_what_it_completed(tmp_path: Path) -> None:
    source = key_points_of(tmp_path)
    frames = list(hipdrive.stream(source))
    assert [values.t_s for values in frames] == pytest.approx(
        [number / FPS for number in range(12 * FPS)], abs=1e-6
    )
    assert all(values.runner_seen and values.score == 1 for values in frames)
    analysis = hipdrive.analyze(source)
    assert [s for values in frames for s in values.strides] == list(analysis.strides)
    assert [s for values in frames for s in values.samples] == list(analysis.samples)
    assert [c for values in frames for c in values.cues] == list(analysis.cues)


def test_leaving_the_loop_ends_the_session(tmp_path: Path) -> None:
    ending = Ending()
    frames = hipdrive.stream(key_points_of(tmp_path), sinks=[lambda _: ending])
    for values in frames:
        if values.t_s >= 1:
            break
    assert ending.frames is None
    frames.close()
    assert ending.frames == FPS + 1


def test_recorded_key_points_have_no_picture(tmp_path: Path) -> None:
    values = next(hipdrive.stream(key_points_of(tmp_path)))
    assert values.frame is None
    assert isinstance(values.pose, hipdrive.Pose)
