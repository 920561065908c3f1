"""Key points laid out as other projects write them: the runner's figures are the same."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive.errors import SourceError
from hipdrive.sources import open_source
from hipdrive.types.fixed_point import ONE
from support.keypoint_files import (
    MARKERS,
    PX_PER_M,
    in_space,
    openpose,
    poses_of,
    trc,
    with_spines,
)
from support.runner_file import CADENCE_SPM, FPS

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.pose import Pose

SECONDS = 8.0
RATE = Fraction(FPS)


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> list[Pose]:
    return poses_of(tmp_path_factory.mktemp("runner"), SECONDS)


@pytest.fixture(scope="module")
def plain(poses: list[Pose]) -> SessionSummary:
    return hipdrive.analyze(poses).summary


def assert_same(found: SessionSummary, plain: SessionSummary) -> None:
    assert found.verdict == "running"
    assert (found.near_leg, found.strides) == (plain.near_leg, plain.strides)
    assert found.thigh_ext_deg.mean == pytest.approx(plain.thigh_ext_deg.mean, abs=0.05)
    # Where the layout has feet, foot strikes come from them; both are held to the truth.
    assert found.cadence_spm == pytest.approx(CADENCE_SPM, abs=0.1)


def seconds(poses: list[Pose]) -> list[float]:
    return [(pose.t_ns - poses[0].t_ns) / 1e9 for pose in poses]


# JSON


@pytest.mark.parametrize("model", ["mpi-15", "coco-17", "halpe-26", "whole-body-133"])
def test_openpose_s_json_with_other_models(
    tmp_path: Path, poses: list[Pose], plain: SessionSummary, model: str
) -> None:
    """OpenPose with MPI; Pose2Sim and RTMLib with the models of MMPose."""
    assert_same(hipdrive.analyze(openpose(tmp_path / "a", poses, model), fps=RATE).summary, plain)


def test_pose2sim_s_names_and_scores_above_one(
    tmp_path: Path, poses: list[Pose], plain: SessionSummary
) -> None:
    """`cam01_000012.json`; the scores of RTMPose are no probabilities."""
    folder = openpose(tmp_path / "cam01_json", poses, "halpe-26")
    for number, file in enumerate(sorted(folder.iterdir())):
        values = json.loads(file.read_text())
        flat = values["people"][0]["pose_keypoints_2d"]
        flat[2::3] = [1.3 * score for score in flat[2::3]]
        file.unlink()
        (folder / f"cam01_{number:06}.json").write_text(json.dumps(values))
    assert_same(hipdrive.analyze(folder, fps=RATE).summary, plain)


def test_old_openpose_s_name_for_the_key_points(
    tmp_path: Path, poses: list[Pose], plain: SessionSummary
) -> None:
    folder = openpose(tmp_path / "json", poses, "coco-18")
    for file in folder.iterdir():
        file.write_text(file.read_text().replace("pose_keypoints_2d", "pose_keypoints"))
    assert_same(hipdrive.analyze(folder, fps=RATE).summary, plain)


@pytest.mark.parametrize("scale", [3, 4])
def test_shares_of_the_picture_are_refused(tmp_path: Path, poses: list[Pose], scale: int) -> None:
    """OpenPose's --keypoint_scale: in a picture that is no square angles would be others."""
    folder = openpose(tmp_path / "json", poses[:5], "body-25")
    for file in folder.iterdir():
        values = json.loads(file.read_text())
        points = np.array(values["people"][0]["pose_keypoints_2d"]).reshape(-1, 3)
        shares = points / [1920, 1080, 1] if scale == 3 else points / [960, 540, 1] - [1, 1, 0]
        values["people"][0]["pose_keypoints_2d"] = shares.ravel().tolist()
        file.write_text(json.dumps(values))
    with pytest.raises(SourceError, match=r"shares of the picture; .* --keypoint_scale 0"):
        open_source(folder, RATE)


def of_pictures(folder: Path, poses: list[Pose]) -> Path:
    """What MMPose's inferencer saves of a folder of pictures: the people of each, in a file."""
    folder.mkdir()
    for number, pose in enumerate(poses):
        points = [[p.x / ONE, p.y / ONE] for p in pose.keypoints]
        scores = [p.score / ONE for p in pose.keypoints]
        person = {"keypoints": points, "keypoint_scores": scores, "bbox": [[0, 0, 9, 9]]}
        (folder / f"frame_{number:05}.json").write_text(json.dumps([person]))
    return folder


