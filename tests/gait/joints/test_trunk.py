"""The trunk as one body: what moves all of it goes through at once, what moves one joint hardly."""

from __future__ import annotations

import random
from cmath import exp as turned
from itertools import pairwise
from math import cos, degrees, exp, pi, sin
from statistics import fmean
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.joints.trunk import Trunk
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.skeleton import LEFT_HIP, RIGHT_HIP
from support import keypoints
from support.gait.measure import near_strides, recording
from support.walker import NS, START_NS, Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

STRIDE_HZ = 85 / 60
STEADY_S = 1.0
"""The time constant that `trunk` states."""
BODY = (105.0, -110.0, 95.0, -108.0, 100.0, 0.0, 92.0, 3.0)
"""Near shoulder, far shoulder, near hip, far hip, in pixels."""
MILLI_PX = ONE / 1000

Path = list[list[float]]
fpss = pytest.mark.parametrize("fps", [24, 30, 60])


def steadied(times_ns: list[int], path: Path, trunk: Trunk | None = None) -> Path:
    trunk = trunk or Trunk()
    found = [
        trunk.step(t_ns, [round(at * ONE) for at in joints])
        for t_ns, joints in zip(times_ns, path, strict=True)
    ]
    return [[at / ONE for at in joints] for joints in found]


def seconds(times_ns: list[int]) -> list[float]:
    return [(t_ns - START_NS) / NS for t_ns in times_ns]


def moved(by_x: float, by_y: float) -> list[float]:
    return [at + (by_y if axis % 2 else by_x) for axis, at in enumerate(BODY)]


def amplitude(times_ns: list[int], values: list[float], hz: float) -> float:
    """Of the sine of that frequency in it, over whole periods."""
    middle = fmean(values)
    waves = [
        (value - middle) * turned(-2j * pi * hz * t_s)
        for t_s, value in zip(seconds(times_ns), values, strict=True)
    ]
    return 2 * abs(sum(waves)) / len(waves)


@fpss
def test_one_body_comes_out_as_it_went_in(fps: int) -> None:
    times = frame_times(fps, 5, jitter_s=0.004, lost=0.1)
    path = [
        moved(3 * sin(2 * pi * STRIDE_HZ * t), 7 * cos(4 * pi * STRIDE_HZ * t))
        for t in seconds(times)
    ]
    for found, went_in in zip(steadied(times, path), path, strict=True):
        assert found == pytest.approx(went_in, abs=0.001)


@fpss
def test_the_drift_along_the_belt_does_not_lag(fps: int) -> None:
    # 0.2 m/s of somebody whose torso of half a metre is 110 px.
    times = frame_times(fps, 10)
    path = [moved(0.2 * 220 * t, 0.0) for t in seconds(times)]
    for found, went_in in zip(steadied(times, path), path, strict=True):
        assert found == pytest.approx(went_in, abs=0.001)


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("slot", range(8))
@pytest.mark.parametrize("hz", [STRIDE_HZ, 2 * STRIDE_HZ])
def test_a_joint_that_wobbles_is_passed_on_by_a_quarter(fps: int, slot: int, hz: float) -> None:
    """The middle moves by a quarter; where the joint lies from it goes through a low-pass."""
    times = frame_times(fps, 3 + 12 / STRIDE_HZ)
    path = [list(BODY) for _ in times]
    for joints, t_s in zip(path, seconds(times), strict=True):
        joints[slot] += 3 * cos(2 * pi * hz * t_s)
    first = len(times) - round(fps * 12 / STRIDE_HZ)
    found = steadied(times, path)[first:]
    low_passed = 1 / (1 + 2j * pi * hz * STEADY_S)
    itself = 3 * abs(1 / 4 + 3 / 4 * low_passed)
    others = 3 * abs(1 / 4 - 1 / 4 * low_passed)
    for axis in range(8):
        out = amplitude(times[first:], [joints[axis] for joints in found], hz)
        if axis == slot:
            assert out == pytest.approx(itself, rel=0.05)
            assert out < 0.3 * 3
        else:
            assert out == pytest.approx(others if axis % 2 == slot % 2 else 0, rel=0.05, abs=0.001)


@fpss
@pytest.mark.parametrize("by", [1.25, 0.8])
def test_who_comes_nearer_or_goes_is_followed_at_once(fps: int, by: float) -> None:
    """A quarter larger within a second: with the time constant it would be late by 16 %."""
    times = frame_times(fps, 6)
    sizes = [by ** min(max(t_s - 3, 0), 1) for t_s in seconds(times)]
    path = [[size * at for at in BODY] for size in sizes]
    for size, found, joints in zip(sizes, steadied(times, path), path, strict=True):
        # A tenth is left to the time constant, and what passes until it is seen to.
        for axis in range(8):
            from_middle = size * (BODY[axis] - fmean(BODY[axis % 2 :: 2]))
            assert abs(found[axis] - joints[axis]) <= 0.125 * abs(from_middle) + 0.01


