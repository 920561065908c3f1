"""Key points of other programs are measured as our own."""

from __future__ import annotations

import json
import math
import os
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive.errors import MissingPackageError, SourceError
from hipdrive.keypoint_files.joint_centres import with_hip_centres
from hipdrive.keypoint_files.joint_names import JointNames
from hipdrive.keypoint_files.layouts import WHOLE_BODY_FEET
from hipdrive.sources import open_source
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Pose
from hipdrive.types.skeleton import COCO_17
from support.keypoint_files import FOOT_MARKERS, MARKERS, in_space, mmpose, openpose, poses_of, trc
from support.rendered.feet import with_feet
from support.rendered.runners import truth_of
from support.runner_file import CADENCE_SPM, FPS

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.session.summary import SessionSummary

SECONDS = 8.0
RATE = Fraction(FPS)
CADENCE_WITHIN_SPM = 0.1
ROUNDED_DEG = 0.05
"""What rounding to a 1/65536 of a pixel, or to a micrometre, may do to a peak, and more."""


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> list[Pose]:
    return poses_of(tmp_path_factory.mktemp("runner"), SECONDS)


@pytest.fixture(scope="module")
def plain(poses: list[Pose]) -> SessionSummary:
    summary = hipdrive.analyze(poses).summary
    assert summary.cadence_spm == pytest.approx(CADENCE_SPM, abs=CADENCE_WITHIN_SPM)
    return summary


def seconds(poses: list[Pose]) -> list[float]:
    return [(pose.t_ns - poses[0].t_ns) / 1e9 for pose in poses]


def assert_same(found: SessionSummary, plain: SessionSummary) -> None:
    assert found.verdict == "running"
    assert found.near_leg == plain.near_leg
    assert found.strides == plain.strides
    assert found.thigh_ext_deg.mean == pytest.approx(plain.thigh_ext_deg.mean, abs=ROUNDED_DEG)
    # Where the file has feet, foot strikes come from them; both are held to the truth.
    assert found.cadence_spm == pytest.approx(CADENCE_SPM, abs=CADENCE_WITHIN_SPM)


@pytest.mark.parametrize("model", ["body-25", "coco-18"])
def test_openpose(tmp_path: Path, poses: list[Pose], plain: SessionSummary, model: str) -> None:
    folder = openpose(tmp_path / "json", poses, model)
    assert_same(hipdrive.analyze(folder, fps=RATE).summary, plain)


def test_the_runner_is_followed_past_somebody_larger(
    tmp_path: Path, poses: list[Pose], plain: SessionSummary
) -> None:
    folder = openpose(tmp_path / "json", poses, "body-25", strangers=True)
    assert_same(hipdrive.analyze(folder, fps=RATE).summary, plain)


