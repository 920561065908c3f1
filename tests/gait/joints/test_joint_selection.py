"""Signs and names: what is behind, which leg is near, how much of a person is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.joints.legs import JointSelection, body_sample
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Pose, keypoints
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from hipdrive.gait.joints.samples import BodySample

FACING_LEFT = JointSelection(Side.LEFT)
FACING_RIGHT = JointSelection(Side.RIGHT)


def pose(scores: dict[str, float] | None = None, **joints: tuple[int, int]) -> Pose:
    """Joints that are not named lie at the origin, seen with certainty."""
    seen = {name: round((scores or {}).get(name, 1.0) * ONE) for name in COCO_17.joints}
    return Pose(0, keypoints((*joints.get(name, (0, 0)), seen[name]) for name in COCO_17.joints))


def sample(selection: JointSelection, seen: Pose) -> BodySample:
    """Without what steadies the trunk and smooths."""
    trunk, legs = (selection.coordinates(seen)[part] for part in (slice(6), slice(8, None)))
    scores = selection.scores(seen)
    return body_sample(0, [*trunk, *legs], 0, scores, scores)


@pytest.mark.parametrize(
    ("shoulder", "hip", "knee", "thigh_deg", "lean_deg"),
    [
        ((100, 0), (100, 50), (100, 90), 0, 0),
        ((100, 0), (100, 50), (60, 90), 45, 0),  # the knee behind the hip
        ((100, 0), (100, 50), (140, 90), -45, 0),  # the knee in front of it
        ((150, 0), (100, 50), (100, 90), 0, 45),  # leaning forward
        ((50, 0), (100, 50), (100, 90), 0, -45),
        ((100, 0), (100, 50), (100, 10), -180, 0),  # a handstand
    ],
)
def test_extension_is_a_knee_behind_the_hip_in_the_running_direction(
    shoulder: tuple[int, int],
    hip: tuple[int, int],
    knee: tuple[int, int],
    thigh_deg: float,
    lean_deg: float,
) -> None:
    right = pose(right_shoulder=shoulder, right_hip=hip, right_knee=knee, left_knee=(0, 1))
    joints = FACING_RIGHT.coordinates(right)
    found = sample(FACING_RIGHT, right)
    assert deg_from_bam(found.near.thigh_ext_bam) == thigh_deg
    assert found.far.thigh_ext_bam == 0
    assert deg_from_bam(found.near.thigh_ext_bam - found.near.hip_ext_bam) == lean_deg
    mirror = [(-x, y) for x, y in (shoulder, hip, knee)]
    left = pose(left_shoulder=mirror[0], left_hip=mirror[1], left_knee=mirror[2], right_knee=(0, 1))
    assert FACING_LEFT.coordinates(left) == joints


def test_hip_ext_is_thigh_ext_less_the_lean_and_wraps() -> None:
    """A thigh at 135 degrees and a trunk that leans 90 degrees back: 225, which is -135."""
    seen = pose(right_shoulder=(50, 50), right_hip=(100, 50), right_knee=(60, 10), left_knee=(0, 1))
    found = sample(FACING_RIGHT, seen)
    assert deg_from_bam(found.near.thigh_ext_bam) == 135
    assert deg_from_bam(found.near.hip_ext_bam) == -135


def test_near_is_the_leg_of_the_side_faced() -> None:
    one_left = {"left_hip": 0.5, "left_knee": 0.25, "left_shoulder": 0.125}
    seen = pose(one_left)
    assert FACING_LEFT.near_score(seen) == ONE // 8
    assert FACING_RIGHT.near_score(seen) == ONE
    assert FACING_LEFT.scores(seen) == (ONE // 4, ONE, ONE, ONE)
    assert FACING_RIGHT.scores(seen) == (ONE, ONE // 4, ONE, ONE)


@pytest.mark.parametrize("joint", ["hip", "knee"])
def test_a_thigh_is_seen_no_better_than_either_end(joint: str) -> None:
    seen = pose({f"left_{joint}": 0.5, f"right_{joint}": 0.25})
    assert FACING_LEFT.scores(seen)[:2] == (ONE // 2, ONE // 4)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("score", [0.31, 0.29])
def test_a_runner_is_there_when_one_side_of_each_joint_is(side: Side, score: float) -> None:
    """At 0.3 in the mean; which side it is does not matter."""
    hidden = dict.fromkeys(COCO_17.joints, 0.0)
    body = {f"{side}_{joint}": score for joint in ("shoulder", "hip", "knee", "ankle")}
    assert pose(hidden | body).runner_seen == (score > 0.3)


def test_a_joint_seen_well_makes_up_for_one_that_is_not() -> None:
    hidden = dict.fromkeys(COCO_17.joints, 0.0)
    three = {f"left_{joint}": 0.5 for joint in ("shoulder", "hip", "knee")}
    assert pose(hidden | three).body_score == 3 * ONE // 8
    assert pose(hidden | three).runner_seen