@pytest.mark.parametrize("fps", [24, 30, 60, 120])
@pytest.mark.parametrize("lost", [0.0, 0.3])
def test_who_leans_forward_for_longer_is_followed(fps: int, lost: float) -> None:
    """Shoulders 12 px forward: the middle by 6 at once, the rest with the time constant."""
    times = frame_times(fps, 8, lost=lost)
    leaning = [at + 12 * (slot in (0, 2)) for slot, at in enumerate(BODY)]
    path = [leaning if t_s >= 3 else list(BODY) for t_s in seconds(times)]
    begins_s = next(t_s for t_s in seconds(times) if t_s >= 3)
    found = steadied(times, path)
    for t_s, joints in zip(seconds(times), found, strict=True):
        if t_s < begins_s:
            assert joints == pytest.approx(BODY, abs=0.001)
            continue
        left = 6 * exp(-(t_s - begins_s) / STEADY_S)
        # What a step of a frame makes of an exponential.
        assert joints[0] == pytest.approx(leaning[0] - left, abs=0.4)
        assert joints[2] == pytest.approx(leaning[2] - left, abs=0.4)
        assert joints[4] == pytest.approx(leaning[4] + left, abs=0.4)
    assert found[-1] == pytest.approx(leaning, abs=0.1)


def test_in_the_first_second_every_place_counts_alike() -> None:
    chance = random.Random(3)
    times = frame_times(30, 1)
    path = [[at + chance.gauss(0, 3) for at in BODY] for _ in times]
    found = steadied(times, path)
    for number in range(1, len(times) + 1):
        seen = path[:number]
        for slot in range(8):
            middles = [fmean(joints[slot % 2 :: 2]) for joints in seen]
            offset = fmean(j[slot] - m for j, m in zip(seen, middles, strict=True))
            assert found[number - 1][slot] == pytest.approx(middles[-1] + offset, abs=0.001)


joints_px = st.lists(st.integers(-2000 * ONE, 2000 * ONE), min_size=8, max_size=8)
paths = st.lists(joints_px, min_size=1, max_size=10)


def stepped(path: list[list[int]], trunk: Trunk | None = None) -> list[list[int]]:
    trunk = trunk or Trunk()
    times = frame_times(30, len(path) / 30, start_ns=START_NS + 1)
    return [trunk.step(t_ns, joints) for t_ns, joints in zip(times, path, strict=True)]


@given(path=paths, times=st.integers(-40, 40))
def test_a_mirrored_or_larger_picture_gives_the_same_picture(
    path: list[list[int]], times: int
) -> None:
    large = stepped([[times * at for at in joints] for joints in path])
    for found, joints in zip(large, stepped(path), strict=True):
        want = [times * at for at in joints]
        assert found == pytest.approx(want, abs=max(abs(times), 1) * MILLI_PX)


@given(path=paths, order=st.permutations(range(4)))
def test_the_order_of_the_joints_is_nothing(path: list[list[int]], order: list[int]) -> None:
    slots = [2 * joint + axis for joint in order for axis in (0, 1)]
    found = stepped([[joints[slot] for slot in slots] for joints in path])
    assert found == [[joints[slot] for slot in slots] for joints in stepped(path)]


@given(path=paths)
def test_the_middle_is_where_it_was(path: list[list[int]]) -> None:
    for found, joints in zip(stepped(path), path, strict=True):
        for axis in (0, 1):
            assert sum(found[axis::2]) / 4 == pytest.approx(sum(joints[axis::2]) / 4, abs=MILLI_PX)


@given(path=paths, first=joints_px)
def test_after_a_reset_the_first_place_is_the_place(
    path: list[list[int]], first: list[int]
) -> None:
    trunk = Trunk()
    assert trunk.step(START_NS, first) == first
    stepped(path, trunk)
    trunk.reset()
    # Time may have run backwards.
    again = stepped(path, trunk)
    assert again == stepped(path)
    assert again[0] == path[0]


def with_hip_off(walker: Walker, pose: Pose, px: float) -> Pose:
    """The near hip in step with the near leg, furthest forward when the thigh is furthest back."""
    hip = RIGHT_HIP if walker.faces is Side.RIGHT else LEFT_HIP
    forward = 1 if walker.faces is Side.RIGHT else -1
    return keypoints.moved(pose, hip, x=round(forward * px * cos(walker.phase(pose.t_ns)) * ONE))


@pytest.mark.parametrize("faces", Side)
def test_a_hip_that_goes_with_the_legs_turns_a_peak_by_a_quarter_of_its_angle(faces: Side) -> None:
    walker = Walker(faces=faces)
    poses = recording(walker, 60, 25)
    strides = near_strides(GaitEngine(faces), [with_hip_off(walker, pose, 3.0) for pose in poses])
    plain = near_strides(GaitEngine(faces), poses)
    assert all(a.t_ns < b.t_ns for a, b in pairwise(strides))
    off = fmean(deg_from_bam(s.thigh_ext_bam) for s in strides[5:]) - fmean(
        deg_from_bam(s.thigh_ext_bam) for s in plain[5:]
    )
    whole = degrees(3.0 / walker.thigh_px) * cos(walker.peak_deg * pi / 180)
    assert off == pytest.approx(whole / 4, abs=whole / 10)
