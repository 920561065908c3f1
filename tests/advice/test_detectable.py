"""The least detectable change against its formula, and against runs in which nothing changed."""

from __future__ import annotations

import math
import random

import pytest

from hipdrive.advice.detectable import (
    BETWEEN_DAYS,
    WITHIN_A_RUN,
    DayScatter,
    Detectable,
    StrideMean,
    changes,
    detectable_between_days,
    student_t,
)
from hipdrive.session.before_after import SerialSums

ONE_METRIC = {"thigh_ext": DayScatter()}


def mean(value: float, n: int = 30, sd: float = 1.0, correlation: float = 0.0) -> StrideMean:
    return StrideMean(n, value, sd, correlation)


def least(sd: float) -> float:
    """What 30 strides on either side can tell, for one metric."""
    before, after = {"thigh_ext": mean(20, sd=sd)}, {"thigh_ext": mean(90, sd=sd)}
    return changes(before, after, ONE_METRIC)["thigh_ext"].detectable


@pytest.mark.parametrize(("sd", "published"), [(1.45, 0.7), (2.24, 1.1), (3.16, 1.6)])
def test_it_is_the_published_formula_for_one_metric(sd: float, published: float) -> None:
    """1.96 * sqrt(2) * sd / sqrt(n) of 30-stride means, the runner's own SD of 1.05 in it."""
    assert least(sd) == pytest.approx(1.96 * math.sqrt(2) * sd / math.sqrt(30), rel=0.03)
    assert least(sd) == pytest.approx(published, abs=0.06)


@pytest.mark.parametrize(
    ("probability", "freedom", "published"),
    [
        (0.975, 5, 2.571),
        (0.975, 30, 2.042),
        (0.995, 5, 4.032),
        (0.995, 10, 3.169),
        (0.995, 20, 2.845),
        (0.9975, 10, 3.581),
    ],
)
def test_the_quantiles_are_those_of_the_tables(
    probability: float, freedom: float, published: float
) -> None:
    assert student_t(probability, freedom) == pytest.approx(published, rel=0.01)


def test_strides_that_follow_one_another_count_for_less() -> None:
    """r = 0.5: three of them are one; of very many, whose correlation is known."""
    assert mean(20, n=300_000, correlation=0.5).independent == pytest.approx(100_000, rel=1e-3)


def test_a_correlation_below_zero_makes_nothing_surer() -> None:
    assert mean(20, correlation=-0.5).independent == 30


def test_the_more_is_looked_at_the_more_it_takes() -> None:
    before = dict.fromkeys(WITHIN_A_RUN, mean(20))
    after = dict.fromkeys(WITHIN_A_RUN, mean(90))
    every = changes(before, after, WITHIN_A_RUN)["thigh_ext"].detectable
    assert every > least(1.0) * 1.3


def test_too_few_strides_say_nothing() -> None:
    before, after = {"thigh_ext": mean(20, n=19)}, {"thigh_ext": mean(90)}
    assert changes(before, after, ONE_METRIC) == {}


def test_what_one_side_lacks_is_not_compared() -> None:
    assert changes({}, {"thigh_ext": mean(90)}, ONE_METRIC) == {}


def test_days_differ_by_four_to_five_degrees_of_thigh_extension() -> None:
    many = StrideMean(700, 20, 2.0)
    before = dict.fromkeys(BETWEEN_DAYS, many)
    found = changes(before, {**before, "thigh_ext": StrideMean(700, 26, 2.0)}, BETWEEN_DAYS)
    assert 4 <= found["thigh_ext"].detectable <= 5


@pytest.mark.parametrize("missing", [[], ["trunk_lean"], ["trunk_lean", "stride_time"]])
def test_what_is_missing_makes_the_rest_no_surer(missing: list[str]) -> None:
    kept = [name for name in BETWEEN_DAYS if name not in missing]
    before, after = ({name: mean(value, n=700) for name in kept} for value in (20, 90))
    found = changes(before, after, BETWEEN_DAYS)["thigh_ext"]
    days = detectable_between_days("thigh_ext", before["thigh_ext"], after["thigh_ext"])
    assert days == Detectable(found.detectable, days_known=True)


def test_of_too_few_strides_no_day_is_told_from_another() -> None:
    assert detectable_between_days("thigh_ext", mean(20, n=19), mean(20)) is None


def test_strides_that_are_all_the_same_leave_what_days_differ_by() -> None:
    """2.394 * 2: the normal quantile of 5 % shared by three, both sides."""
    same = mean(20, n=700, sd=0.0)
    found = detectable_between_days("thigh_ext", same, same)
    assert found is not None
    assert found.least == pytest.approx(4.788, abs=0.001)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6])
def test_where_nothing_changed_something_is_found_in_one_run_of_twenty_at_most(
    correlation: float,
) -> None:
    """200 runs of eight metrics each, every stride like the one before as far as it says."""
    chance = random.Random(18)
    scatter = WITHIN_A_RUN
    found = sum(
        bool(
            changes(
                {name: measured(chance, 85, correlation) for name in scatter},
                {name: measured(chance, 400, correlation) for name in scatter},
                scatter,
            )
        )
        for _ in range(200)
    )
    # 10 are expected; more than 16 has a chance of 3 in 100, more than 19 of 2 in 1000.
    assert found <= 19


def measured(chance: random.Random, n: int, correlation: float) -> StrideMean:
    """Strides of an autoregressive process, and what a session measures of them."""
    sums, value = SerialSums(), chance.gauss(0, 1)
    for _ in range(n):
        value = correlation * value + math.sqrt(1 - correlation**2) * chance.gauss(0, 1)
        sums.add(round(20_000 + 1000 * value))
    assert sums.sums.mean is not None
    assert sums.sums.sd is not None
    return StrideMean(n, sums.sums.mean, sums.sums.sd, sums.correlation)
