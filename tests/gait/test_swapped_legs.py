"""The engine's strides where a model swaps legs, and where it is not certain which is which."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipdrive.gait.engine import GaitEngine
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.truth import Truth
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection, Stride
from support.gait.measure import near_strides, run
from support.gait.swaps import FAST, KNEES, PAIRS, SLOW, swapped
from support.keypoints import moved
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

pytestmark = pytest.mark.long

SECONDS = 10.0
RENDERED: dict[str, dict[str, Any]] = {"usual": {}, "fast": FAST, "slow": SLOW}
LONGEST = {30: 8, 60: 17}
MOST_DEG = 1.0

runners = pytest.mark.parametrize("runner", ["geometry", *RENDERED])
each_pairs = pytest.mark.parametrize("pairs", list(PAIRS))
each_fps = pytest.mark.parametrize("fps", list(LONGEST))


def facing(runner: str) -> Side:
    return Side.LEFT if runner == "slow" else Side.RIGHT


@cache
def recorded(runner: str, fps: int) -> tuple[Pose, ...]:
    if runner == "geometry":
        return tuple(Walker().poses(frame_times(fps, SECONDS)))
    tables = {"seconds": SECONDS, "camera": {"fps": fps}, **RENDERED[runner]}
    return tuple(KnownPoses(Truth(RenderedSettings.model_validate(tables)), None))


@cache
def unswapped(runner: str, fps: int) -> list[Stride]:
    strides = near_strides(GaitEngine(facing(runner)), recorded(runner, fps))
    assert sum(stride.accepted for stride in strides) >= 8
    return strides


def frame_of(poses: tuple[Pose, ...], t_ns: int) -> int:
    return min(range(len(poses)), key=lambda n: abs(poses[n].t_ns - t_ns))


def with_swaps(runner: str, fps: int, pairs: str, first: int, frames: int) -> list[Stride]:
    seen = [
        swapped(pose, pairs) if first <= n < first + frames else pose
        for n, pose in enumerate(recorded(runner, fps))
    ]
    return near_strides(GaitEngine(facing(runner)), seen)


def check(runner: str, fps: int, found: list[Stride]) -> None:
    """Each accepted stride is one of those without a swap."""
    plain = unswapped(runner, fps)
    for stride in found:
        if stride.accepted:
            same = min(plain, key=lambda other: abs(other.t_ns - stride.t_ns))
            assert abs(same.t_ns - stride.t_ns) < 30e6
            assert abs(deg_from_bam(stride.thigh_ext_bam - same.thigh_ext_bam)) < MOST_DEG
    # Nor is silence the answer: two strides end or begin where it happened.
    assert sum(stride.accepted for stride in found) >= sum(s.accepted for s in plain) - 3


@runners
@each_pairs
@each_fps
def test_swapped_legs_at_a_peak_make_no_other_stride(runner: str, pairs: str, fps: int) -> None:
    peak_ns = unswapped(runner, fps)[5].t_ns
    around = frame_of(recorded(runner, fps), peak_ns)
    for frames in (1, 2, 3, 5, LONGEST[fps]):
        for before in sorted({0, 1, frames // 2, frames}):
            check(runner, fps, with_swaps(runner, fps, pairs, around - before, frames))


@each_pairs
@each_fps
@settings(max_examples=12)
@given(
    runner=st.sampled_from(["geometry", *RENDERED]), start=st.floats(2, 7), share=st.floats(0, 1)
)
def test_nor_do_they_anywhere_else(
    pairs: str, fps: int, runner: str, start: float, share: float
) -> None:
    frames = 1 + round(share * (LONGEST[fps] - 1))
    check(runner, fps, with_swaps(runner, fps, pairs, round(start * fps), frames))


@runners
@each_fps
@pytest.mark.parametrize("from_peak", [-3, -1, 0, 2, 9])
def test_a_frame_that_is_not_certain_is_as_if_it_were_lost(
    runner: str, fps: int, from_peak: int
) -> None:
    poses = list(recorded(runner, fps))
    number = frame_of(tuple(poses), unswapped(runner, fps)[5].t_ns) + from_peak
    thrown = [*poses]
    knee = KNEES[facing(runner) is Side.RIGHT]
    thrown[number] = moved(poses[number], knee, y=-300 * ONE)
    del poses[number]
    samples, strides = run(GaitEngine(facing(runner)), thrown)
    want_samples, want_strides = run(GaitEngine(facing(runner)), poses)
    assert samples == want_samples
    assert strides == want_strides


def test_legs_told_apart_in_time_are_no_gap() -> None:
    found = with_swaps("usual", 30, "both", 150, 3)
    assert not any(stride.rejection is Rejection.GAP for stride in found)
    assert len(found) == len(unswapped("usual", 30))
