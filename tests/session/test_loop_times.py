from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.session.loop_times import LoopTimeHistogram

HALF_BIN_MS = 0.0101
"""The middle of a bin of 0.02 ms is half of that from any duration in it, and rounding adds."""
SECOND_HALF_NS = 500_000_000


def exact_ms(durations_ns: list[int], percent: int) -> float:
    """By the nearest rank: the least duration that so many percent do not exceed."""
    rank = max(1, math.ceil(percent * len(durations_ns) / 100))
    return sorted(durations_ns)[rank - 1] / 1e6


def histogram(durations_ns: list[int]) -> LoopTimeHistogram:
    times = LoopTimeHistogram()
    for duration_ns in durations_ns:
        times.add(duration_ns)
    return times


def test_without_a_lap_nothing_is_known() -> None:
    assert LoopTimeHistogram().percentile_ms(50) is None


def test_of_a_hundred_laps_the_median_is_the_fiftieth() -> None:
    laps = histogram([number * 1_000_000 for number in range(100, 0, -1)])
    assert laps.percentile_ms(50) == pytest.approx(50, abs=HALF_BIN_MS)
    assert laps.percentile_ms(95) == pytest.approx(95, abs=HALF_BIN_MS)
    assert laps.percentile_ms(100) == pytest.approx(100, abs=HALF_BIN_MS)
    assert laps.percentile_ms(0) == pytest.approx(1, abs=HALF_BIN_MS)


@given(st.lists(st.integers(0, SECOND_HALF_NS - 1), min_size=1, max_size=200), st.integers(0, 100))
def test_percentiles_are_within_half_a_bin_of_the_exact_ones(
    durations_ns: list[int], percent: int
) -> None:
    found = histogram(durations_ns).percentile_ms(percent)
    assert found == pytest.approx(exact_ms(durations_ns, percent), abs=HALF_BIN_MS)


def test_laps_of_more_than_half_a_second_count_as_half_a_second() -> None:
    laps = histogram([1_000_000] * 9 + [3_000_000_000])
    assert laps.percentile_ms(90) == pytest.approx(1, abs=HALF_BIN_MS)
    assert laps.percentile_ms(100) == pytest.approx(500, abs=2 * HALF_BIN_MS)
