"""Poses by the names of their joints."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hipdrive
from hipdrive.errors import HipdriveError, SkeletonError
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.skeleton import (
    BODY_PAIRS,
    COCO_17,
    LEFT_KNEE,
    Skeleton,
)

TOES_FIRST = Skeleton("toes-first", ("left_toe", *reversed(COCO_17.joints), "right_toe"))


def test_coco_has_the_seventeen_key_points_of_its_paper() -> None:
    """COCO key points 2017: nose, eyes, ears, then pairs from the shoulders down."""
    pairs = ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    sides = [f"{side}_{joint}" for joint in pairs for side in ("left", "right")]
    assert COCO_17.joints == ("nose", *sides)


@pytest.mark.parametrize("skeleton", [COCO_17, TOES_FIRST])
def test_a_joint_is_found_by_its_name_in_any_order(skeleton: Skeleton) -> None:
    points = tuple(Keypoint(n, 2 * n, 3 * n) for n in range(len(skeleton)))
    pose = Pose(0, points, skeleton=skeleton)
    for number, joint in enumerate(skeleton.joints):
        assert skeleton.index(joint) == number
        assert pose[joint] == (number, 2 * number, 3 * number)


def test_a_joint_that_is_not_there_is_named_with_those_that_are() -> None:
    assert "left_toe" not in COCO_17
    with pytest.raises(SkeletonError, match=r"coco-17 has no left_toe; it has nose, left_eye"):
        COCO_17.index("left_toe")
    assert issubclass(SkeletonError, HipdriveError)
    assert issubclass(SkeletonError, ValueError)


def test_a_joint_named_twice_is_refused() -> None:
    with pytest.raises(SkeletonError, match="names nose more than once"):
        Skeleton("odd", ("nose", "left_eye", "nose"))


def test_a_pose_has_a_key_point_for_each_joint() -> None:
    with pytest.raises(SkeletonError, match=r"16 key points .* 17 joints"):
        Pose(0, (Keypoint(0, 0, 0),) * 16)


@pytest.mark.parametrize("skeleton", [COCO_17, TOES_FIRST])
def test_the_better_side_of_each_joint_of_the_body_counts(skeleton: Skeleton) -> None:
    rows = np.zeros((len(skeleton), 3))
    for (left, right), score in zip(BODY_PAIRS, (0.5, 0.25, 1.0, 0.75), strict=True):
        rows[skeleton.index(left), 2], rows[skeleton.index(right), 2] = score, score / 2
    assert Pose.from_array(0, rows, skeleton).body_score == ONE * 10 // 16


@pytest.mark.parametrize("kind", [np.float32, np.float64, list])
def test_floats_become_the_nearest_of_65536_parts(kind: type) -> None:
    rows = [[0.0, 0.0, 0.0]] * 17
    rows[COCO_17.index(LEFT_KNEE)] = [10.5, -3.25, 0.5]
    rows[0] = [1.4 / ONE, 1.6 / ONE, 1.0]
    pose = Pose.from_array(7, rows if kind is list else np.array(rows, kind))
    assert pose[LEFT_KNEE] == (10.5 * ONE, -3.25 * ONE, ONE // 2)
    assert pose["nose"] == (1, 2, ONE)
    assert pose.t_ns == 7
    assert {type(v) for point in pose.keypoints for v in point} == {int}


@pytest.mark.parametrize("shape", [(17, 2), (16, 3), (51,)])
def test_an_array_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(SkeletonError, match=r"must be \[17, 3\]"):
        Pose.from_array(0, np.zeros(shape))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_key_point_nowhere_is_refused(value: float) -> None:
    rows = np.zeros((17, 3))
    rows[3, 1] = value
    with pytest.raises(ValueError, match="finite"):
        Pose.from_array(0, rows)


def test_poses_need_nothing_but_python() -> None:
    program = "import hipdrive.types.pose, sys; sys.exit('numpy' in sys.modules)"
    path = str(Path(hipdrive.__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": path}, check=False)
    assert done.returncode == 0
