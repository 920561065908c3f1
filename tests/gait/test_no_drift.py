"""At rest nothing moves: not after an hour, not after any start, not by one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.signal.butterworth import COEFFICIENTS, ONE, Butterworth
from hipdrive.types.fixed_point import MAX32, MIN32
from hipdrive.types.pose import Pose
from hipdrive.types.side import Side
from support.gait.measure import run
from support.walker import START_NS, Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.gait.signal.butterworth import Coefficients
    from hipdrive.types.gait_update import Sample

    Rest: TypeAlias = dict[tuple[int, int], list[tuple[int, int]]]

HOUR = 3600 * 64
HALF = ONE // 2
NEAR_REST = 8
"""Units. Rounding keeps an output at most 1.3 from rest (`test_butterworth.most_rounding`), and
what came before decays: every state ends up nearer than this."""

cutoffs = pytest.mark.parametrize("filter_hz", sorted(COEFFICIENTS))
int32 = st.integers(MIN32, MAX32)
edges = st.sampled_from([MIN32, MIN32 + 1, -1, 0, 1, MAX32 - 1, MAX32])


@cutoffs
@pytest.mark.parametrize("value", [MIN32, -1, 12_345_678, MAX32])
def test_an_hour_after_a_step_the_value_is_still_the_one_that_went_in(
    value: int, filter_hz: int
) -> None:
    lowpass = Butterworth(COEFFICIENTS[filter_hz])
    lowpass.step([value // 3])
    came_out = [lowpass.step([value])[0] for _ in range(HOUR)]
    assert set(came_out[64:]) == {value}


@cutoffs
@given(before=st.lists(int32 | edges, min_size=1, max_size=30), value=int32 | edges)
@example(before=[MIN32], value=MAX32)
@example(before=[MAX32], value=MIN32)
def test_a_second_after_anything_whatsoever_it_rests(
    filter_hz: int, before: list[int], value: int
) -> None:
    """Past the edges of the 32 bits too, where the output was held back."""
    lowpass = Butterworth(COEFFICIENTS[filter_hz])
    for noise in before:
        lowpass.step([noise])
    for _ in range(64):
        lowpass.step([value])
    state = lowpass._states
    assert lowpass.step([value]) == [value]
    assert lowpass._states == state


def moved(c: Coefficients, d1: int, d2: int, carry: int) -> tuple[int, int]:
    """Next distance of the output from a constant input, and what rounding carries over."""
    exact = carry - c.a1 * d1 - c.a2 * d2
    d = (exact + HALF) >> 30
    return d, exact - (d << 30)


def state(c: Coefficients, value: int, d1: int, d2: int, carry: int) -> tuple[int, int, int, int]:
    """As the filter keeps it: input, sum of two inputs, output, and all that goes into the next."""
    return value, 2 * value, value + d1, c.a2 * (d1 - d2) + carry + HALF


@cutoffs
@given(
    value=st.integers(-(2**30), 2**30),
    distances=st.tuples(*[st.integers(-NEAR_REST, NEAR_REST)] * 2),
    carry=st.integers(-HALF, HALF - 1),
)
def test_how_the_filter_comes_to_rest_does_not_depend_on_the_value(
    filter_hz: int, value: int, distances: tuple[int, int], carry: int
) -> None:
    """4 b0 is 1 + a1 + a2, so the value itself falls out; the next test builds on it."""
    c = COEFFICIENTS[filter_hz]
    d1, d2 = distances
    lowpass = Butterworth(c)
    lowpass._states = [state(c, value, d1, d2, carry)]
    d, carried = moved(c, d1, d2, carry)
    assert lowpass.step([value]) == [value + d]
    assert lowpass._states == [state(c, value, d, d1, carried)]


@cutoffs
def test_there_is_no_limit_cycle(filter_hz: int) -> None:
    """Every state there is near rest, all 2^30 carries at once as intervals, comes to rest."""
    c = COEFFICIENTS[filter_hz]
    around = range(-NEAR_REST, NEAR_REST + 1)
    left: Rest = {(d1, d2): [(-HALF, HALF - 1)] for d1 in around for d2 in around}
    steps = 0
    while left:
        left = images(c, left)
        left.pop((0, 0), None)  # at rest: the output is the input, and the carry stays
        steps += 1
        assert steps < 64
    assert moved(c, 0, 0, -HALF) == (0, -HALF)
    assert moved(c, 0, 0, HALF - 1) == (0, HALF - 1)
    print(f"at rest after {steps} samples")  # noqa: T201 - a figure to report


def images(c: Coefficients, states: Rest) -> Rest:
    """Where all states go in one sample; an interval of carries is cut where rounding turns."""
    found: Rest = {}
    for (d1, d2), intervals in states.items():
        for low, high in intervals:
            (first, start), (last, end) = moved(c, d1, d2, low), moved(c, d1, d2, high)
            for d in range(first, last + 1):
                piece = (start if d == first else -HALF, end if d == last else HALF - 1)
                found.setdefault((d, d1), []).append(piece)
    return {where: joined(intervals) for where, intervals in found.items()}


def joined(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    whole: list[tuple[int, int]] = []
    for low, high in sorted(intervals):
        if whole and low <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(high, whole[-1][1]))
        else:
            whole.append((low, high))
    return whole


def standing(sample: Sample) -> tuple[int, ...]:
    """All of it but the time."""
    return tuple(getattr(sample, name) for name in sample._fields if name != "t_ns")


@pytest.mark.long
@pytest.mark.parametrize(("facing", "filter_hz"), [(Side.LEFT, 6), (Side.RIGHT, 8)])
def test_whoever_stands_still_for_ten_minutes_has_one_angle(facing: Side, filter_hz: int) -> None:
    """After a second of running, and on frames that are early, late or lost.

    The trunk's joints settle with a time constant of a second: 30 of them make 2^-43 of any pixel.
    """
    walker = Walker(faces=facing)
    times = frame_times(30, 600, jitter_s=0.01, lost=0.05, seed=5)
    stands = walker.pose(START_NS + 123_456_789).keypoints
    poses = [walker.pose(t) if t < START_NS + 10**9 else Pose(t, stands) for t in times]
    samples, _ = run(GaitEngine(facing, filter_hz), poses)
    settled = [s for s in samples if s.t_ns > START_NS + 31 * 10**9]
    assert len(settled) > 560 * 64
    (at_once,), _ = run(GaitEngine(facing, filter_hz), [Pose(START_NS, stands)])
    assert set(map(standing, settled)) == {standing(at_once)}
