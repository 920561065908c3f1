from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.errors import SourceError
from hipdrive.rendered.source import RenderedRunner
from hipdrive.session.poses import RecordedPoses
from hipdrive.sources import open_source
from support.runner_file import FPS, key_points_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_session_folder_and_its_recording_are_the_same_source(tmp_path: Path) -> None:
    hipdrive.analyze(key_points_of(tmp_path, 2.0), session_dir=tmp_path / "session")
    for name in (tmp_path / "session", tmp_path / "session" / "poses.npz"):
        with open_source(name) as source:
            assert isinstance(source, RecordedPoses)
            assert source.frame_count == 2 * FPS


def test_a_rendered_runner_is_drawn_or_given_as_key_points(tmp_path: Path) -> None:
    name = key_points_of(tmp_path, 2.0)
    with open_source(name) as key_points, open_source(name.replace("keypoints", "rendered")) as it:
        assert isinstance(it, RenderedRunner)
        assert key_points.frame_count == it.frame_count == 2 * FPS
        assert [view.t_ns for view in key_points] == it.t_ns.tolist()
        assert key_points.name == name


@pytest.mark.parametrize("name", ["keypoints:", "rendered:", "clip.mp4"])
def test_a_rate_is_for_folders_of_images_alone(name: str) -> None:
    with pytest.raises(SourceError, match="leave --fps out"):
        open_source(name, Fraction(30))


def test_a_rendered_runner_whose_file_is_missing_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"runner\.toml: cannot be read"):
        open_source(f"keypoints:{tmp_path / 'runner.toml'}")
