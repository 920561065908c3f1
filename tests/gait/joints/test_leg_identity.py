"""Which leg is which: legs that the test swaps come out as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hipdrive.gait.joints.identity import LegIdentity
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import FootShift, Pose
from support.gait.swaps import (
    ANKLES,
    KNEES,
    PAIRS,
    RUNNERS,
    IdentifiedPose,
    identified,
    kept,
    misplaced,
    recorded,
    swapped,
    torso,
)
from support.keypoints import mapped, moved, with_joints
from support.walker import NS, dice, mirrored

pytestmark = pytest.mark.long

WITHIN_SDS = 2.0
"""Of where it should be: closer than that joints may be mixed up."""
LONGEST = {30: 8, 60: 17}
"""Frames: 0.27 and 0.28 s, as long as a model's swap lasts."""
ORDINARY = ("geometry", "the other way", "usual", "slow")

runners = pytest.mark.parametrize("runner", RUNNERS)
each_pairs = pytest.mark.parametrize("pairs", list(PAIRS))
each_fps = pytest.mark.parametrize("fps", list(LONGEST))


@runners
@each_fps
def test_legs_that_nobody_swaps_come_out_as_the_very_same(runner: str, fps: int) -> None:
    poses = recorded(runner, fps)
    found = identified(poses, poses)
    assert all(out.certain for out in found)
    assert all(out.pose is pose for out, pose in zip(found, poses, strict=True))


def with_swaps(
    poses: tuple[Pose, ...], numbers: list[int], pairs: str, first: int, frames: int
) -> list[IdentifiedPose]:
    seen = [swapped(poses[n], pairs) if first <= n < first + frames else poses[n] for n in numbers]
    return identified([poses[n] for n in numbers], seen)


def wrong(found: list[IdentifiedPose]) -> list[IdentifiedPose]:
    return [out for out in found if out.certain and out.off_sds >= WITHIN_SDS]


