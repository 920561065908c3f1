"""Runners and recordings that must not end in numbers, or not in numbers that look sound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection, Stride
from hipdrive.types.time import AWAY_NS
from support.walker import NS, START_NS, Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

RIGHT, LEFT = Walker(), Walker(faces=Side.LEFT)


def near_strides(poses: list[Pose], facing: Side | None = None) -> list[Stride]:
    engine = GaitEngine(facing)
    return [s for pose in poses for s in engine.step(pose).strides if s.near]


def later(poses: list[Pose], by_ns: int) -> list[Pose]:
    return [replace(pose, t_ns=pose.t_ns + by_ns) for pose in poses]


def at_speed(factor: float, seconds: float = 20.0) -> list[Pose]:
    """A recording that is played at another speed than it was made."""
    poses = RIGHT.poses(frame_times(60, seconds))
    return [replace(p, t_ns=START_NS + round((p.t_ns - START_NS) / factor)) for p in poses]


def test_a_wrong_facing_is_found_out_and_rejects_the_strides() -> None:
    strides = near_strides(LEFT.poses(frame_times(30, 30)), Side.RIGHT)
    # Two seconds are needed to see it: three strides at most.
    assert all(s.rejection is Rejection.FACING for s in strides[3:])
    assert len(strides) > 20
    assert not any(s.times_cadence for s in strides[3:])


def test_the_right_facing_given_rejects_nothing() -> None:
    strides = near_strides(LEFT.poses(frame_times(30, 30)), Side.LEFT)
    assert all(s.accepted for s in strides)


def test_a_runner_who_turns_round_and_back_is_measured_either_way() -> None:
    there = RIGHT.poses(frame_times(30, 20))
    back = later(LEFT.poses(frame_times(30, 20)), 20 * NS)
    again = later(RIGHT.poses(frame_times(30, 20)), 40 * NS)
    strides = near_strides([*there, *back, *again])
    turned = [s for s in strides if 22 * NS < s.t_ns - START_NS < 40 * NS]
    returned = [s for s in strides if s.t_ns - START_NS > 42 * NS]
    assert {s.leg for s in turned if s.accepted} == {Side.LEFT}
    assert {s.leg for s in returned if s.accepted} == {Side.RIGHT}
    assert min(sum(s.accepted for s in part) for part in (turned, returned)) >= 20


def test_somebody_who_passes_by_does_not_decide_for_the_runner_who_comes_later() -> None:
    passing = RIGHT.poses(frame_times(30, 1.5))
    running = later(LEFT.poses(frame_times(30, 20)), 10 * NS)
    engine = GaitEngine()
    for pose in (*passing, *running):
        engine.step(pose)
    assert engine.facing is Side.LEFT


@pytest.mark.parametrize(("given", "found"), [(None, Side.LEFT), (Side.RIGHT, Side.RIGHT)])
def test_after_a_minute_away_the_facing_is_found_anew_unless_it_was_given(
    given: Side | None, found: Side
) -> None:
    engine = GaitEngine(given)
    first = RIGHT.poses(frame_times(30, 10))
    second = later(LEFT.poses(frame_times(30, 10)), 10 * NS + AWAY_NS + NS)
    for pose in (*first, *second):
        engine.step(pose)
    assert engine.facing is found


def test_after_half_a_minute_away_who_faces_the_other_way_is_seen_to() -> None:
    engine = GaitEngine()
    for pose in (
        *RIGHT.poses(frame_times(30, 10)),
        *later(LEFT.poses(frame_times(30, 10)), 10 * NS + AWAY_NS // 2),
    ):
        engine.step(pose)
    assert engine.facing is Side.LEFT


@pytest.mark.parametrize("factor", [1.5, 2.0, 2.5])
def test_what_moves_faster_than_anybody_runs_is_no_stride(factor: float) -> None:
    # Stride times of 0.47, 0.35 and 0.28 s.
    strides = near_strides(at_speed(factor))
    assert not [s for s in strides[1:] if s.accepted]


@pytest.mark.parametrize("factor", [0.85, 1.0, 1.3])
def test_what_people_run_is_accepted(factor: float) -> None:
    # Stride times of 0.82, 0.7 and 0.54 s.
    strides = near_strides(at_speed(factor))
    assert len(strides) > 15
    assert all(s.accepted for s in strides)


def test_a_cut_in_the_recording_joins_no_two_strides() -> None:
    poses = RIGHT.poses(frame_times(30, 40))
    # A cut that takes 0.4 s of a stride of 0.7 s away and leaves no gap in the times.
    kept = poses[:600] + later(poses[612:], -12 * NS // 30)
    strides = near_strides(kept)
    odd = [s for s in strides if abs(s.stride_time_ns / NS - 0.7) > 0.091]
    assert all(s.rejection is Rejection.STRIDE_TIME for s in odd)
    assert len([s for s in strides if s.accepted]) >= 50


def test_a_new_pace_is_learnt() -> None:
    slow, fast = Walker(stride_s=0.95), Walker(stride_s=0.62)
    poses = [
        *slow.poses(frame_times(30, 30)),
        *later(fast.poses(frame_times(30, 30)), 30 * NS),
    ]
    strides = near_strides(poses)
    assert all(s.accepted for s in strides[-25:])
