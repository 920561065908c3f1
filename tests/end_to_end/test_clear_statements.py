"""Recordings of which there are no figures end in a clear statement, with MoveNet at work."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.cli import main
from hipdrive.cli.exit_codes import DONE, NO_RUNNER
from support import films

if TYPE_CHECKING:
    from pathlib import Path

    from support.recorded_session import RecordedSession

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("store_with_model")]


def replayed(video: Path, expected: int) -> dict[str, Any]:
    session = video.with_suffix("")
    assert main(["replay", str(video), "--session-dir", str(session)]) == expected
    summary: dict[str, Any] = json.loads((session / "session.json").read_text(encoding="utf-8"))
    return summary


def check_statement(
    video: Path, verdict: str, words: str, capfd: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """No figures, exit code 3, one line on stderr; the summary says the same."""
    summary = replayed(video, NO_RUNNER)
    message = capfd.readouterr().err
    assert message.count("\n") == 1
    assert words in message
    assert summary["verdict"] == verdict
    assert words in summary["statement"]
    assert summary["cadence_spm"] is None
    for angle in ("thigh_ext_deg", "hip_ext_deg"):
        assert {v for k, v in summary[angle].items() if k != "definition"} == {None}
    assert summary["cues"]["buzz"] == 0
    return summary


def test_the_clip_itself_is_a_run(clip_session: RecordedSession) -> None:
    summary = clip_session.summary
    assert (summary["verdict"], summary["statement"]) == ("running", "")
    # 12 s at 168.9 steps a minute are 16.9 strides; two seconds find out the facing.
    assert 16 <= summary["strides"] <= 17


def test_two_runners_side_by_side(
    clip: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    video = films.written(tmp_path / "two.mp4", films.side_by_side(clip))
    summary = check_statement(video, "several_people", "several people", capfd)
    assert summary["strides"] == 0


@pytest.mark.parametrize("share", [0.35, 0.2])
def test_a_runner_too_small_in_the_picture(
    clip: Path, tmp_path: Path, share: float, capfd: pytest.CaptureFixture[str]
) -> None:
    # The thigh of the clip is 156 of 1280 px: here 31 and 18.
    video = films.written(tmp_path / "small.mp4", films.small(clip, share))
    check_statement(video, "too_small", "too small", capfd)


@pytest.mark.parametrize("slower", [1.6, 2.0, 4.0])
def test_slow_motion(
    clip: Path, tmp_path: Path, slower: float, capfd: pytest.CaptureFixture[str]
) -> None:
    video = films.written(tmp_path / "slow.mp4", films.of(clip), slower=slower)
    check_statement(video, "not_running", "slow motion", capfd)


def test_a_cut_to_the_mirror_image(
    clip: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    video = films.written(tmp_path / "cut.mp4", films.half_mirrored(clip))
    check_statement(video, "cut", "cut 4.0 s after", capfd)


def test_a_cut_from_one_runner_to_another(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = {"height_m": 1.6, "thigh_ext_deg": 16.0}
    pictures = chain(films.runner(8.0), films.runner(8.0, runner=other, camera={"distance_m": 3.6}))
    check_statement(films.written(tmp_path / "cut.mp4", pictures), "cut", "cut 8.0 s after", capfd)


def test_a_title_before_the_run_changes_nothing(
    clip: Path, tmp_path: Path, clip_session: RecordedSession
) -> None:
    summary = replayed(films.written(tmp_path / "title.mp4", films.with_a_title(clip)), DONE)
    assert summary["verdict"] == "running"
    assert summary["strides"] >= clip_session.summary["strides"] - 1
    assert summary["cadence_spm"] == pytest.approx(168.9, abs=1)


@pytest.mark.parametrize("facing", ["left", "right"])
def test_a_walk(tmp_path: Path, facing: str, capfd: pytest.CaptureFixture[str]) -> None:
    video = films.written(tmp_path / "walk.mp4", films.walker(12.0, facing))
    summary = check_statement(video, "not_running", "walk", capfd)
    assert summary["strides"] == 0
    # Of ten; where the model cannot tell the legs apart their frames make no stride at all.
    assert summary["rejected_strides"] >= 3


def test_somebody_who_stands_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    video = films.written(tmp_path / "stand.mp4", films.stander(8.0))
    assert check_statement(video, "not_running", "not running", capfd)["strides"] == 0


def test_an_empty_room_with_furniture(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    video = films.written(tmp_path / "room.mp4", films.empty_room(15.0))
    assert check_statement(video, "no_runner", "no runner seen", capfd)["strides"] == 0


def test_furniture_beside_a_runner_is_no_second_person(tmp_path: Path) -> None:
    summary = replayed(films.written(tmp_path / "room.mp4", films.furnished_runner(12.0)), DONE)
    assert summary["verdict"] == "running"
    # 12 s at 170 steps a minute are 17 strides.
    assert summary["strides"] >= 15
    assert summary["rejections"].get("several_people", 0) == 0


def test_somebody_who_passes_by_once_costs_the_strides_of_that_time(tmp_path: Path) -> None:
    summary = replayed(films.written(tmp_path / "by.mp4", films.passed_by(20.0, 8.0, 11.0)), DONE)
    assert summary["verdict"] == "running"
    # 3 s, a second and a half after, and a stride at either end.
    assert 3 <= summary["rejections"]["several_people"] <= 9
    assert summary["strides"] >= 17
