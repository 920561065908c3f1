"""Two models that see the same known runner, one of them four degrees differently."""

from __future__ import annotations

from math import cos, radians, sin

import pytest

from hipdrive.comparison.two_models import compare
from hipdrive.config import GaitConfig
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame import Frame
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import RIGHT_HIP, RIGHT_KNEE
from support.keypoints import with_joints
from support.rendered.pictures import picture
from support.rendered.runners import truth_of

TURN_DEG = 4.0
TRUTH = truth_of(seconds=8.0)
POSES = {pose.t_ns: pose for pose in KnownPoses(TRUTH, None)}
FRAMES = [Frame(t_ns, picture(TRUTH, 0.0)) for t_ns in POSES]


def seen(frame: Frame) -> Pose:
    return POSES[frame.t_ns]


def seen_turned(frame: Frame) -> Pose:
    """The near knee turned about the hip, backwards: the runner faces right."""
    pose = POSES[frame.t_ns]
    hip, knee = pose[RIGHT_HIP], pose[RIGHT_KNEE]
    x, y = knee.x - hip.x, knee.y - hip.y
    c, s = cos(radians(TURN_DEG)), sin(radians(TURN_DEG))
    turned = Keypoint(hip.x + round(c * x - s * y), hip.y + round(s * x + c * y), ONE)
    return with_joints(pose, {RIGHT_KNEE: turned})


def nobody(frame: Frame) -> Pose:
    points = tuple(point._replace(score=0) for point in POSES[frame.t_ns].keypoints)
    return Pose(frame.t_ns, points)


def test_the_difference_of_the_angle_is_what_it_was_made() -> None:
    found = compare(FRAMES, [("one", seen), ("other", seen_turned)], GaitConfig())
    assert found.same_side
    assert found.first.facing is Side.RIGHT
    angle, tops = found.of_curve(), found.of_peaks()
    assert angle.n > 8 * 60
    assert angle.bias == pytest.approx(-TURN_DEG, abs=0.1)
    assert tops.n == len(found.first.accepted) >= 8
    assert tops.bias == pytest.approx(-TURN_DEG, abs=0.1)
    assert found.first.cadence_spm == pytest.approx(170, abs=0.2)


def test_a_model_that_sees_nobody_agrees_on_nothing() -> None:
    found = compare(FRAMES, [("one", seen), ("blind", nobody)], GaitConfig())
    assert not found.same_side
    assert found.of_curve().n == found.of_peaks().n == 0
    assert found.second.cadence_spm is None