def test_frames_that_are_missing_leave_the_others_at_their_times(
    tmp_path: Path, poses: list[Pose]
) -> None:
    folder = openpose(tmp_path / "json", poses[:20], "body-25")
    (folder / "run_000000000007_keypoints.json").unlink()
    with open_source(folder, Fraction(50)) as source:
        assert [pose.t_ns // 20_000_000 for pose in source] == [*range(7), *range(8, 20)]


@pytest.mark.parametrize("meta", [True, False])
def test_mmpose(tmp_path: Path, poses: list[Pose], plain: SessionSummary, *, meta: bool) -> None:
    path = mmpose(tmp_path / "run.json", poses, meta=meta)
    assert_same(hipdrive.analyze(path, fps=RATE).summary, plain)


FOOT_METRICS = ("contact_time", "ankle_toe_off", "foot_contact_angle")


def whole_body(path: Path, poses: list[Pose]) -> Path:
    """MMPose's predictions of COCO-WholeBody, 133 key points, whose toes are `left_big_toe`."""
    names = (*COCO_17.joints, *WHOLE_BODY_FEET)
    ours = {joint: joint.replace("big_toe", "toe") for joint in names}
    frames = []
    for number, pose in enumerate(poses):
        seen = [pose[ours[name]] if ours[name] in pose.skeleton else None for name in names]
        rows = [(p.x / ONE, p.y / ONE, p.score / ONE) if p else (0.0, 0.0, 0.0) for p in seen]
        rows += [(0.0, 0.0, 0.0)] * (133 - len(rows))
        person = {"keypoints": [row[:2] for row in rows], "keypoint_scores": [r[2] for r in rows]}
        frames.append({"frame_id": number, "instances": [person]})
    path.write_text(json.dumps(frames))
    return path


@pytest.mark.parametrize("source", ["openpose", "mmpose", "trc"])
def test_foot_and_ankle_are_measured_whatever_the_toe_is_called(
    tmp_path: Path, source: str
) -> None:
    """OpenPose, MMPose and markers have a big toe; the metrics want a toe."""
    poses = list(with_feet(truth_of(seconds=SECONDS, camera={"fps": FPS})))
    plain = hipdrive.analyze(poses).summary
    if source == "openpose":
        found = hipdrive.analyze(openpose(tmp_path / "json", poses, "body-25"), fps=RATE).summary
    elif source == "mmpose":
        found = hipdrive.analyze(whole_body(tmp_path / "run.json", poses), fps=RATE).summary
    else:
        markers = [*MARKERS, *FOOT_MARKERS]
        path = trc(tmp_path / "run.trc", seconds(poses), in_space(poses, markers), "m", markers)
        found = hipdrive.analyze(path).summary
    assert plain.metrics["contact_time"].definition == "contact_time/2"
    for name in FOOT_METRICS:
        wanted, got = plain.metrics[name], found.metrics[name]
        assert got.definition == wanted.definition
        assert got.n == wanted.n
        assert got.n
        assert got.mean == pytest.approx(wanted.mean, abs=0.1)


@pytest.mark.parametrize(("unit", "per_m"), [("m", 1.0), ("mm", 1000.0)])
@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_trc_in_metres_and_millimetres_whichever_axis_is_up(
    tmp_path: Path,
    poses: list[Pose],
    plain: SessionSummary,
    unit: str,
    per_m: float,
    axes: tuple[int, int, int],
) -> None:
    turned = in_space(poses)[:, :, axes]
    path = trc(tmp_path / "run.trc", seconds(poses), turned * per_m, unit, MARKERS)
    found = hipdrive.analyze(path).summary
    assert found.facing == "right"
    assert_same(found, plain)


def test_a_runner_who_goes_across_the_room_is_seen_square(
    tmp_path: Path, poses: list[Pose], plain: SessionSummary
) -> None:
    """Turned by 35 degrees about the vertical; a fixed plane would shrink the angles."""
    x, y, z = np.moveaxis(in_space(poses), -1, 0)
    cos, sin = math.cos(math.radians(35)), math.sin(math.radians(35))
    turned = np.stack([x * cos + z * sin, y, z * cos - x * sin], -1)
    path = trc(tmp_path / "run.trc", seconds(poses), turned, "m", MARKERS)
    assert_same(hipdrive.analyze(path).summary, plain)


def test_markers_that_are_not_seen_are_gaps_and_not_places(
    tmp_path: Path, poses: list[Pose]
) -> None:
    places = in_space(poses[:10])
    knee = MARKERS.index("RKnee")
    places[3, knee] = np.nan
    places[4, knee] = 0
    path = trc(tmp_path / "run.trc", seconds(poses[:10]), places, "m", MARKERS)
    with open_source(path) as source:
        scores = [pose["right_knee"].score for pose in source if isinstance(pose, Pose)]
    assert [score == 0 for score in scores] == [number in {3, 4} for number in range(10)]


def test_c3d(tmp_path: Path, poses: list[Pose], plain: SessionSummary) -> None:
    ezc3d = pytest.importorskip("ezc3d")
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [FPS]
    file["parameters"]["POINT"]["LABELS"]["value"] = [f"Runner:{name}" for name in MARKERS]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    points = np.ones((4, len(MARKERS), len(poses)))
    points[:3] = 1000 * in_space(poses).transpose(2, 1, 0)
    file["data"]["points"] = points
    file.write(str(tmp_path / "run.c3d"))
    assert_same(hipdrive.analyze(tmp_path / "run.c3d").summary, plain)


def test_hips_from_the_spines_of_the_pelvis() -> None:
    """Width 24 cm, depth 16 cm, upright, facing x: Harrington's equations by hand."""
    names = ["LASI", "RASI", "LPSI", "RPSI"]
    spines = [[0.16, 1, -0.12], [0.16, 1, 0.12], [0, 1, -0.05], [0, 1, 0.05]]
    found, places = with_hip_centres(names, np.array([spines]))
    assert found[4:] == ["LHJC", "RHJC"]
    assert places[0, 5] == pytest.approx([0.16 - 0.0483, 1 - 0.0829, 0.0865], abs=1e-9)
    assert places[0, 4] == pytest.approx([0.16 - 0.0483, 1 - 0.0829, -0.0865], abs=1e-9)


@pytest.mark.parametrize("name", ["RHip", "R_HIP", "R.Hip", "right_hip", "Amy:RHJC", "hip_r"])
def test_the_same_joint_under_many_names(name: str) -> None:
    assert JointNames(["Nose", name]).joints == ("right_hip",)


# Refusals: one line that says what is wrong and what would do


def refused(path: Path, fps: Fraction | None = None) -> str:
    with pytest.raises(SourceError) as error:
        open_source(path, fps)
    message = str(error.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


def test_json_without_a_rate(tmp_path: Path, poses: list[Pose]) -> None:
    assert "--fps" in refused(openpose(tmp_path / "json", poses[:2], "body-25"))
    assert "--fps" in refused(mmpose(tmp_path / "a.json", poses[:2], meta=True))


def test_json_without_people(tmp_path: Path, poses: list[Pose]) -> None:
    folder = openpose(tmp_path / "json", poses[:3], "body-25")
    second = folder / "run_000000000001_keypoints.json"
    second.write_text('{"version": 1.3, "people": []}')
    with open_source(folder, RATE) as source:
        seen = [pose.runner_seen for pose in source if isinstance(pose, Pose)]
    assert seen == [True, False, True]
    for file in folder.iterdir():
        file.write_text('{"version": 1.3, "people": []}')
    assert "has nobody in any of its 3 frames" in refused(folder, RATE)
    second.write_text('{"version": 1.3}')
    with pytest.raises(SourceError, match=r'keypoints.json: has no list "people"; a folder of'):
        open_source(folder, RATE)


def test_json_with_nan(tmp_path: Path, poses: list[Pose]) -> None:
    path = mmpose(tmp_path / "a.json", poses[:3], meta=False)
    values = json.loads(path.read_text())
    values[1]["instances"][0]["keypoints"][14][0] = float("nan")
    values[2]["instances"][0]["keypoint_scores"][14] = None
    path.write_text(json.dumps(values))
    with open_source(path, RATE) as source:
        seen = [pose for pose in source if isinstance(pose, Pose)]
        assert source.warnings == ["a.json: 2 key points are no numbers; taken as unseen"]
    assert [pose["right_knee"].score > 0 for pose in seen] == [True, False, False]
    assert [pose["right_hip"].score > 0 for pose in seen] == [True] * 3


@pytest.mark.parametrize(
    "text", ["", "[", "nonsense", '{"a": 1}', "[1]", '[{"instances": 3}]', "[]"]
)
def test_json_of_something_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    assert ";" in refused(path, RATE)


def test_a_pipe_among_the_files_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x_000000000000_keypoints.json")
    assert "cannot be read (not a regular file)" in refused(tmp_path, RATE)


@pytest.mark.parametrize("number", [10**30, -1, 0])
def test_frames_whose_numbers_make_no_order(tmp_path: Path, poses: list[Pose], number: int) -> None:
    path = mmpose(tmp_path / "a.json", poses[:3], meta=False)
    values = json.loads(path.read_text())
    values[1]["frame_id"] = number
    path.write_text(json.dumps(values))
    assert "in order" in refused(path, RATE)


def test_a_place_beyond_all_numbers(tmp_path: Path, poses: list[Pose]) -> None:
    path = mmpose(tmp_path / "a.json", poses[:1], meta=False)
    values = json.loads(path.read_text())
    values[0]["instances"][0]["keypoints"][3][0] = 10**400
    path.write_text(json.dumps(values))
    assert "keypoints are not numbers" in refused(path, RATE)


def test_images_with_json_beside_them_are_images(tmp_path: Path, poses: list[Pose]) -> None:
    folder = openpose(tmp_path / "json", poses[:2], "body-25")
    (folder / "frame_1.png").touch()
    with open_source(folder, RATE) as source:
        assert source.frame_count == 1


def test_trc_in_another_unit_than_it_says(tmp_path: Path, poses: list[Pose]) -> None:
    few, times = in_space(poses[:5]), seconds(poses[:5])
    assert "in mm it would be a person's" in refused(
        trc(tmp_path / "a.trc", times, 1000 * few, "m", MARKERS)
    )
    assert "in m it would be a person's" in refused(
        trc(tmp_path / "b.trc", times, few, "mm", MARKERS)
    )
    assert "is in 'feet'; m, cm and mm are read" in refused(
        trc(tmp_path / "c.trc", times, few, "feet", MARKERS)
    )


def test_trc_without_the_markers_needed(tmp_path: Path, poses: list[Pose]) -> None:
    names = ["Foo" if name == "LKnee" else name for name in MARKERS]
    path = trc(tmp_path / "a.trc", seconds(poses[:5]), in_space(poses[:5]), "m", names)
    assert "has no left_knee but LShoulder, " in refused(path)


@pytest.mark.parametrize("lines", [0, 3, 5, 6])
def test_a_trc_that_was_cut(tmp_path: Path, poses: list[Pose], lines: int) -> None:
    path = trc(tmp_path / "a.trc", seconds(poses[:5]), in_space(poses[:5]), "m", MARKERS)
    path.write_text("\n".join(path.read_text().splitlines()[:lines]))
    assert "export it again" in refused(path)


def test_a_c3d_that_is_damaged_or_lacks_markers(tmp_path: Path) -> None:
    ezc3d = pytest.importorskip("ezc3d")
    path = tmp_path / "a.c3d"
    path.write_bytes(b"no such thing" * 100)
    assert "is damaged, or no C3D" in refused(path)
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["pelvis_1", "pelvis_2"]
    file["data"]["points"] = np.ones((4, 2, 10))
    file.write(str(path))
    assert "right_ankle but pelvis_1, pelvis_2; shoulders, hips" in refused(path)


def test_c3d_without_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.c3d").touch()
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    with pytest.raises(MissingPackageError, match=r"a.c3d: C3D needs ezc3d.*'hipdrive\[c3d\]'"):
        open_source(tmp_path / "a.c3d")
