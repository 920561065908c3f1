"""What the engine does when poses are missing, late, doubtful, or not yet facing any way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import tau
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.fixed_point import ONE
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection
from support import keypoints
from support.gait.measure import MS, near_strides, run, without_ankle
from support.walker import NS, START_NS, Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

WALKER = Walker()
NEAR_TRIO = ("right_shoulder", "right_hip", "right_knee")


def scored(pose: Pose, score: float, *joints: str) -> Pose:
    return keypoints.scored(pose, round(score * ONE), *joints)


def silent(pose: Pose) -> Pose:
    return scored(pose, 0.0, *pose.skeleton.joints)


@pytest.mark.parametrize("lost_ms", [270, 400, 900, 3000])
def test_a_gap_ends_one_measurement_and_starts_another(lost_ms: int) -> None:
    """No stride reaches across it; the facing stays."""
    times = frame_times(60, 11)
    gap = START_NS + 5 * NS, START_NS + 5 * NS + lost_ms * MS
    seen = [t for t in times if not gap[0] < t < gap[1]]
    engine = GaitEngine(Side.RIGHT)
    samples, strides = run(engine, WALKER.poses(seen))
    assert engine.facing is Side.RIGHT
    assert all(stride.accepted for stride in strides)
    for stride in strides:
        start_ns = stride.t_ns - stride.stride_time_ns
        assert stride.t_ns <= gap[0] or start_ns >= gap[1]
    assert not any(gap[0] < sample.t_ns < gap[1] - 50 * MS for sample in samples)
    for near in (True, False):
        # A peak counts once three degrees of the way up to it have been seen, which take 47 ms.
        peaks = WALKER.peaks_ns(gap[1] + 47 * MS, times[-1] - 150 * MS, near=near)
        found = [stride for stride in strides if stride.near == near and stride.t_ns > gap[1]]
        assert len(found) == len(peaks) - 1


def test_a_gap_of_a_quarter_second_is_bridged() -> None:
    times = [t for t in frame_times(60, 10) if not 5000 <= (t - START_NS) / MS < 5230]
    spans = {b - a for a, b in pairwise(times)}
    assert 230 * MS < max(spans) <= 250 * MS
    found = near_strides(GaitEngine(Side.RIGHT), WALKER.poses(times))
    assert len(found) == len(WALKER.peaks_ns(times[0], times[-1] - 150 * MS)) - 1


@pytest.mark.parametrize("back_s", [0.01, 1.0, 3600.0])
def test_time_that_runs_backwards_starts_afresh(back_s: float) -> None:
    first = frame_times(60, 4)
    engine = GaitEngine(Side.RIGHT)
    before = near_strides(engine, WALKER.poses(first))
    again = frame_times(60, 4, start_ns=first[-1] - round(back_s * NS))
    after = near_strides(engine, WALKER.poses(again))
    assert before == near_strides(GaitEngine(Side.RIGHT), WALKER.poses(first))
    assert [(s.t_ns, s.thigh_ext_bam) for s in after] == [
        (s.t_ns, s.thigh_ext_bam) for s in near_strides(GaitEngine(Side.RIGHT), WALKER.poses(again))
    ]


@pytest.mark.parametrize("joint", NEAR_TRIO)
def test_a_near_joint_that_is_only_guessed_is_a_lost_frame(joint: str) -> None:
    poses = WALKER.poses(frame_times(60, 6))
    doubtful = [scored(p, 0.19, joint) if i % 3 == 1 else p for i, p in enumerate(poses)]
    without = [pose for i, pose in enumerate(poses) if i % 3 != 1]
    assert run(GaitEngine(Side.RIGHT), doubtful) == run(GaitEngine(Side.RIGHT), without)


@pytest.mark.parametrize("joint", ["left_hip", "left_knee", "left_ankle"])
def test_other_joints_may_be_guessed(joint: str) -> None:
    poses = WALKER.poses(frame_times(60, 6))
    doubtful = [scored(pose, 0.0, joint) for pose in poses]
    assert near_strides(GaitEngine(Side.RIGHT), doubtful) == near_strides(
        GaitEngine(Side.RIGHT), poses
    )


def test_a_guessed_near_ankle_costs_what_comes_from_it_and_nothing_else() -> None:
    poses = WALKER.poses(frame_times(60, 6))
    doubtful = [scored(pose, 0.0, "right_ankle") for pose in poses]
    seen, unseen = (near_strides(GaitEngine(Side.RIGHT), each) for each in (poses, doubtful))
    assert all(stride.accepted and stride.toe_off_ns is not None for stride in seen)
    assert unseen == [without_ankle(stride) for stride in seen]


def test_nobody_in_the_picture_adds_nothing() -> None:
    poses = [silent(pose) for pose in WALKER.poses(frame_times(60, 3))]
    engine = GaitEngine()
    assert [engine.step(pose) for pose in poses] == [GaitUpdate()] * len(poses)
    assert engine.facing is None


def test_a_body_that_is_hardly_seen_adds_nothing_though_its_joints_might() -> None:
    """All at 0.25: enough for each near joint, not for a person."""
    poses = replace(WALKER, score=0.25, far_score=0.25).poses(frame_times(60, 3))
    assert run(GaitEngine(Side.RIGHT), poses) == ([], [])


def test_strides_of_a_leg_that_is_badly_seen_are_rejected_and_its_time_is_kept() -> None:
    poses = WALKER.poses(frame_times(60, 6))
    dim = [scored(pose, 0.25, "right_knee") for pose in poses]
    found = near_strides(GaitEngine(Side.RIGHT), dim)
    assert {stride.rejection for stride in found} == {Rejection.LOW_SCORE}
    assert all(stride.times_cadence for stride in found)


@pytest.mark.parametrize("joint", ["left_hip", "left_knee"])
def test_a_far_leg_that_is_badly_seen_is_rejected_alone(joint: str) -> None:
    dim = [scored(pose, 0.2, joint) for pose in WALKER.poses(frame_times(60, 6))]
    _, strides = run(GaitEngine(Side.RIGHT), dim)
    assert {s.rejection for s in strides if s.near} == {None}
    assert {s.rejection for s in strides if not s.near} == {Rejection.LOW_SCORE}


@pytest.mark.parametrize("faces", Side)
@pytest.mark.parametrize("fps", [24, 60, 120, 240])
def test_poses_held_back_until_the_facing_is_known_are_measured_then(faces: Side, fps: int) -> None:
    """The same as if it had been given; from the first pose on."""
    poses = replace(WALKER, faces=faces).poses(frame_times(fps, 6))
    unknown = GaitEngine()
    motions = [unknown.step(pose) for pose in poses]
    silence = next(i for i, update in enumerate(motions) if update.samples)
    assert motions[:silence] == [GaitUpdate()] * silence
    assert 2 * NS <= poses[silence].t_ns - START_NS <= 2.2 * NS
    assert unknown.facing is faces
    known = GaitEngine(faces)
    expected = [known.step(pose) for pose in poses]
    assert sum((m.samples for m in motions), ()) == sum((m.samples for m in expected), ())
    assert sum((m.strides for m in motions), ()) == sum((m.strides for m in expected), ())


@pytest.mark.parametrize("faces", Side)
def test_the_near_leg_is_the_one_on_the_camera_side(faces: Side) -> None:
    """Whoever faces left shows the left leg; both legs peak, half a stride apart."""
    walker = replace(WALKER, faces=faces)
    _, strides = run(GaitEngine(faces), walker.poses(frame_times(60, 6)))
    assert {stride.leg for stride in strides if stride.near} == {faces}
    assert {stride.leg for stride in strides if not stride.near} == {faces.other}
    for stride in strides:
        turns = walker.phase(stride.t_ns, near=stride.near) / tau
        assert abs(turns - round(turns)) < 0.01
