"""Seconds, pauses and laps of sessions whose every stride is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hipdrive.api.stored_session import Session
from hipdrive.errors import ExportError
from hipdrive.exporters.activity import LAP_S, activity_of
from support.session.summaries import CAMERA, full_summary
from support.stored_session import (
    BEGAN_UTC,
    BELT_MPS,
    CONTACT_S,
    STRIDE_S,
    MadeStride,
    steady,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hipdrive.exporters.activity import Activity
    from hipdrive.session.summary import SessionSummary

FIRST_SECOND = datetime(2026, 3, 1, 18, 5, 4, tzinfo=UTC)
"""The last whole one before `BEGAN_UTC`."""


def made(
    tmp_path: Path, strides: Iterable[MadeStride], summary: SessionSummary | None = None
) -> Activity:
    return activity_of(Session.open(stored(tmp_path / "s", strides, summary)))


def test_every_second_of_a_run_is_there_once(tmp_path: Path) -> None:
    """From 0.25 to 30.25 s after the first whole second: it needs 0 to 31."""
    (run,) = made(tmp_path, steady(30)).runs
    assert [point.utc for point in run] == [FIRST_SECOND + timedelta(seconds=n) for n in range(32)]


def test_a_second_has_the_stride_that_went_on_then(tmp_path: Path) -> None:
    (run,) = made(tmp_path, steady(30)).runs
    assert run[0].stride is None
    assert run[-1].stride is None
    for point in run[1:-1]:
        assert point.stride is not None
        t_s = (point.utc - datetime.fromisoformat(BEGAN_UTC)).total_seconds()
        assert point.stride.t_s - STRIDE_S < t_s <= point.stride.t_s


def test_the_distance_is_the_belts(tmp_path: Path) -> None:
    activity = made(tmp_path, steady(60))
    (run,) = activity.runs
    assert [p.distance_m for p in run] == pytest.approx([BELT_MPS * n for n in range(len(run))])
    assert activity.whole.speed_mps == pytest.approx(BELT_MPS)


def test_a_belt_that_gets_faster_is_followed(tmp_path: Path) -> None:
    slow = [MadeStride(stride.t_s, belt_mps=2.0) for stride in steady(30)]
    fast = [MadeStride(stride.t_s, belt_mps=4.0) for stride in steady(30, 30)]
    distance_m = made(tmp_path, slow + fast).whole.distance_m
    # The timer begins and ends at whole seconds.
    assert distance_m == pytest.approx(30 * 2 + 30 * 4, abs=4.0)


def test_without_the_belts_speed_there_is_no_distance(tmp_path: Path) -> None:
    strides = [MadeStride(stride.t_s, belt_mps=None) for stride in steady(30)]
    activity = made(tmp_path, strides)
    assert {point.distance_m for run in activity.runs for point in run} == {None}
    assert activity.whole.distance_m is None
    assert activity.whole.speed_mps is None


def test_the_cameras_speed_will_do(tmp_path: Path) -> None:
    strides = [MadeStride(stride.t_s, belt_mps=None) for stride in steady(30)]
    camera = replace(CAMERA, belt_mps=2.5)
    activity = made(tmp_path, strides, replace(full_summary(), camera=camera))
    assert activity.whole.speed_mps == pytest.approx(2.5)


def test_while_nobody_runs_the_timer_stands_still(tmp_path: Path) -> None:
    activity = made(tmp_path, steady(30) + steady(30, first_s=90))
    first, second = activity.runs
    assert first[-1].utc == FIRST_SECOND + timedelta(seconds=31)
    assert second[0].utc == FIRST_SECOND + timedelta(seconds=90)
    assert second[0].distance_m == first[-1].distance_m
    assert activity.whole.timer_s == 31 + 31
    assert activity.whole.elapsed_s == 121
    assert activity.whole.distance_m == pytest.approx(BELT_MPS * 62)


def test_a_few_rejected_strides_are_no_pause(tmp_path: Path) -> None:
    strides = [
        MadeStride(stride.t_s, reason="gap" if 10 < stride.t_s < 17 else "")
        for stride in steady(30)
    ]
    (run,) = made(tmp_path, strides).runs
    assert len(run) == 32
    assert [point.stride is None for point in run[12:16]] == [True] * 4


def test_a_lap_is_a_kilometre(tmp_path: Path) -> None:
    activity = made(tmp_path, steady(900))
    # 313 s at 3.2 m/s are the first whole second beyond a kilometre, 625 s are two.
    ends = [round((lap.ended - FIRST_SECOND).total_seconds()) for lap in activity.laps]
    assert ends == [313, 625, 901]
    assert [lap.by_distance for lap in activity.laps] == [True, True, False]
    assert sum(lap.timer_s for lap in activity.laps) == activity.whole.timer_s
    assert sum(len(lap.strides) for lap in activity.laps) == 1200


def test_without_a_distance_it_is_five_minutes(tmp_path: Path) -> None:
    strides = [MadeStride(stride.t_s, belt_mps=None) for stride in steady(700)]
    activity = made(tmp_path, strides)
    assert [lap.timer_s for lap in activity.laps] == [LAP_S, LAP_S, activity.whole.timer_s - 600]


def test_a_lap_has_the_means_of_its_strides(tmp_path: Path) -> None:
    strides = [MadeStride(s.t_s, thigh_ext_deg=18 if s.t_s < 312.5 else 22) for s in steady(600)]
    first, second = made(tmp_path, strides).laps
    assert first.mean("thigh_ext_deg") == pytest.approx(18.0, abs=0.02)
    assert second.mean("thigh_ext_deg") == pytest.approx(22.0)
    assert first.mean("contact_time_s") == pytest.approx(CONTACT_S)
    assert first.cadence_rpm == pytest.approx(60 / STRIDE_S)
    assert first.mean("duty_factor_percent") is None


def test_one_stride_is_a_second_or_two(tmp_path: Path) -> None:
    activity = made(tmp_path, steady(0.75))
    assert activity.whole.timer_s == 1
    assert len(activity.laps) == 1


def test_the_far_leg_and_rejected_strides_are_no_activity(tmp_path: Path) -> None:
    strides = [MadeStride(1.0, near=False, leg="left"), MadeStride(2.0, reason="gap")]
    with pytest.raises(ExportError, match="no stride of a run"):
        made(tmp_path, strides)


def test_a_walk_is_no_activity(tmp_path: Path) -> None:
    summary = replace(full_summary(), statement="this was a walk")
    with pytest.raises(ExportError, match="this was a walk"):
        made(tmp_path, steady(30), summary)


def test_a_session_that_was_cut_off_began_when_its_folder_says(tmp_path: Path) -> None:
    folder = stored(tmp_path / "20260301T180504Z-5f3a9c", steady(30))
    (folder / "session.json").unlink()
    assert activity_of(Session.open(folder)).whole.began == FIRST_SECOND


def test_and_is_refused_where_it_does_not(tmp_path: Path) -> None:
    folder = stored(tmp_path / "mine", steady(30))
    (folder / "session.json").unlink()
    with pytest.raises(ExportError, match="says when it was"):
        activity_of(Session.open(folder))
