"""The mean time of a stride, whatever a few peaks in the wrong place say."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.session.mean_stride_time import MeanStrideTime, cadence_spm
from hipdrive.types.side import Side
from hipdrive.types.stride import Stride

if TYPE_CHECKING:
    from collections.abc import Iterable

MS = 1_000_000
USUAL_NS = 700 * MS
START_NS = 5_000 * MS


def strides(
    times_ns: Iterable[int], strike_ns: Iterable[int | None] | None = None, start_ns: int = START_NS
) -> list[Stride]:
    """Of one leg, each beginning where the last one ended."""
    t_ns, made = start_ns, []
    strikes = iter(strike_ns or ())
    for time_ns in times_ns:
        t_ns += time_ns
        made.append(
            Stride(
                t_ns=t_ns,
                leg=Side.LEFT,
                near=True,
                thigh_ext_bam=0,
                hip_ext_bam=0,
                stride_time_ns=time_ns,
                rejection=None,
                foot_strike_ns=next(strikes, None),
            )
        )
    return made


def mean_of(*parts: list[Stride]) -> MeanStrideTime:
    found = MeanStrideTime()
    for part in parts:
        for stride in part:
            found.add(stride)
    return found


def in_ms(*times_ms: float) -> list[Stride]:
    return strides(round(time_ms * MS) for time_ms in times_ms)


def counted(found: MeanStrideTime) -> int:
    return found.sums()[0]


def mean_ns(found: MeanStrideTime) -> float:
    count, total_ns = found.sums()
    return total_ns / count


def test_without_a_stride_there_is_no_cadence() -> None:
    assert MeanStrideTime().sums() == (0, 0.0)
    assert cadence_spm(MeanStrideTime(), MeanStrideTime()) is None


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 10, 16, 17, 30, 100])
def test_every_stride_of_a_steady_runner_counts(count: int) -> None:
    found = mean_of(in_ms(*[700] * count))
    assert counted(found) == count
    assert mean_ns(found) == pytest.approx(USUAL_NS)


def test_both_legs_make_the_cadence() -> None:
    """120 steps in the time of 60 strides: 0.7 s and 0.72 s are 169.0 a minute together."""
    near, far = mean_of(in_ms(*[700] * 10)), mean_of(in_ms(*[720] * 10))
    assert cadence_spm(near, far) == pytest.approx(120 / 0.71)
    assert cadence_spm(near, MeanStrideTime()) == pytest.approx(120 / 0.7)


@pytest.mark.parametrize("place", range(16))
@pytest.mark.parametrize("wrong_ms", [500, 630, 770, 1000])
def test_one_that_the_others_contradict_does_not_count_wherever_it_is(
    place: int, wrong_ms: int
) -> None:
    """The first as well: where a recording begins, its first peak may lie elsewhere."""
    times = [700.0] * 16
    times[place] = wrong_ms
    found = mean_of(in_ms(*times))
    assert counted(found) == 15
    assert mean_ns(found) == pytest.approx(USUAL_NS)


def test_a_new_stride_rate_counts_from_its_first_stride() -> None:
    """A median of those around it: neither the last of the old nor the first of the new is odd."""
    found = mean_of(in_ms(*[700] * 12, *[560] * 12))
    assert counted(found) == 24
    # A line in which the pace changes weighs its middle more.
    assert mean_ns(found) == pytest.approx(630 * MS, rel=0.02)


def test_a_pause_is_no_stride() -> None:
    before = in_ms(*[700] * 7)
    after = strides([USUAL_NS] * 7, start_ns=before[-1].t_ns + 1234 * MS)
    found = mean_of(before, after)
    assert counted(found) == 14
    assert mean_ns(found) == pytest.approx(USUAL_NS)


def _misplaced(chance: Random, count: int) -> tuple[list[Stride], float]:
    """Strides of 700 ms with peaks 3 and foot strikes 2 ms off, and the mean time between the first
    and the last peak."""
    peaks = [round(START_NS + k * USUAL_NS + chance.gauss(0, 3 * MS)) for k in range(count + 1)]
    strikes = [
        round(START_NS + k * USUAL_NS - 350 * MS + chance.gauss(0, 2 * MS))
        for k in range(1, count + 1)
    ]
    times = [after - before for before, after in pairwise(peaks)]
    return strides(times, strikes, peaks[0]), (peaks[-1] - peaks[0]) / count


def test_a_short_clip_is_timed_by_all_of_its_peaks_and_foot_strikes() -> None:
    """Ten strides. The slope of a line through n events has sqrt(12 / (n (n^2 - 1))) of the SD of
    one; two lines weighted by their variances leave 1 / sqrt(1 / 3^2 + 1 / 2^2) ms of an event's.
    Between the first and the last peak it is sqrt(2) / 10 of 3 ms."""
    chance, errors, by_ends = Random(3), [], []
    for _ in range(2000):
        found, ends_ns = _misplaced(chance, 10)
        errors.append(mean_ns(mean_of(found)) - USUAL_NS)
        by_ends.append(ends_ns - USUAL_NS)
    expected_ns = MS * (1 / 9 + 1 / 4) ** -0.5 * (12 / (10 * 99)) ** 0.5
    assert pstdev(errors) == pytest.approx(expected_ns, rel=0.05)
    assert pstdev(by_ends) == pytest.approx(3 * MS * 2**0.5 / 10, rel=0.05)
    assert abs(fmean(errors)) < 4 * expected_ns / 2000**0.5


def test_the_first_peak_that_is_seen_of_a_leg_may_be_misplaced() -> None:
    """By 35 ms, 5 % of a stride, which the strides around it do not contradict yet."""
    times = [735 * MS, *[USUAL_NS] * 9]
    assert mean_ns(mean_of(strides(times))) == pytest.approx(USUAL_NS)


@given(st.lists(st.integers(300 * MS, 1500 * MS), max_size=60))
def test_the_mean_is_one_of_what_was_added(times_ns: list[int]) -> None:
    count, total_ns = mean_of(strides(times_ns)).sums()
    assert 0 <= count <= len(times_ns)
    if count:
        assert min(times_ns) - 1 <= total_ns / count <= max(times_ns) + 1


def test_what_runners_vary_by_moves_nothing() -> None:
    """2 percent, the most that is published of a run; nothing is left out on one side only."""
    chance = Random(1)
    found = mean_of(in_ms(*(chance.gauss(700, 14) for _ in range(5000))))
    assert counted(found) >= 4995
    assert mean_ns(found) == pytest.approx(USUAL_NS, rel=1e-3)


def test_nothing_grows_with_the_session() -> None:
    found = mean_of(in_ms(*[700] * 1000))
    kept = [len(v) for v in (found._waiting, found._lines.line)]
    assert max(kept) <= 16