@each_pairs
@each_fps
@pytest.mark.parametrize("lost", [0.0, 0.2])
@settings(max_examples=60)
@given(
    runner=st.sampled_from(ORDINARY),
    start=st.floats(1.0, 2.2),
    length=st.floats(0, 1),
    seed=st.integers(0, 9999),
)
# Frames are lost before the swap and in it, so that it is seen for longer than it is there.
@example(runner="slow", start=1.0, length=1.0, seed=317)
@example(runner="usual", start=1.1, length=1.0, seed=2022)
def test_swapped_legs_come_out_as_they_were(
    pairs: str, fps: int, lost: float, runner: str, start: float, length: float, seed: int
) -> None:
    """At any moment of a stride; a gap of 0.3 s would be a new beginning."""
    poses = recorded(runner, fps)
    first, frames = round(start * fps), 1 + round(length * (LONGEST[fps] - 1))
    numbers = kept(len(poses), lost, seed, in_a_row=fps // 10)
    found = with_swaps(poses, numbers, pairs, first, frames)
    assert not wrong(found)
    doubtful = [out.truth.t_ns for out in found if not out.certain]
    assert len(doubtful) <= 0.15 * len(found)
    if not lost:
        # Only what was swapped is doubted, and a fifth of a second after it.
        begin, end = poses[first].t_ns, poses[first + frames].t_ns + NS // 5
        assert all(begin <= t_ns <= end for t_ns in doubtful)


@each_fps
def test_with_four_frames_of_ten_lost_99_recordings_of_100_come_out_as_they_were(fps: int) -> None:
    """Gaps of a tenth of a second and votes few and far between: not every one."""
    chance = dice(5)
    spoilt = 0
    for seed in range(300):
        poses = recorded(chance.choice(ORDINARY), fps)
        numbers = kept(len(poses), 0.4, seed, in_a_row=fps // 10)
        pairs, first = chance.choice(list(PAIRS)), round(chance.uniform(1, 2.2) * fps)
        frames = chance.randint(1, LONGEST[fps])
        spoilt += bool(wrong(with_swaps(poses, numbers, pairs, first, frames)))
    assert spoilt <= 3


@each_pairs
@each_fps
@settings(max_examples=30)
@given(start=st.floats(1.0, 2.2), length=st.floats(0, 1))
def test_a_fast_runner_s_legs_come_out_as_they_were(
    pairs: str, fps: int, start: float, length: float
) -> None:
    poses = recorded("fast", fps)
    first, frames = round(start * fps), 1 + round(length * (LONGEST[fps] - 1))
    assert not wrong(with_swaps(poses, list(range(len(poses))), pairs, first, frames))


@pytest.mark.parametrize(("runner", "times"), [("usual", 1.5), ("usual", 2.0), ("fast", 1.5)])
def test_knees_misplaced_where_they_cross_are_not_taken_for_changed(
    runner: str, times: float
) -> None:
    """With the model's errors made larger; what was followed is not turned round by one frame."""
    in_a_row = longest = 0
    for seed in range(6):
        noisy, true = misplaced(runner, times, seed)
        for out in identified(true, noisy):
            knees_wrong = across(out.pose) * across(out.truth) < 0
            clear = abs(across(out.truth)) > torso(out.truth) / 4
            in_a_row = in_a_row + 1 if out.certain and clear and knees_wrong else 0
            longest = max(longest, in_a_row)
    assert longest <= 2


def across(pose: Pose) -> int:
    """How far the left knee is ahead of the right one, along the picture."""
    return pose[KNEES[0]].x - pose[KNEES[1]].x


@runners
@each_pairs
@pytest.mark.parametrize("first", range(0, 22, 4))
def test_what_was_swapped_from_the_first_frame_on_for_03_s_is_put_right(
    runner: str, pairs: str, first: int
) -> None:
    """At any phase; the model's votes fade with half a second, and so much time is enough."""
    poses = recorded(runner, 30)[first:]
    seen = [swapped(pose, pairs) if n < 9 else pose for n, pose in enumerate(poses)]
    found = identified(poses, seen)
    late = [out for out in found if out.truth.t_ns - poses[0].t_ns > NS]
    assert late
    assert all(out.certain for out in late)
    assert not wrong(late)
    assert len(wrong(found[9:])) <= 15


@runners
def test_nobody_knows_of_a_recording_that_is_swapped_throughout(runner: str) -> None:
    seen = [swapped(pose) for pose in recorded(runner, 30)]
    assert all(out.pose is pose for out, pose in zip(identified(seen, seen), seen, strict=True))


@pytest.mark.parametrize("joint", [*KNEES])
@pytest.mark.parametrize("number", range(40, 62, 3))
@pytest.mark.parametrize("runner", ["geometry", "usual"])
def test_a_knee_thrown_far_away_is_not_certain(runner: str, number: int, joint: str) -> None:
    poses = list(recorded(runner, 30))
    truth, poses[number] = poses.copy(), moved(poses[number], joint, y=-300 * ONE)
    found = identified(truth, poses)
    assert not found[number].certain
    assert found[number].pose is poses[number]
    assert all(out.certain for out in found[number + 1 :])
    assert not wrong(found)
    assert all(out.right for out in found[:number])


@pytest.mark.parametrize("joint", [*ANKLES])
@pytest.mark.parametrize("number", range(40, 62, 3))
def test_an_ankle_thrown_far_away_takes_no_knee_along(number: int, joint: str) -> None:
    poses = list(recorded("usual", 30))
    poses[number] = moved(poses[number], joint, y=-400 * ONE)
    assert all(out.right and out.certain for out in identified(poses, poses))


@runners
@pytest.mark.parametrize("after_ns", [NS // 3, NS * 10, -NS * 2])
def test_after_a_gap_or_backwards_it_begins_afresh(runner: str, after_ns: int) -> None:
    """Swapped legs are the model's word then, whatever they were before."""
    poses = recorded(runner, 30)
    by_ns = poses[59].t_ns + after_ns - poses[60].t_ns
    later = [replace(swapped(pose), t_ns=pose.t_ns + by_ns) for pose in poses[60:]]
    seen = [*poses[:60], *later]
    assert all(out.right and out.certain for out in identified(seen, seen))


def test_after_a_reset_it_begins_afresh() -> None:
    poses = recorded("usual", 30)
    identity = LegIdentity()
    for pose in poses[:60]:
        identity.step(pose)
    identity.reset()
    for pose in map(swapped, poses[60:]):
        assert identity.step(pose) == (pose, True)


def test_scores_travel_with_their_joints() -> None:
    poses = []
    for pose in recorded("usual", 30):
        scores = {joint: n * ONE // 10 for n, joint in enumerate((*KNEES, *ANKLES), 1)}
        poses.append(
            with_joints(pose, {j: pose[j]._replace(score=score) for j, score in scores.items()})
        )
    seen = [swapped(pose) if 50 <= n < 53 else pose for n, pose in enumerate(poses)]
    found = identified(poses, seen)
    assert all(seen[n].keypoints != poses[n].keypoints for n in range(50, 53))
    assert all(out.right for out in found)


@pytest.mark.parametrize(
    "marks", [{"crowded": True}, {"cut": True}, {"foot": FootShift(1, 2, 3)}, {}]
)
def test_what_a_pose_says_besides_is_kept(marks: dict[str, Any]) -> None:
    truth = [Pose(pose.t_ns, pose.keypoints, **marks) for pose in recorded("usual", 30)]
    seen = [swapped(pose) if 50 <= n < 53 else pose for n, pose in enumerate(truth)]
    assert [out.pose for out in identified(truth, seen)] == truth


@each_pairs
@settings(max_examples=15)
@given(
    runner=st.sampled_from(RUNNERS),
    first=st.integers(30, 60),
    frames=st.integers(1, 8),
    width_px=st.sampled_from([0, 640]),
)
def test_in_a_mirror_the_same_is_decided(
    pairs: str, runner: str, first: int, frames: int, width_px: int
) -> None:
    truth = recorded(runner, 30)
    seen = [swapped(p, pairs) if first <= n < first + frames else p for n, p in enumerate(truth)]
    mirror = [mirrored(pose, width_px) for pose in seen]
    for straight, turned in zip(identified(truth, seen), identified(truth, mirror), strict=True):
        assert turned.pose == mirrored(straight.pose, width_px)
        assert turned.certain == straight.certain


@each_pairs
@pytest.mark.parametrize("doubled", [False, True])
@settings(max_examples=15)
@given(runner=st.sampled_from(RUNNERS), first=st.integers(30, 60), frames=st.integers(1, 8))
def test_in_a_larger_or_smaller_picture_the_same_is_decided(
    pairs: str, runner: str, first: int, frames: int, *, doubled: bool
) -> None:
    truth = recorded(runner, 30)
    seen = [swapped(p, pairs) if first <= n < first + frames else p for n, p in enumerate(truth)]
    other = [resized(pose, doubled=doubled) for pose in seen]
    for straight, sized in zip(identified(truth, seen), identified(truth, other), strict=True):
        assert sized.pose == resized(straight.pose, doubled=doubled)
        assert sized.certain == straight.certain


def resized(pose: Pose, *, doubled: bool) -> Pose:
    if doubled:
        return mapped(pose, lambda point: (2 * point.x, 2 * point.y, point.score))
    return mapped(pose, lambda point: (point.x >> 1, point.y >> 1, point.score))
