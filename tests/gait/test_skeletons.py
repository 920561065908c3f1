"""The engine finds joints by their names, whatever else a skeleton has."""

from __future__ import annotations

import random

import pytest

from hipdrive.errors import SkeletonError
from hipdrive.gait.engine import GaitEngine
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import BODY_PAIRS, COCO_17, Skeleton
from support.gait.measure import run
from support.gait.swaps import swapped
from support.walker import Walker, frame_times

POSES = Walker().poses(frame_times(60, 6), noise_px=1.0, seed=4)
FEET = ("left_heel", "right_heel", "left_big_toe", "right_big_toe")
NEEDED = [joint for pair in BODY_PAIRS for joint in pair]


def shuffled(joints: tuple[str, ...], seed: int) -> Skeleton:
    order = list(joints)
    random.Random(seed).shuffle(order)
    return Skeleton(f"shuffled {seed}", tuple(order))


def translated(pose: Pose, skeleton: Skeleton) -> Pose:
    """The same joints in another order; those that COCO lacks are somewhere."""
    nowhere = Keypoint(5 * ONE, 7 * ONE, ONE)
    points = (pose[joint] if joint in COCO_17 else nowhere for joint in skeleton.joints)
    return Pose(pose.t_ns, tuple(points), skeleton=skeleton)


@pytest.mark.parametrize(
    "skeleton",
    [
        shuffled(COCO_17.joints, 1),
        shuffled((*COCO_17.joints, *FEET), 2),
        shuffled(tuple(NEEDED), 3),
    ],
    ids=["another order", "with feet", "legs and trunk alone"],
)
@pytest.mark.parametrize("facing", [None, Side.RIGHT])
def test_another_skeleton_measures_the_same(skeleton: Skeleton, facing: Side | None) -> None:
    expected = run(GaitEngine(facing), POSES)
    assert len(expected[1]) > 8
    assert run(GaitEngine(facing), [translated(pose, skeleton) for pose in POSES]) == expected


@pytest.mark.parametrize("missing", NEEDED)
def test_a_skeleton_that_lacks_a_joint_is_refused(missing: str) -> None:
    skeleton = Skeleton("torso", tuple(joint for joint in COCO_17.joints if joint != missing))
    with pytest.raises(SkeletonError, match=f"skeleton torso has no {missing}; it has nose"):
        GaitEngine().step(translated(POSES[0], skeleton))


def test_a_change_of_the_skeleton_starts_afresh() -> None:
    """As a cut does: the same as two engines one after the other."""
    other = shuffled(COCO_17.joints, 1)
    later = [translated(pose, other) for pose in POSES[180:]]
    engine = GaitEngine()
    together = [run(engine, POSES[:180]), run(engine, later)]
    assert together == [run(GaitEngine(), POSES[:180]), run(GaitEngine(), later)]


def test_a_foot_goes_with_the_leg_that_its_ankle_belongs_to() -> None:
    """Where the model swaps the legs, feet and all, for 0.1 s."""
    from hipdrive.gait.joints.identity import LegIdentity

    skeleton = Skeleton("feet", (*COCO_17.joints, *FEET))
    names = {side: [f"{side}_{joint}" for joint in ("ankle", "heel", "big_toe")] for side in Side}

    def with_feet(pose: Pose) -> Pose:
        feet = (pose[f"{name.partition('_')[0]}_ankle"] for name in FEET)
        return Pose(pose.t_ns, (*pose.keypoints, *feet), skeleton=skeleton)

    truth = Walker().poses(frame_times(60, 2))
    seen = [swapped(pose) if 70 <= n < 76 else pose for n, pose in enumerate(truth)]
    identity = LegIdentity(skeleton)
    for number, (pose, true) in enumerate(zip(seen, truth, strict=True)):
        found, _ = identity.step(with_feet(pose))
        if number >= 70:
            for side in Side:
                assert {found[name] for name in names[side]} == {true[f"{side}_ankle"]}
