"""Nothing that a model can say stops the engine, and no length of time fills it."""

from __future__ import annotations

from collections import deque
from dataclasses import fields, is_dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.fixed_point import ONE
from hipdrive.types.gait_update import GaitUpdate, Sample
from hipdrive.types.pose import Keypoint, Pose, keypoints
from hipdrive.types.side import Side
from hipdrive.types.skeleton import RIGHT_HIP, RIGHT_KNEE
from hipdrive.types.stride import Stride
from support.gait.measure import near_strides, run
from support.keypoints import with_joints
from support.walker import NS, START_NS, Walker, frame_times

WALKER = Walker()
EIGHT_SECONDS = WALKER.poses(frame_times(60, 8))
int32 = st.integers(-(2**31), 2**31 - 1)
scores = st.integers(0, ONE)
extremes = st.sampled_from([-(2**31), 2**31 - 1, 0])


@st.composite
def any_points(draw: st.DrawFn) -> tuple[Keypoint, ...]:
    """Anything at all, or extremes and coincidences with scores that let them pass."""
    coordinate = draw(st.sampled_from([int32, extremes, st.integers(-1, 1)]))
    score = draw(st.sampled_from([int32, st.just(ONE)]))
    triple = st.tuples(coordinate, coordinate, score)
    joints = draw(st.lists(triple, min_size=17, max_size=17))
    return keypoints(joints)


any_poses = st.lists(st.tuples(st.integers(-(10**9), 10**9), any_points()), max_size=8)


def check_types(update: GaitUpdate) -> None:
    told: list[Sample | Stride] = [*update.samples, *update.strides]
    for item in told:
        names = item._fields if isinstance(item, Sample) else [each.name for each in fields(item)]
        for name in names:
            value = getattr(item, name)
            if name in {"foot_strike_ns", "toe_off_ns"}:
                assert value is None or type(value) is int
            elif name.endswith(("_ns", "_bam")):
                assert type(value) is int


@settings(max_examples=100)
@given(any_poses, st.sampled_from([Side.LEFT, Side.RIGHT, None]), st.sampled_from([6, 8]))
def test_no_poses_stop_the_engine(
    poses: list[tuple[int, tuple[Keypoint, ...]]], facing: Side | None, filter_hz: int
) -> None:
    engine = GaitEngine(facing, filter_hz)
    t_ns = START_NS
    for step_ns, points in poses:
        t_ns += step_ns
        check_types(engine.step(Pose(t_ns, points)))