def test_mmpose_of_a_folder_of_pictures(
    tmp_path: Path, poses: list[Pose], plain: SessionSummary
) -> None:
    folder = of_pictures(tmp_path / "predictions", poses)
    (folder / "frame_00003.json").write_text("[]")
    assert_same(hipdrive.analyze(folder, fps=RATE).summary, plain)


def test_mmpose_and_openpose_in_one_folder_are_told_apart(
    tmp_path: Path, poses: list[Pose]
) -> None:
    folder = of_pictures(tmp_path / "predictions", poses[:4])
    (folder / "frame_00002.json").write_text('{"people": []}')
    with pytest.raises(SourceError, match=r"frame_00002.json: is no list of people, as the first"):
        open_source(folder, RATE)


def test_json_with_a_byte_order_mark(tmp_path: Path, poses: list[Pose]) -> None:
    folder = of_pictures(tmp_path / "predictions", poses[:4])
    for file in folder.iterdir():
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    with open_source(folder, RATE) as source:
        assert sum(1 for _ in source) == 4


# Markers


PLUG_IN_GAIT = {"Shoulder": "SHO", "Elbow": "ELB", "Wrist": "WRA", "Knee": "KNE", "Ankle": "ANK"}


def test_plug_in_gait_in_c3d(tmp_path: Path, poses: list[Pose], plain: SessionSummary) -> None:
    """mm, z up, the subject before the name, hips from the spines, a gap without a place."""
    ezc3d = pytest.importorskip("ezc3d")
    names, places = with_spines(in_space(poses))
    for ours, theirs in PLUG_IN_GAIT.items():
        names = [name.replace(ours, theirs) for name in names]
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [FPS]
    file["parameters"]["POINT"]["LABELS"]["value"] = [f"Amy:{name}" for name in names]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    points = np.ones((4, len(names), len(poses)))
    points[:3] = 1000 * places[:, :, (2, 0, 1)].transpose(2, 1, 0)
    points[:3, names.index("RANK"), 7] = np.nan
    file["data"]["points"] = points
    file.write(str(tmp_path / "run.c3d"))
    assert_same(hipdrive.analyze(tmp_path / "run.c3d").summary, plain)


def test_opensim_s_walk(tmp_path: Path, poses: list[Pose], plain: SessionSummary) -> None:
    """Spaces around cells and in the first line, CRLF, names with points, mm, no hips."""
    names, places = with_spines(in_space(poses))
    sided = [
        f"{name[0]}.{name[1:].replace('ASI', 'ASIS').replace('PSI', 'PSIS')}" for name in names
    ]
    path = trc(tmp_path / "walk.trc", seconds(poses), 1000 * places, "mm", sided)
    lines = path.read_text().splitlines()
    lines[0] = r"PathFileType  4	(X/Y/Z) C:\Inversekin\Files_W_HJCs" + "\\"
    lines[2] = "\t".join(f"  {cell}" for cell in lines[2].split("\t"))
    lines[6:] = ["\t".join(f"  {cell}" for cell in line.split("\t")) for line in lines[6:]]
    path.write_bytes("\r\n".join(lines).encode())
    assert_same(hipdrive.analyze(path).summary, plain)


def as_sports2d(path: Path) -> Path:
    """No empty line, frames from 0, three tabs after the last name."""
    lines = path.read_text().splitlines()
    lines[3] += "\t\t\t"
    rows = [line.partition("\t")[2] for line in lines[6:]]
    numbered = [f"{number}\t{row}" for number, row in enumerate(rows)]
    path.write_text("\n".join([*lines[:5], *numbered]) + "\n")
    return path


def test_sports2d_in_one_plane(tmp_path: Path, poses: list[Pose], plain: SessionSummary) -> None:
    flat = in_space(poses) * [1, 1, 0]
    flat[:2] = np.nan
    path = as_sports2d(trc(tmp_path / "run_m.trc", seconds(poses), flat, "m", MARKERS))
    assert_same(hipdrive.analyze(path).summary, plain)


def test_sports2d_in_pixels_though_it_says_metres(tmp_path: Path, poses: list[Pose]) -> None:
    pixels = in_space(poses[:9]) * [PX_PER_M, PX_PER_M, 0]
    path = as_sports2d(trc(tmp_path / "run_px.trc", seconds(poses[:9]), pixels, "m", MARKERS))
    with pytest.raises(SourceError, match=r"no unit makes it a person's: export it in m or mm"):
        open_source(path)
