"""Which recordings are meant by files, folders and manifests."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from hipdrive.batch.gathering import gather
from hipdrive.batch.recording import RecordingSettings
from hipdrive.errors import SourceError
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = RecordingSettings()
RATE = RecordingSettings(fps=Fraction(60))


def files(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([]) if path.suffix == ".json" else "", encoding="utf-8")


def names(folder: Path, out: Path | None = None) -> list[str]:
    found = gather([str(folder)], NOTHING, out or folder / "out")
    return [each.named.removeprefix(f"{folder}/") for each in found]


def test_recordings_of_a_folder_are_found_at_any_depth(tmp_path: Path) -> None:
    files(tmp_path, "b.MP4", "a.mov", "notes.txt", "deep/er/run.trc", "deep/x.c3d", ".hidden.mp4")
    files(tmp_path, ".trash/c.mp4", "results.json")
    assert names(tmp_path) == ["a.mov", "b.MP4", "deep/x.c3d", "deep/er/run.trc"]


def test_a_folder_that_is_a_recording_is_one(tmp_path: Path) -> None:
    files(tmp_path, "timed/0.png", "timed/1.png", "timed/timestamps.csv")
    files(tmp_path, "images/0.jpg", "images/1.jpg")
    files(tmp_path, "openpose/0.json", "openpose/1.json")
    files(tmp_path, "session/poses.npz", "session/session.json", "session/strides.csv")
    files(tmp_path, "clips/cover.jpg", "clips/run.mp4")
    assert names(tmp_path) == ["images", "openpose", "session", "timed", "clips/run.mp4"]


def test_results_are_no_recordings(tmp_path: Path) -> None:
    files(tmp_path, "a.mp4", "out/sessions/a-1/poses.npz")
    assert names(tmp_path) == ["a.mp4"]
    assert len(names(tmp_path, tmp_path / "elsewhere")) == 2


def test_a_recording_that_is_meant_twice_is_measured_once(tmp_path: Path) -> None:
    files(tmp_path, "a.mp4", "b.mp4")
    sources = [str(tmp_path / "b.mp4"), str(tmp_path), str(tmp_path / "b.mp4")]
    found = gather(sources, NOTHING, tmp_path / "out")
    assert [each.source for each in found] == [str(tmp_path / "b.mp4"), str(tmp_path / "a.mp4")]


def test_one_that_is_named_twice_with_differing_settings_is_refused(tmp_path: Path) -> None:
    files(tmp_path, "a.mp4")
    (tmp_path / "runs.csv").write_text("source,facing\na.mp4,left\n", encoding="utf-8")
    sources = [str(tmp_path / "runs.csv"), str(tmp_path / "a.mp4")]
    with pytest.raises(SourceError, match=r"a\.mp4: is named twice, with differing settings"):
        gather(sources, NOTHING, tmp_path / "out")


def test_a_manifest_s_names_are_seen_from_its_folder_and_its_cells_come_first(
    tmp_path: Path,
) -> None:
    files(tmp_path, "clips/a.mp4", "clips/more/b.mp4")
    lines = "source,facing\na.mp4,left\nmore,\n"
    (tmp_path / "clips" / "runs.csv").write_text(lines, encoding="utf-8")
    settings = RecordingSettings(facing=Side.RIGHT, slow_motion=Fraction(8))
    first, second = gather([str(tmp_path / "clips" / "runs.csv")], settings, tmp_path / "out")
    assert (first.named, first.source) == ("a.mp4", str(tmp_path / "clips" / "a.mp4"))
    assert first.settings == RecordingSettings(facing=Side.LEFT, slow_motion=Fraction(8))
    assert second.named == "more/b.mp4"
    assert second.settings == settings


def test_a_rate_goes_to_what_has_no_times(tmp_path: Path) -> None:
    files(tmp_path, "a.mp4", "images/0.png", "timed/0.png", "timed/timestamps.csv")
    files(tmp_path, "openpose/0.json")
    found = gather([str(tmp_path)], RATE, tmp_path / "out")
    rates = {each.named.rpartition("/")[2]: each.settings.fps for each in found}
    assert rates == {"a.mp4": None, "images": 60, "timed": None, "openpose": 60}


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    sources = [str(tmp_path / "gone.mp4"), str(tmp_path / "empty"), "keypoints:gone.toml"]
    with pytest.raises(SourceError) as caught:
        gather(sources, NOTHING, tmp_path / "out")
    told = str(caught.value).split("\n")
    assert told[0].endswith("gone.mp4: no such file or folder")
    assert "empty: holds no recordings; those of a folder are videos" in told[1]
    assert told[2].strip() == "keypoints:gone.toml: no such file or folder"


def test_folders_of_sessions_are_told_apart(tmp_path: Path) -> None:
    odd = "a b\n<i>.mp4"
    files(tmp_path, "one/run.mp4", "two/run.mp4", "two/run.mov", odd)
    found = gather([str(tmp_path)], NOTHING, tmp_path / "out")
    folders = [each.folder_name for each in found]
    assert len(set(folders)) == 4
    assert all(name.replace("-", "").replace("_", "").isalnum() for name in folders)
