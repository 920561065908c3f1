"""One recording's session: the bits of a replay, and whole or not there."""

from __future__ import annotations

import json
from contextlib import nullcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.batch.job import WORK_NAME, Job, measure
from hipdrive.batch.recording import BatchRecording, RecordingSettings
from hipdrive.cli import main
from hipdrive.config import Config
from hipdrive.types.side import Side
from support import films
from support.batches import QUICK, runner_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAME_BYTES = ("strides.csv", "frames.csv", "cues.csv", "poses.npz")
OF_THE_RUN = ("id", "started_utc", "loop_ms")


def summary_of(folder: Path) -> dict[str, Any]:
    """`session.json` without what is another in each run."""
    values = json.loads((folder / "session.json").read_text())
    return {name: value for name, value in values.items() if name not in OF_THE_RUN}


def assert_same_bits(replayed: Path, measured: Path) -> None:
    for name in SAME_BYTES:
        assert (measured / name).read_bytes() == (replayed / name).read_bytes(), name
    assert summary_of(measured) == summary_of(replayed)


@pytest.mark.long
@pytest.mark.usefixtures("data_dir")
def test_pictures_give_the_bits_of_a_replay_that_looks_ahead_with_two_threads(
    tmp_path: Path,
) -> None:
    video = films.written(tmp_path / "run.mp4", films.runner(7.0))
    config = tmp_path / "hipdrive.toml"
    config.write_text('[pose]\nmodel = "stand-in-rendered-int8"\nthreads = 2\n')
    options = ["--config", str(config), "--session-dir", str(tmp_path / "replayed")]
    main(["replay", str(video), "--facing", "right", *options])

    settings = {"pose": {"model": "stand-in-rendered-int8"}, "report": {"each_session": False}}
    recording = BatchRecording("run.mp4", str(video), RecordingSettings(facing=Side.RIGHT))
    job = Job(recording, Config.model_validate(settings), tmp_path / "out", "aaaaaa")
    assert measure(job).error == ""
    assert summary_of(job.folder)["strides"] > 3
    assert_same_bits(tmp_path / "replayed", job.folder)


@pytest.mark.usefixtures("data_dir")
def test_what_is_known_of_a_recording_is_what_a_configuration_would_say(tmp_path: Path) -> None:
    (source,) = runner_files(tmp_path, 1)
    config = tmp_path / "hipdrive.toml"
    config.write_text("[treadmill]\nbelt_mps = 2.5\n[runner]\nheight_m = 1.75\n")
    options = ["--config", str(config), "--session-dir", str(tmp_path / "replayed")]
    assert main(["replay", source, "--slow-motion", "5/4", "--facing", "right", *options]) == 0

    settings = RecordingSettings(
        facing=Side.RIGHT, height_m=1.75, belt_mps=2.5, slow_motion=Fraction(5, 4)
    )
    job = Job(BatchRecording("run1", source, settings), QUICK, tmp_path / "out", "aaaaaa")
    assert measure(job).error == ""
    assert summary_of(job.folder)["metrics"]["stride_length"]["n"] > 10
    assert_same_bits(tmp_path / "replayed", job.folder)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (source,) = runner_files(tmp_path, 1, 4.0)
    return Job(
        BatchRecording("run1", source, RecordingSettings()), QUICK, tmp_path / "out", "aaaaaa"
    )


def test_nothing_is_left_of_the_work(job: Job) -> None:
    assert measure(job).error == ""
    assert list((job.out / WORK_NAME).iterdir()) == []
    assert [each.name for each in (job.out / "sessions").iterdir()] == [job.folder.name]


def test_the_truth_of_a_drawn_runner_is_with_the_session(tmp_path: Path) -> None:
    (source,) = runner_files(tmp_path, 1, 2.0)
    drawn = source.replace("keypoints", "rendered")
    settings = {"pose": {"model": "stand-in-rendered-int8"}}
    recording = BatchRecording("run1", drawn, RecordingSettings())
    job = Job(recording, Config.model_validate(settings), tmp_path / "out", "aaaaaa")
    assert measure(job).error == ""
    assert (job.folder / "truth.csv").read_text().startswith("leg,near,")


def test_an_error_is_one_line_and_leaves_no_session(tmp_path: Path) -> None:
    film = tmp_path / "run.mp4"
    film.write_bytes(b"no film\n" * 1000)
    recording = BatchRecording("run.mp4", str(film), RecordingSettings())
    job = Job(recording, QUICK, tmp_path / "out", "aaaaaa")
    result = measure(job)
    assert result.error.startswith(f"{film}: ")
    assert "\n" not in result.error
    assert not result.of_the_disk
    assert not job.folder.exists()
    assert list((job.out / WORK_NAME).iterdir()) == []


def test_a_session_of_what_was_there_before_is_gone_when_the_new_one_fails(job: Job) -> None:
    assert measure(job).error == ""
    (job.out.parent / "run1.toml").write_text("seconds = 'far too long'\n")
    assert "run1.toml" in measure(job).error
    assert not job.folder.exists()


def test_a_source_that_changes_meanwhile_has_no_session(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hipdrive import app

    replay: Callable[..., Any] = app.replay

    def changing(*arguments: Any) -> Any:  # noqa: ANN401  # as replay
        (job.out.parent / "run1.toml").write_text("seconds = 5.0\n")
        return replay(*arguments)

    monkeypatch.setattr(app, "replay", changing)
    assert measure(job).error == "run1: changed while it was measured"
    assert not job.folder.exists()


def test_a_second_worker_that_was_as_quick_is_no_failure(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hipdrive import app

    replay: Callable[..., Any] = app.replay
    twin = Job(job.recording, job.config, job.out, "bbbbbb")

    def twice(*arguments: Any) -> Any:  # noqa: ANN401  # as replay
        monkeypatch.setattr(app, "replay", replay)
        monkeypatch.setattr("hipdrive.batch.job._one_at_a_time", nullcontext())
        assert measure(twin).error == ""
        return replay(*arguments)

    monkeypatch.setattr(app, "replay", twice)
    assert measure(job).error == ""
    assert json.loads((job.folder / "session.json").read_text())["id"].endswith("bbbbbb")


def test_a_fault_is_told_as_one(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise KeyError("a\n\x1b[31m key")

    monkeypatch.setattr("hipdrive.app.replay", faulty)
    found = measure(job).error
    assert found == "a fault of hipdrive itself (KeyError: 'a\\n\\x1b[31m key')"


@pytest.mark.parametrize("number", [28, 30, 122])
def test_a_full_disk_is_told_from_a_bad_recording(
    job: Job, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """ENOSPC, EROFS and EDQUOT, by Linux's numbers."""

    def full(*_: object) -> None:
        raise OSError(number, "as the system says")

    monkeypatch.setattr("hipdrive.batch.job.note_origin", full)
    assert measure(job).of_the_disk
