"""The mean time of a stride, whatever a few peaks in the wrong place say."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.session.mean_stride_time import MeanStrideTime

MS = 1_000_000
USUAL_NS = 700 * MS


def mean_of(*times_ms: float) -> MeanStrideTime:
    found = MeanStrideTime()
    for time_ms in times_ms:
        found.add(round(time_ms * MS))
    return found


def test_without_a_stride_there_is_no_mean() -> None:
    assert (mean_of().mean_ns, mean_of().count) == (None, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 10, 30])
def test_every_stride_of_a_steady_runner_counts(count: int) -> None:
    times = [700 + 5 * (number % 3) for number in range(count)]
    found = mean_of(*times)
    assert found.count == count
    assert found.mean_ns == pytest.approx(sum(times) / count * MS)


@pytest.mark.parametrize("place", range(16))
@pytest.mark.parametrize("wrong_ms", [500, 630, 770, 1000])
def test_one_that_the_others_contradict_does_not_count_wherever_it_is(
    place: int, wrong_ms: int
) -> None:
    """The first as well: where a recording begins, its first peak may lie elsewhere."""
    times = [700.0] * 16
    times[place] = wrong_ms
    found = mean_of(*times)
    assert found.count == 15
    assert found.mean_ns == USUAL_NS


def test_a_new_stride_rate_counts_from_its_first_stride() -> None:
    """A median of those around it: neither the last of the old nor the first of the new is odd."""
    found = mean_of(*[700] * 12, *[560] * 12)
    assert found.count == 24
    assert found.mean_ns == 630 * MS


@given(st.lists(st.integers(300 * MS, 1500 * MS), max_size=40))
def test_the_mean_is_one_of_what_was_added(times_ns: list[int]) -> None:
    found = MeanStrideTime()
    for time_ns in times_ns:
        found.add(time_ns)
    assert 0 <= found.count <= len(times_ns)
    if found.mean_ns is None:
        assert not found.count
    else:
        assert min(times_ns) <= found.mean_ns <= max(times_ns)


def test_what_runners_vary_by_moves_nothing() -> None:
    """2 percent, the most that is published of a run; nothing is left out on one side only."""
    chance = Random(1)
    found = mean_of(*(chance.gauss(700, 14) for _ in range(5000)))
    assert found.count >= 4995
    assert found.mean_ns == pytest.approx(USUAL_NS, rel=1e-3)
