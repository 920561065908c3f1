"""A finished recording is known again, and one whose source or settings changed is not."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.batch.job import Job, measure
from hipdrive.batch.origin import ORIGIN_NAME, SessionOrigin, is_finished
from hipdrive.batch.recording import BatchRecording, RecordingSettings
from hipdrive.errors import SourceError
from support.batches import QUICK, runner_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A recording that has been measured."""
    (source,) = runner_files(tmp_path, 1, 4.0)
    recording = BatchRecording("run1", source, RecordingSettings(belt_mps=3.0))
    made = Job(recording, QUICK, tmp_path / "out", "aaaaaa")
    assert measure(made).error == ""
    return made


def finished(job: Job) -> bool:
    return is_finished(job.folder, job.recording, job.config)


def source_file(job: Job) -> Path:
    return job.out.parent / "run1.toml"


def test_what_has_not_changed_is_finished_and_left_alone(job: Job) -> None:
    assert finished(job)
    before = (job.folder / "session.json").stat()
    assert measure(job).error == ""
    assert (job.folder / "session.json").stat() == before


def test_a_source_whose_times_alone_changed_is_finished(job: Job) -> None:
    os.utime(source_file(job), ns=(1, 1))
    assert finished(job)
    noted = json.loads((job.folder / ORIGIN_NAME).read_text())
    assert noted["files"] == SessionOrigin.of(job.recording, job.config).files


def test_other_content_of_the_same_size_and_time_is_not_finished(job: Job) -> None:
    file = source_file(job)
    state = file.stat()
    file.write_text(file.read_text().replace("seed = 1", "seed = 9"))
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert file.stat().st_size == state.st_size
    assert not finished(job)


def config_with(job: Job, table: str, **values: object) -> Job:
    changed = getattr(job.config, table).model_copy(update=values)
    return replace(job, config=job.config.model_copy(update={table: changed}))


def settings_with(job: Job, **values: float) -> Job:
    settings = replace(job.recording.settings, **values)  # type: ignore[arg-type]  # as each says
    return replace(job, recording=replace(job.recording, settings=settings))


@pytest.mark.parametrize(
    "change",
    [
        lambda job: config_with(job, "gait", toe_off_ms=30),
        lambda job: config_with(job, "pose", model="stand-in-rendered-int8"),
        lambda job: config_with(job, "coach", raise_deg=1.0),
        lambda job: config_with(job, "report", each_session=True),
        lambda job: settings_with(job, belt_mps=3.1),
        lambda job: settings_with(job, height_m=1.8),
    ],
)
def test_other_settings_are_not_finished(job: Job, change: Callable[[Job], Job]) -> None:
    assert not finished(change(job))


@pytest.mark.parametrize(
    "change",
    [
        lambda job: config_with(job, "hub", host="broker.example"),
        lambda job: config_with(job, "web", port=1),
        lambda job: config_with(job, "keep", days=1),
        # One thread each, whatever is configured.
        lambda job: config_with(job, "pose", threads=3),
    ],
)
def test_settings_that_no_replay_looks_at_do_not_matter(
    job: Job, change: Callable[[Job], Job]
) -> None:
    assert finished(change(job))


def test_another_version_is_not_finished(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hipdrive.batch.origin.__version__", "9.9.9")
    assert not finished(job)


@pytest.mark.parametrize("name", ["session.json", "strides.csv", "cues.csv", "SHA256SUMS"])
def test_a_session_that_lacks_a_file_is_not_finished(job: Job, name: str) -> None:
    (job.folder / name).unlink()
    assert not finished(job)


@pytest.mark.parametrize("name", ["session.json", "strides.csv"])
def test_a_session_that_is_cut_off_is_not_finished(job: Job, name: str) -> None:
    path = job.folder / name
    os.truncate(path, path.stat().st_size // 2)
    assert not finished(job)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": 1}', "[" * 100_000, '{"schema": "hipdrive/batch/0"}']
)
def test_a_damaged_note_is_not_finished(job: Job, text: str) -> None:
    (job.folder / ORIGIN_NAME).write_text(text)
    assert not finished(job)
    assert measure(job).error == ""
    assert finished(job)


def test_a_calibration_belongs_to_the_source(job: Job) -> None:
    camera = job.out.parent / "camera.json"
    camera.write_text("{}")
    settings = replace(job.recording.settings, calibration=camera)
    recording = replace(job.recording, settings=settings)
    before = SessionOrigin.of(recording, job.config).content_sha256()
    camera.write_text("{ }")
    assert SessionOrigin.of(recording, job.config).content_sha256() != before


def test_of_a_session_its_key_points_are_the_source(job: Job) -> None:
    recording = BatchRecording("again", str(job.folder), RecordingSettings())
    assert list(SessionOrigin.of(recording, QUICK).files) == [str(job.folder / "poses.npz")]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    recording = BatchRecording("pipe.mp4", str(tmp_path / "pipe.mp4"), RecordingSettings())
    with pytest.raises(SourceError, match=r"pipe\.mp4: is not a file"):
        SessionOrigin.of(recording, QUICK)
