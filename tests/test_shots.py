"""A recording of several shots, measured shot by shot."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from hipdrive.cli import main
from hipdrive.session.pose_source import PoseList
from hipdrive.shots import FrameShot, PoseShot, shots_of
from hipdrive.sources import open_source
from hipdrive.types.frame import Frame
from hipdrive.types.pose import Pose
from support.runner_file import FPS, key_points_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.camera.source import FrameSource

SECONDS = 12


class Pictures:
    """Frames of two rooms, with a flat black one between."""

    name = "film.mp4"
    frame_count = None
    warnings: tuple[str, ...] = ()

    def __init__(self, rooms: list[int]) -> None:
        self._rooms = rooms
        generator = np.random.default_rng(3)
        self._images = generator.integers(0, 255, (9, 96, 128, 3), np.uint8)
        self._images[0] = 0

    def __iter__(self) -> Iterator[Frame]:
        for number, room in enumerate(self._rooms):
            yield Frame(number * 33_000_000, self._images[room])


def number_of(view: Frame | Pose) -> int:
    return view.t_ns // 33_000_000


def two_runners(folder: Path) -> list[Pose]:
    """The same runner in two shots, the second beside the first and a little larger."""
    with open_source(key_points_of(folder, SECONDS)) as poses:
        first = [pose for pose in poses if isinstance(pose, Pose)]
    later = SECONDS * 1_000_000_000
    moved = [
        Pose(
            pose.t_ns + later,
            tuple(p._replace(x=p.x * 6 // 5, y=p.y * 6 // 5) for p in pose.keypoints),
            cut=number == 0,
        )
        for number, pose in enumerate(first)
    ]
    return [*first, *moved]


def test_pictures_are_parted_at_the_cuts() -> None:
    film = cast("FrameSource", Pictures([1] * 5 + [2] * 4 + [0] + [3] * 6))
    parts = [[number_of(frame) for frame in shot] for shot in shots_of(film)]
    assert parts == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13, 14, 15]]


def test_a_shot_that_is_not_used_up_is_passed_by() -> None:
    film = cast("FrameSource", Pictures([1] * 5 + [2] * 4))
    firsts = []
    for shot in shots_of(film):
        for view in shot:
            firsts.append(number_of(view))
            break
    assert firsts == [0, 5]


def test_shots_have_names_of_their_own_and_leave_the_recording_open(tmp_path: Path) -> None:
    source = PoseList(two_runners(tmp_path), "film")
    shots = []
    for shot in shots_of(source):
        with shot:
            shots.append((shot.name, sum(1 for _ in shot)))
        assert isinstance(shot, PoseShot)
        assert shot.meta == source.meta
    assert shots == [("film, shot 1", SECONDS * FPS), ("film, shot 2", SECONDS * FPS)]
    assert list(shots_of(PoseList([]))) == []
    assert not issubclass(FrameShot, PoseShot)


@pytest.mark.usefixtures("data_dir")
def test_replay_gives_each_shot_a_session(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    poses = two_runners(tmp_path)
    monkeypatch.setattr("hipdrive.sources._opened", lambda *_: PoseList(poses, "film"))
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    assert main(["replay", "film", "--session-dir", str(whole)]) == 3
    assert "replay it with --shots" in capsys.readouterr().err
    assert main(["replay", "film", "--shots", "--session-dir", str(parted)]) == 0
    found = [json.loads((parted / f"shot-{n}" / "session.json").read_text()) for n in (1, 2)]
    assert [each["source"] for each in found] == ["film, shot 1", "film, shot 2"]
    assert len({each["id"] for each in found}) == 2
    first, second = (each["thigh_ext_deg"]["mean"] for each in found)
    # The second picture is the first one enlarged, and angles do not know of that.
    assert first == pytest.approx(second, abs=0.05)
    assert found[0]["verdict"] == found[1]["verdict"] == "running"
    assert not (parted / "shot-3").exists()


@pytest.mark.usefixtures("data_dir")
def test_shots_without_a_runner_end_as_a_recording_without_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runners = two_runners(tmp_path)
    still = [replace(pose, keypoints=runners[0].keypoints) for pose in runners]
    monkeypatch.setattr("hipdrive.sources._opened", lambda *_: PoseList(still, "film"))
    assert main(["replay", "film", "--shots", "--session-dir", str(tmp_path / "s")]) == 3
