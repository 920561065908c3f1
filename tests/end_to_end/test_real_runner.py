"""The figures on the real clip; its truth is in ../shared/clips/README.md."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hipdrive.app import estimator
from hipdrive.camera.video import VideoFile
from hipdrive.cli import main
from hipdrive.config import PoseConfig
from hipdrive.gait.engine import GaitEngine
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.foot_tracker import FootTracker
from hipdrive.pose.movenet.model import MoveNet
from hipdrive.pose.store import find_spec, yaw_error
from hipdrive.session.poses import RecordedPoses
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.calibration import NO_YAW_ERROR
from hipdrive.types.pose import Pose
from hipdrive.types.skeleton import COCO_17
from support.geometry.rendered_camera import estimated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hipdrive.types.frame import Frame
    from hipdrive.types.stride import Stride
    from support.recorded_session import RecordedSession

CADENCE_SPM = 168.9
"""Measured from raw pixels without a pose model, +-0.5."""


def near_strides(poses: Iterable[Pose]) -> list[Stride]:
    engine = GaitEngine()
    return [s for pose in poses for s in engine.step(pose).strides if s.near]


def cadence_spm(strides: list[Stride]) -> float:
    times = [s.stride_time_ns for s in strides if s.times_cadence]
    return 120e9 * len(times) / sum(times)


def rtmpose_poses(path: Path) -> list[Pose]:
    """The clip's RTMPose key points; those that Halpe-26 lacks of COCO-17 stay at score zero."""
    recording = json.loads(path.read_text())
    column = {name: i for i, name in enumerate(recording["keypoint_names"])}
    short = [n.replace("left_", "l_").replace("right_", "r_") for n in COCO_17.joints]
    poses = []
    for index, frame in enumerate(recording["frames"]):
        rows = [frame[column[n]] if n in column else (0.0, 0.0, 0.0) for n in short]
        poses.append(Pose.from_array(index * 10**9 // 30, rows))
    return poses


def turned_about(frame: Frame, turn_deg: float) -> Frame:
    """As a camera turned clockwise about its axis sees it."""
    height, width, _ = frame.image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, 1.0)
    return replace(frame, image=np.asarray(cv2.warpAffine(frame.image, turn, (width, height))))


def test_cadence_is_the_runners(clip_session: RecordedSession) -> None:
    assert clip_session.summary["cadence_spm"] == pytest.approx(CADENCE_SPM, abs=1.0)


def test_nearly_every_stride_is_found(clip_session: RecordedSession) -> None:
    # 11.97 s at 84.45 strides a minute are 16.8 strides, 16 of them whole.
    assert 15 <= clip_session.summary["strides"] <= 16
    accepted = [
        row
        for row in clip_session.table("strides.csv")
        if row["near"] == "1" and row["accepted"] == "1"
    ]
    assert len(accepted) == clip_session.summary["strides"]


def test_facing_and_near_leg_are_found(clip_session: RecordedSession) -> None:
    assert clip_session.summary["facing"] == "left"
    assert clip_session.summary["near_leg"] == "left"


def test_thigh_extension_agrees_with_another_pose_model(
    clip: Path, clip_session: RecordedSession
) -> None:
    strides = near_strides(rtmpose_poses(clip.with_name("male_side.rtmpose.json")))
    angles = [s.thigh_ext_bam * 360 / 2**32 for s in strides if s.accepted]
    mean = clip_session.summary["thigh_ext_deg"]["mean"]
    assert mean == pytest.approx(sum(angles) / len(angles), abs=4.0)


def test_what_the_model_does_to_the_yaw_is_taken_off(clip_session: RecordedSession) -> None:
    error = yaw_error("movenet-lightning-int8")
    assert yaw_error(None) == yaw_error("somebody's") == NO_YAW_ERROR != error
    with RecordedPoses(clip_session.folder / "poses.npz") as poses:
        yaw_deg = deg_from_bam(estimated(poses, error).yaw_bam)
    assert clip_session.summary["camera"]["yaw_deg"] == pytest.approx(yaw_deg, abs=0.06)


@pytest.mark.long
def test_a_mirror_image_of_the_runner_has_the_same_peaks(
    clip: Path, clip_session: RecordedSession, store_with_model: Path
) -> None:
    """A person has one angle, whichever way they are filmed; MoveNet alone says 1 to 3 degrees."""
    estimate, _ = estimator(PoseConfig(), store_with_model)
    poses = [
        estimate(replace(frame, image=np.ascontiguousarray(frame.image[:, ::-1])))
        for frame in VideoFile(clip)
    ]
    peaks = [deg_from_bam(s.thigh_ext_bam) for s in near_strides(poses) if s.accepted]
    assert len(peaks) == clip_session.summary["strides"]
    mean = clip_session.summary["thigh_ext_deg"]["mean"]
    assert sum(peaks) / len(peaks) == pytest.approx(mean, abs=1.0)


def test_two_pose_models_agree_on_where_the_belt_goes(
    clip: Path, clip_session: RecordedSession
) -> None:
    """Its direction in the picture, though their ankles differ by degrees: see `pose/foot.py`."""
    watch, other = FootTracker(), []
    poses = rtmpose_poses(clip.with_name("male_side.rtmpose.json"))
    for frame, pose in zip(VideoFile(clip), poses, strict=True):
        other.append(replace(pose, foot=watch(frame.image, pose)))
    with RecordedPoses(clip_session.folder / "poses.npz") as recorded:
        tilts_deg = [deg_from_bam(estimated(p).tilt_bam) for p in (list(recorded), other)]
    assert tilts_deg[0] == pytest.approx(tilts_deg[1], abs=1.5)


@pytest.mark.long
@pytest.mark.parametrize("turn_deg", [-5.0, 3.0])
def test_turning_the_camera_turns_the_belt_s_direction_by_as_much(
    clip: Path, clip_session: RecordedSession, model_file: Path, turn_deg: float
) -> None:
    """Of a real runner: how the camera hung nobody knows, but by how much it was turned since."""
    config = PoseConfig()
    spec = find_spec(config.model)
    estimate = PoseEstimator(MoveNet(model_file, spec, config.runtime, 1, config.decode))
    turned = estimated(estimate(turned_about(frame, turn_deg)) for frame in VideoFile(clip))
    with RecordedPoses(clip_session.folder / "poses.npz") as poses:
        as_it_was = estimated(poses)
    # Of who faces left the picture's fall is the roll. Twelve seconds tell it to 0.4 degrees each.
    by_deg = deg_from_bam(as_it_was.tilt_bam - turned.tilt_bam)
    assert by_deg == pytest.approx(turn_deg, abs=1.0)


def test_replaying_the_key_points_gives_the_same_strides_to_the_last_byte(
    clip_session: RecordedSession, tmp_path: Path, data_dir: Path
) -> None:
    recording = clip_session.folder / "poses.npz"
    assert main(["replay", str(recording), "--session-dir", str(tmp_path / "again")]) == 0
    for name in ("strides.csv", "frames.csv", "cues.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (clip_session.folder / name).read_bytes()
    assert not data_dir.exists(), "a replay of key points needs no model and no data folder"


@pytest.mark.parametrize("seed", range(8))
def test_cadence_survives_the_loss_of_a_fifth_of_the_frames(
    clip_session: RecordedSession, seed: int
) -> None:
    chance = random.Random(seed)
    with RecordedPoses(clip_session.folder / "poses.npz") as poses:
        kept = [pose for pose in poses if chance.random() >= 0.2]
    assert cadence_spm(near_strides(kept)) == pytest.approx(
        clip_session.summary["cadence_spm"], abs=1.0
    )


def test_every_frame_is_in_the_record(clip_session: RecordedSession) -> None:
    frames = clip_session.table("frames.csv")
    assert len(frames) == clip_session.summary["frames"] == 360
    assert [float(row["t_s"]) for row in frames] == pytest.approx(
        [i / 30 for i in range(360)], abs=1e-4
    )
    known = [row for row in frames if row["near_thigh_ext_deg"]]
    # All but the last, whose angles the filter had not let out when the clip ended.
    assert len(known) >= 357


def test_the_record_names_the_model_and_what_ran_it(clip_session: RecordedSession) -> None:
    pose = clip_session.summary["pose"]
    assert pose["model"] == "movenet-lightning-int8"
    assert pose["sha256"].startswith("cd7cc22f")
    assert pose["runtime"].startswith("ai-edge-litert 2.1.")