@settings(max_examples=15)
@given(st.lists(any_points(), min_size=5, max_size=30), st.sampled_from(Side))
def test_after_any_nonsense_a_runner_is_measured_again(
    nonsense: list[tuple[Keypoint, ...]], facing: Side
) -> None:
    """At 60 frames a second, without a gap; six seconds are eight strides."""
    walker = replace(WALKER, faces=facing, peak_ns=START_NS + NS)
    times = frame_times(60, 7)
    clean = walker.poses(times)
    dirty = [Pose(t, points) for t, points in zip(times, nonsense, strict=False)]
    found = near_strides(GaitEngine(facing), dirty + clean[len(dirty) :])
    settled = START_NS + 4 * NS
    truth = walker.peaks_ns(settled, times[-1] - NS // 5)
    peaks = [stride.t_ns for stride in found if stride.t_ns > settled - NS // 10]
    assert len(peaks) == len(truth)
    assert all(abs(a - b) < 5_000_000 for a, b in zip(peaks, truth, strict=True))


def misplaced(pose: Pose) -> Pose:
    """The near knee as far above the hip as it should be below."""
    hip, knee = pose[RIGHT_HIP], pose[RIGHT_KNEE]
    return with_joints(
        pose, {RIGHT_KNEE: Keypoint(2 * hip.x - knee.x, 2 * hip.y - knee.y, knee.score)}
    )


@pytest.mark.parametrize("frames", [1, 2, 8])
@pytest.mark.parametrize("tenth", range(10))
def test_a_knee_misplaced_for_some_frames_silences_nobody(tenth: int, frames: int) -> None:
    """Wherever in the stride it happens, every stride is told again 2.5 seconds later.

    What looked like a peak is forgotten 1.1 s after it; the stride that follows has no sound time.
    """
    poses = list(EIGHT_SECONDS)
    first = 3 * 60 + round(tenth * 4.2)
    for i in range(first, first + frames):
        poses[i] = misplaced(poses[i])
    found = near_strides(GaitEngine(Side.RIGHT), poses)
    late_ns = poses[first].t_ns + 5 * NS // 2
    late = [stride for stride in found if stride.t_ns > late_ns]
    assert len(late) == len(WALKER.peaks_ns(late_ns, poses[-1].t_ns - NS // 5)) >= 2
    assert all(stride.accepted for stride in late)


def test_two_near_joints_on_one_spot_leave_the_moment_out() -> None:
    """Of a trunk that keeps still, or its joints would be where they are not seen."""
    poses = replace(WALKER, bounce_px=0, sway_px=0).poses(frame_times(60, 2))
    bent = [with_joints(pose, {RIGHT_KNEE: pose[RIGHT_HIP]}) for pose in poses]
    assert run(GaitEngine(Side.RIGHT), bent) == ([], [])


def lengths(thing: object) -> int:
    """Items in all containers below an object."""
    if isinstance(thing, str | int | float | bytes):
        return 0
    if isinstance(thing, dict):
        return len(thing) + sum(map(lengths, thing.values()))
    if isinstance(thing, list | tuple | set | deque):
        return len(thing) + sum(map(lengths, thing))
    if is_dataclass(thing):
        return sum(lengths(getattr(thing, field.name)) for field in fields(thing))
    return lengths(vars(thing)) if hasattr(thing, "__dict__") else 0


@pytest.mark.long
def test_an_hour_leaves_no_more_behind_than_two_minutes() -> None:
    """Five seconds of running in every minute; then everything that the engine keeps is counted."""
    bout = WALKER.poses(frame_times(30, 5))
    engine = GaitEngine(Side.RIGHT)
    kept: list[int] = []
    strides = 0
    for minute in range(60):
        later = [replace(pose, t_ns=pose.t_ns + minute * 60 * NS) for pose in bout]
        strides += len(run(engine, later)[1])
        kept.append(lengths(vars(engine)))
    assert strides > 60 * 10
    assert max(kept) == kept[1]  # nine lengths of the thigh are known by then


def test_an_hour_in_which_nobody_faces_any_way_holds_back_360_poses() -> None:
    still = replace(WALKER, swing_deg=0.1, second_deg=0, knee_least_deg=5, knee_most_deg=5)
    points = still.pose(START_NS).keypoints
    engine = GaitEngine()
    for number in range(30 * 3600):
        assert engine.step(Pose(START_NS + number * NS // 30, points)) == GaitUpdate()
    assert len(engine._watch._held_back) == 360
    # Of a pose 17 key points of 3 numbers, and 17 names that all of them share.
    assert lengths(vars(engine)) < 360 * (17 * (1 + 3) + 17 + 5)


def test_at_a_thousand_frames_a_second_no_more_than_1500_poses_are_held_back() -> None:
    still = replace(WALKER, swing_deg=0.1, second_deg=0, knee_least_deg=5, knee_most_deg=5)
    points = still.pose(START_NS).keypoints
    engine = GaitEngine()
    for number in range(4000):
        engine.step(Pose(START_NS + number * NS // 1000, points))
    assert len(engine._watch._held_back) == 1500


def test_what_was_held_back_is_let_go_when_the_facing_is_known() -> None:
    engine = GaitEngine()
    run(engine, WALKER.poses(frame_times(60, 4)))
    assert engine.facing is Side.RIGHT
    assert len(engine._watch._held_back) == 0


def test_what_comes_out_is_whole_numbers() -> None:
    samples, strides = run(GaitEngine(), WALKER.poses(frame_times(60, 5)))
    assert all(isinstance(item, Sample) for item in samples)
    assert all(isinstance(item, Stride) for item in strides)
    check_types(GaitUpdate(tuple(samples), tuple(strides)))
