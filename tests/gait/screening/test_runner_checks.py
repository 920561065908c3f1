"""Strides that are none of a runner alone, near enough, who runs."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.screening.runner_checks import LEAST_THIGH_PX
from hipdrive.rendered.grid import key_point_conditions
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.noise import measured
from hipdrive.rendered.times import seconds
from hipdrive.rendered.truth import Truth
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection
from support.walker import NS, START_NS, Walker, frame_times
from support.walking import WalkingPerson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

pytestmark = pytest.mark.long

LEG_PX = 178.0
"""Thigh and shank of a `Walker`."""
LEG_M = 0.491 * 1.70
"""Of a person of that height (Drillis and Contini 1966)."""
G = 9.81


def near_strides(poses: Iterable[Pose], facing: Side | None = Side.RIGHT) -> list[Stride]:
    engine = GaitEngine(facing)
    return [s for pose in poses for s in engine.step(pose).strides if s.near]


def rejections(poses: Iterable[Pose]) -> list[Rejection | None]:
    return [stride.rejection for stride in near_strides(poses)]


def bounce_px(lift_g: float, stride_s: float) -> float:
    """Amplitude of a trunk that is accelerated by so much in a sine wave a step."""
    return lift_g * G / (4 * pi / stride_s) ** 2 * LEG_PX / LEG_M


@pytest.mark.parametrize("steps_per_min", [112, 120, 130, 140])
@pytest.mark.parametrize("noise_px", [0.0, 2.0])
def test_a_walk_is_no_run(steps_per_min: float, noise_px: float) -> None:
    person = WalkingPerson(stride_s=120 / steps_per_min)
    found = rejections(person.poses(frame_times(30, 20), noise_px=noise_px))
    assert len(found) > 12
    assert None not in found
    assert found.count(Rejection.NOT_RUNNING) > len(found) / 2


@pytest.mark.parametrize("stride_s", [0.6, 0.7, 0.8])
@pytest.mark.parametrize("lift_g", [0.65, 1.0, 1.6])
def test_a_run_without_and_with_long_flights_is_one(stride_s: float, lift_g: float) -> None:
    # 2/3 g is a run without any flight.
    runner = Walker(stride_s=stride_s, bounce_px=bounce_px(lift_g, stride_s))
    assert set(rejections(runner.poses(frame_times(30, 15), noise_px=1.0))) == {None}


@pytest.mark.parametrize("bounce", [0.0, -7.0])
def test_legs_that_run_below_a_trunk_that_does_not_fly_are_no_run(bounce: float) -> None:
    found = rejections(Walker(bounce_px=bounce).poses(frame_times(30, 15)))
    assert len(found) > 15
    assert set(found) == {Rejection.NOT_RUNNING}


@pytest.mark.parametrize("slower", [1.5, 2.0, 4.0, 8.0])
@pytest.mark.parametrize(("lift_g", "stride_s"), [(1.0, 0.7), (0.8, 0.75), (1.2, 0.8)])
def test_slow_motion_falls_too_slowly(slower: float, lift_g: float, stride_s: float) -> None:
    runner = Walker(stride_s=stride_s, bounce_px=bounce_px(lift_g, stride_s))
    poses = [
        replace(p, t_ns=START_NS + round((p.t_ns - START_NS) * slower))
        for p in runner.poses(frame_times(30, 15))
    ]
    assert None not in rejections(poses)


def conditions() -> list[str]:
    return [f"{c.what} {c.value}" for c in key_point_conditions()]


@pytest.mark.parametrize("number", range(len(conditions())), ids=conditions())
def test_no_sound_stride_of_a_rendered_runner_is_taken_for_something_else(number: int) -> None:
    condition = key_point_conditions()[number]
    truth = Truth(condition.settings(seed=3, seconds=20))
    noise = measured().scaled(condition.noise) if condition.noise else None
    found = near_strides(KnownPoses(truth, noise), truth.near_side)
    assert len(found) > 20
    new = {Rejection.NOT_RUNNING, Rejection.TOO_SMALL, Rejection.SEVERAL_PEOPLE}
    assert not [s for s in found if s.rejection in new and is_sound(s, truth)]
    assert len([s for s in found if s.rejection in new]) < len(found) / 5


def is_sound(stride: Stride, truth: Truth) -> bool:
    """Whether both its ends are near true peaks; with mixed-up legs they need not be."""
    peaks_s = [true.peak_s for true in truth.strides() if true.near]
    end_s = float(seconds(stride.t_ns))
    ends_s = end_s, end_s - stride.stride_time_ns / NS
    return all(min(abs(peak_s - at_s) for peak_s in peaks_s) < 0.03 for at_s in ends_s)


@pytest.mark.parametrize(("larger", "expected"), [(0.95, Rejection.TOO_SMALL), (1.05, None)])
def test_a_thigh_of_too_few_pixels_is_not_measured(
    larger: float, expected: Rejection | None
) -> None:
    size = LEAST_THIGH_PX * larger / 90
    runner = Walker(thigh_px=90 * size, shank_px=88 * size, trunk_px=110 * size, bounce_px=7 * size)
    assert set(rejections(runner.poses(frame_times(30, 15)))) == {expected}


def test_somebody_else_costs_the_strides_of_that_time_alone() -> None:
    first_s, last_s = 9.0, 11.0
    poses = [
        replace(p, crowded=first_s <= (p.t_ns - START_NS) / NS <= last_s)
        for p in Walker().poses(frame_times(30, 20))
    ]
    for stride in near_strides(poses):
        end_s = (stride.t_ns - START_NS) / NS
        began_s = end_s - stride.stride_time_ns / NS
        met = end_s >= first_s and began_s <= last_s
        if met:
            assert stride.rejection is Rejection.SEVERAL_PEOPLE
        # A stride is known 0.2 s after it ended: somebody may have come by then.
        elif not end_s < first_s <= end_s + 0.2:
            assert stride.accepted


def later(poses: list[Pose], by_ns: int) -> list[Pose]:
    return [replace(pose, t_ns=pose.t_ns + by_ns) for pose in poses]


def shots(first: Walker, second: Walker) -> list[Pose]:
    """Two shots of 10.4 s each, one after the other without a gap."""
    times = frame_times(30, 10.4)
    after = later(second.poses(times), times[-1] - START_NS + NS // 30)
    return [*first.poses(times), replace(after[0], cut=True), *after[1:]]


def test_no_stride_goes_over_a_cut() -> None:
    poses = shots(Walker(), Walker(peak_ns=START_NS))
    cut_ns = next(pose.t_ns for pose in poses if pose.cut)
    for stride in near_strides(poses, None):
        assert not stride.t_ns - stride.stride_time_ns < cut_ns < stride.t_ns
        assert stride.accepted


def test_after_a_cut_the_facing_is_found_anew_unless_it_was_given() -> None:
    poses = shots(Walker(), Walker(faces=Side.LEFT, hip_x_px=200, thigh_px=70, shank_px=68))
    found = near_strides(poses, None)
    assert [s.leg for s in found if s.t_ns - START_NS < 10 * NS] == [Side.RIGHT] * 13
    assert {s.leg for s in found if s.t_ns - START_NS > 11 * NS} == {Side.LEFT}
    assert all(stride.accepted for stride in found)
    given = near_strides(poses, Side.RIGHT)
    assert Rejection.FACING in {s.rejection for s in given if s.t_ns - START_NS > 14 * NS}


@pytest.mark.parametrize("at", [0, 1])
def test_a_cut_before_anybody_was_seen_is_harmless(at: int) -> None:
    poses = Walker().poses(frame_times(30, 10))
    poses[at] = replace(poses[at], cut=True)
    assert len(near_strides(poses, None)) >= 11
