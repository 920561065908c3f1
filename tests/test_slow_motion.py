"""Slow motion: given, told by the file, suggested."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import pytest

import hipdrive
from hipdrive.camera.video import VideoFile
from hipdrive.cli import main
from hipdrive.errors import SourceError
from hipdrive.session.pose_source import PoseList
from hipdrive.slow_motion import at_true_speed, factor_from
from hipdrive.sources import open_source
from hipdrive.types.pose import FootShift, Keypoint, Pose
from hipdrive.types.skeleton import COCO_17
from support.camera.video_files import SIZE, encode, noise, plain
from support.runner_file import CADENCE_SPM, key_points_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def slowed(source: str, factor: int) -> Iterator[Pose]:
    """A runner's key points as slow motion has them."""
    with open_source(source) as poses:
        for pose in poses:
            assert isinstance(pose, Pose)
            yield Pose(pose.t_ns * factor, pose.keypoints)


def phone_video(path: Path, taken_fps: str, played_fps: int) -> Path:
    """As Android's recorder writes slow motion: the rate of the camera in a key of its own."""
    options = {"movflags": "use_metadata_tags"}
    with av.open(str(path), "w", options=options) as container:
        container.metadata["com.android.capture.fps"] = taken_fps
        stream = container.add_stream("libx264", rate=played_fps)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for _ in range(6):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(plain((90, 90, 90)))))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_runner_in_slow_motion_is_told_the_factor_and_measured_with_it(
    tmp_path: Path, factor: int
) -> None:
    source = key_points_of(tmp_path)
    refused = hipdrive.analyze(slowed(source, factor)).summary
    assert refused.verdict == "not_running"
    assert f"--slow-motion {factor}" in refused.statement
    assert refused.cadence_spm is None
    plain_run = hipdrive.analyze(source).summary
    measured = hipdrive.analyze(slowed(source, factor), slow_motion=factor).summary
    assert measured.cadence_spm == pytest.approx(CADENCE_SPM, rel=0.01)
    assert measured.thigh_ext_deg == plain_run.thigh_ext_deg
    assert any("divided by" in warning for warning in measured.warnings)


def test_the_file_says_how_slow_it_plays(tmp_path: Path) -> None:
    path = phone_video(tmp_path / "a.mp4", "240.000000", 30)
    with VideoFile(path) as video:
        assert video.slow_motion == 8
    with open_source(path) as source:
        assert [frame.t_ns for frame in source] == [
            round(Fraction(index, 240) * 10**9) for index in range(6)
        ]
        assert any("--slow-motion 1" in warning for warning in source.warnings)
    with open_source(path, slow_motion=Fraction(1)) as source:
        assert [frame.t_ns for frame in source][1] == 33_333_333
        assert source.warnings == []


@pytest.mark.parametrize(("taken", "played"), [("240", 240), ("30", 30), ("1.0", 30), ("30.1", 30)])
def test_a_file_that_plays_as_it_was_taken_is_left_alone(
    tmp_path: Path, taken: str, played: int
) -> None:
    with VideoFile(phone_video(tmp_path / "a.mp4", taken, played)) as video:
        assert video.slow_motion == 1


@pytest.mark.parametrize("taken", ["fast", "nan", "inf", "1/0", "", "-240", "99999", "1e999999999"])
def test_a_rate_that_is_none_is_not_believed(tmp_path: Path, taken: str) -> None:
    with VideoFile(phone_video(tmp_path / "a.mp4", taken, 30)) as video:
        assert video.slow_motion == 1


def test_the_times_of_the_foot_are_slow_as_well() -> None:
    points = (Keypoint(0, 0, 0),) * len(COCO_17)
    poses = [Pose(8000 * n, points, foot=FootShift(8000, 3, 4)) for n in range(3)]
    source = at_true_speed(PoseList(poses), Fraction(8))
    assert [(pose.t_ns, pose.foot) for pose in source if isinstance(pose, Pose)] == [
        (1000 * n, FootShift(1000, 3, 4)) for n in range(3)
    ]


@pytest.mark.parametrize(
    ("text", "factor"), [("8", 8), ("1", 1), ("9.6", Fraction(48, 5)), ("240/25", Fraction(48, 5))]
)
def test_factors(text: str, factor: Fraction) -> None:
    assert factor_from(text) == factor


@pytest.mark.parametrize(
    "text", ["0", "-8", "10000", "0.5", "8/0", "eight", "", "1e2", "8x", "inf"]
)
def test_a_factor_that_cannot_be_is_refused_in_one_line(
    text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=r"not possible; give .*1 to 100, such as 8"):
        factor_from(text)
    with pytest.raises(SystemExit):
        main(["replay", str(tmp_path), f"--slow-motion={text}"])
    assert "is not possible; give how many times" in capsys.readouterr().err.splitlines()[-1]


def test_a_program_may_ask_for_an_impossible_factor_too(tmp_path: Path) -> None:
    video = encode(tmp_path / "a.mp4", noise(2))
    with pytest.raises(SourceError, match="not possible"):
        hipdrive.analyze(video, slow_motion=0)


def test_a_run_that_is_refused_for_something_else_is_not_taken_for_slow_motion(
    tmp_path: Path,
) -> None:
    """Two shots of one runner have no verdict, but their steps take what a runner's take."""
    with open_source(key_points_of(tmp_path)) as poses:
        every_third = [pose for number, pose in enumerate(poses) if number % 3 == 0]
    summary = hipdrive.analyze(pose for pose in every_third if isinstance(pose, Pose)).summary
    assert "slow-motion" not in summary.statement
