from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.signal.resample import PERIOD_NS, GridPoint, Resampler

if TYPE_CHECKING:
    from fractions import Fraction

gaps_ns = st.lists(st.integers(1, 250_000_000), min_size=1, max_size=40)
starts_ns = st.integers(-(2**62), 2**62)
int32 = st.integers(-(2**31), 2**31 - 1)


def resampled(inputs: list[tuple[int, list[int]]]) -> list[GridPoint]:
    resampler = Resampler()
    return [point for t_ns, values in inputs for point in resampler.step(t_ns, values)]


def at(times: list[int]) -> list[tuple[int, list[int]]]:
    return [(t_ns, [0]) for t_ns in times]


@given(starts_ns, gaps_ns)
def test_the_grid_has_every_period_from_the_first_input_to_the_last(
    start: int, gaps: list[int]
) -> None:
    times = list(accumulate(gaps, initial=start))
    grid = [point.t_ns for point in resampled(at(times))]
    assert grid == list(range(start, times[-1] + 1, 15_625_000))


def test_a_moment_of_the_grid_waits_for_the_input_after_it() -> None:
    resampler = Resampler()
    assert len(list(resampler.step(0, [0]))) == 1
    assert list(resampler.step(PERIOD_NS - 1, [0])) == []
    assert [p.t_ns for p in resampler.step(PERIOD_NS, [0])] == [PERIOD_NS]


@given(starts_ns, gaps_ns, st.fractions(-1000, 1000, max_denominator=97))
def test_a_straight_line_stays_one(start: int, gaps: list[int], slope: Fraction) -> None:
    """`slope` in Q16.16 units a microsecond; 1000 cross a picture of 4000 px in a quarter second.

    Half a unit is lost in rounding each input, half in rounding the output, and a weight that is
    cut to 16 bits costs up to 2^-16 of the step between two inputs.
    """
    times = list(accumulate(gaps, initial=start))

    def line(t_ns: int) -> Fraction:
        return slope * (t_ns - start) / 1000

    points = resampled([(t_ns, [round(line(t_ns)), round(-line(t_ns))]) for t_ns in times])
    for point in points:
        allowed = 1 + abs(slope) * point.span_ns / 1000 / 2**16
        for value, sign in zip(point.values, (1, -1), strict=True):
            assert abs(value - sign * line(point.t_ns)) <= allowed


@given(starts_ns, gaps_ns)
def test_each_moment_knows_how_far_apart_its_inputs_lay(start: int, gaps: list[int]) -> None:
    times = list(accumulate(gaps, initial=start))
    for point in resampled(at(times))[1:]:
        span = next(b - a for a, b in pairwise(times) if a < point.t_ns <= b)
        assert point.span_ns == span


@given(int32, int32, st.integers(1, 20))
def test_an_input_on_the_grid_comes_through_untouched(a: int, b: int, periods: int) -> None:
    points = resampled([(0, [a, b]), (periods * PERIOD_NS, [b, a])])
    assert points[0] == GridPoint(0, [a, b], 0)
    assert points[-1] == GridPoint(periods * PERIOD_NS, [b, a], periods * PERIOD_NS)


@given(int32, int32, st.integers(1, 20))
def test_nothing_lies_outside_of_the_two_inputs(a: int, b: int, periods: int) -> None:
    for point in resampled([(0, [a]), (periods * PERIOD_NS + 1, [b])]):
        assert min(a, b) <= point.values[0] <= max(a, b)


def test_after_a_reset_a_new_grid_begins() -> None:
    resampler = Resampler()
    list(resampler.step(0, [0]))
    resampler.reset()
    assert list(resampler.step(7, [3])) == [GridPoint(7, [3], 0)]
    assert [p.t_ns for p in resampler.step(7 + PERIOD_NS, [3])] == [7 + PERIOD_NS]
