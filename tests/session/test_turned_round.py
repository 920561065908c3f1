"""A session of which each leg was the near one for a while."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.gait.engine import GaitEngine
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.side import Side
from support.session.results import frame_result, stride
from support.session.summaries import INFO
from support.walker import NS, Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

FPS, EACH_S = 30, 30


def poses_of(*facings: Side) -> list[Pose]:
    """Half a minute facing each way in turn."""
    return [
        replace(pose, t_ns=pose.t_ns + part * EACH_S * NS)
        for part, faces in enumerate(facings)
        for pose in Walker(faces=faces).poses(frame_times(FPS, EACH_S))
    ]


def session_of(poses: Iterable[Pose]) -> tuple[SessionSummary, list[Stride]]:
    engine, stats, near = GaitEngine(), SessionStats(), []
    for pose in poses:
        update = engine.step(pose)
        stats.on_frame(FrameResult(pose, update, ()))
        near += [s for s in update.strides if s.near and s.accepted]
    return summarise(INFO, stats, engine.facing, LoopTimeHistogram()), near


def test_who_turns_round_gets_the_figures_of_each_leg_in_a_warning() -> None:
    summary, near = session_of(poses_of(Side.RIGHT, Side.LEFT))
    assert summary.near_leg is None
    assert summary.facing is Side.LEFT
    (warning,) = (w for w in summary.warnings if "turned round, or another" in w)
    for side in Side:
        count = sum(s.leg is side for s in near)
        assert count >= 30
        assert f"over {count} strides of the {side} leg" in warning
    assert summary.strides == len(near)


def test_neither_drift_nor_difference_is_told_across_two_legs() -> None:
    summary, _ = session_of(poses_of(Side.RIGHT, Side.LEFT))
    assert summary.session_metrics.thigh_ext_drift.value is None
    assert summary.session_metrics.thigh_ext_difference.value is None


def test_who_keeps_facing_one_way_has_one_near_leg() -> None:
    summary, _ = session_of(poses_of(Side.RIGHT, Side.RIGHT))
    assert summary.near_leg is Side.RIGHT
    assert not any("turned round" in w for w in summary.warnings)
    assert summary.session_metrics.thigh_ext_drift.value is not None
    assert summary.session_metrics.thigh_ext_difference.value is not None


def test_the_mean_of_each_leg_is_its_own() -> None:
    stats = SessionStats()
    right = [replace(stride(0, deg), leg=Side.RIGHT) for deg in (18, 20)]
    stats.on_frame(frame_result(0, strides=[stride(0, 12), *right]))
    summary = summarise(INFO, stats, Side.RIGHT, LoopTimeHistogram())
    (warning,) = (w for w in summary.warnings if "turned round" in w)
    assert "12.0° over 1 stride of the left leg" in warning
    assert "19.0° over 2 strides of the right leg" in warning
