"""BlazePose on the real clip, whose cadence was counted, against RTMPose's feet there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import pytest

from hipdrive.camera.video import VideoFile
from hipdrive.gait.engine import GaitEngine
from hipdrive.pose.blazepose.model import BlazePose
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.store import find_spec
from hipdrive.types.pose import Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17_FEET

if TYPE_CHECKING:
    from hipdrive.types.stride import Stride

pytestmark = pytest.mark.long

CADENCE_SPM = 168.9
"""Measured from raw pixels without a pose model, +-0.5."""
MOST_MS = 10.0
"""What is asked of events from a foot, of the mean and of the SD."""
SPEC = find_spec("blazepose-full")


def near(poses: list[Pose]) -> list[Stride]:
    engine = GaitEngine(filter_hz="auto")
    strides = [stride for pose in poses for stride in engine.step(pose).strides if stride.near]
    assert engine.facing is Side.LEFT
    return strides


@pytest.fixture(scope="module")
def poses(clip: Path) -> list[Pose]:
    path = Path(os.environ.get("HIPDRIVE_MODELS", "nowhere")) / SPEC.file
    if not path.is_file():
        pytest.skip(f"{SPEC.file} is not in $HIPDRIVE_MODELS")
    estimate = PoseEstimator(BlazePose(path, SPEC, "ai-edge-litert", 1))
    with VideoFile(clip) as video:
        return [estimate(frame) for frame in video]


def rtmpose(path: Path) -> list[Pose]:
    """The clip's RTMPose key points; eyes and ears, which it lacks, stay at score zero."""
    recording = json.loads(path.read_text(encoding="utf-8"))
    column = {name: i for i, name in enumerate(recording["keypoint_names"])}
    names = [
        f"{name[0]}_{name.partition('_')[2].replace('toe', 'big_toe')}" if "_" in name else name
        for name in COCO_17_FEET.joints
    ]
    return [
        Pose.from_array(
            index * 10**9 // 30,
            [frame[column[name]] if name in column else (0.0, 0.0, 0.0) for name in names],
            COCO_17_FEET,
        )
        for index, frame in enumerate(recording["frames"])
    ]


def test_cadence_is_the_runners_and_nearly_every_stride_is_found(poses: list[Pose]) -> None:
    strides = near(poses)
    # 12 s at 168.9 steps a minute are 16 whole strides; in the first one the legs are mixed up.
    assert 14 <= sum(stride.accepted for stride in strides) <= 17
    times_ns = [stride.stride_time_ns for stride in strides if stride.times_cadence]
    assert 120e9 * len(times_ns) / sum(times_ns) == pytest.approx(CADENCE_SPM, abs=1)


def test_the_foot_lands_when_another_model_s_heel_and_toe_say_so(
    poses: list[Pose], clip: Path
) -> None:
    """Of strides that count: a rejected one may be none at all."""
    recording = rtmpose(clip.with_name("male_side.rtmpose.json"))
    others = [stride for stride in near(recording) if stride.accepted]
    apart_ms = []
    for stride in [stride for stride in near(poses) if stride.accepted]:
        other = min(others, key=lambda each: abs(each.t_ns - stride.t_ns))
        if stride.foot_strike_ns is not None and other.foot_strike_ns is not None:
            apart_ms.append((stride.foot_strike_ns - other.foot_strike_ns) / 1e6)
    assert len(apart_ms) >= 12
    assert abs(fmean(apart_ms)) <= MOST_MS
    assert pstdev(apart_ms) <= MOST_MS
