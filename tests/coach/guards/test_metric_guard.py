from __future__ import annotations

from fractions import Fraction
from typing import Literal

import pytest

from hipdrive.coach.guards.detectable import detectable_change
from hipdrive.coach.guards.history import GuardHistory, MetricHistory
from hipdrive.coach.guards.metric_guard import MetricGuard

BASELINE = 30
STEADY = MetricHistory(BASELINE, BASELINE * 1000, BASELINE * 1000 * 1000)
"""Thirty strides of 1000, without any scatter."""


def guard(
    by_more_than: int | Fraction, worse: Literal["rise", "fall", "change"] = "rise"
) -> MetricGuard:
    return MetricGuard("sway", "sway", worse, by_more_than)


def trips(
    guard: MetricGuard,
    *recent: int | None,
    kept: MetricHistory = STEADY,
    tripped: bool = False,
) -> bool:
    for value in recent:
        kept = kept.with_recent(value)
    return guard.trips(GuardHistory(BASELINE, {"sway": kept}), tripped=tripped)


def scattered(*values: int) -> MetricHistory:
    kept = MetricHistory()
    for value in values:
        kept = kept.with_baseline(value)
    return kept


def test_it_trips_above_the_amount_and_not_at_it() -> None:
    assert not trips(guard(50), *[1050] * 9)
    assert trips(guard(50), *[1051] * 9)


def test_a_share_is_one_of_the_baselines_mean() -> None:
    tenth = guard(Fraction(1, 10))
    assert not trips(tenth, *[1100] * 9)
    assert trips(tenth, *[1101] * 9)
    # Of a mean below zero it is as large.
    below = MetricHistory(BASELINE, -BASELINE * 1000, BASELINE * 1000 * 1000)
    assert not trips(tenth, *[-900] * 9, kept=below)
    assert trips(tenth, *[-899] * 9, kept=below)


@pytest.mark.parametrize(
    ("worse", "of_more", "of_less"),
    [("rise", True, False), ("fall", False, True), ("change", True, True)],
)
def test_only_what_is_worse_trips_it(
    worse: Literal["rise", "fall", "change"], *, of_more: bool, of_less: bool
) -> None:
    assert trips(guard(50, worse), *[1060] * 9) is of_more
    assert trips(guard(50, worse), *[940] * 9) is of_less


def test_it_lets_go_at_half_the_amount() -> None:
    assert trips(guard(50), *[1026] * 9, tripped=True)
    assert not trips(guard(50), *[1025] * 9, tripped=True)


def test_it_takes_more_than_the_amount_where_less_cannot_be_detected() -> None:
    # Fifteen of 990 and fifteen of 1010: variance 100 * 30 / 29 = 103. Nine of 1020 that do not
    # scatter: pooled 29 * 103 / 37 = 80, of the difference 80 * (1/30 + 1/9) * 1.5 = 17.3;
    # 4.566 * sqrt(17.3) = 19.01.
    kept = scattered(*[990, 1010] * 15)
    assert detectable_change(kept, [1020] * 9) == 19
    assert not trips(guard(10), *[1019] * 9, kept=kept)
    assert trips(guard(10), *[1020] * 9, kept=kept)
    # Four of 1035, four of 1115 and 1075: variance 1600; pooled (29 * 103 + 8 * 1600) / 37 = 426,
    # 426 * (1/30 + 1/9) * 1.5 = 92.3; 4.566 * sqrt(92.3) = 43.9.
    assert detectable_change(kept, [1035, 1115] * 4 + [1075]) == 43
    assert not trips(guard(10), *[1003, 1083] * 4, 1043, kept=kept)
    assert trips(guard(10), *[1004, 1084] * 4, 1044, kept=kept)


@pytest.mark.parametrize("wild", [1, 2, 3, 4])
@pytest.mark.parametrize("by", [100, 1000, 100_000])
def test_half_of_the_latest_strides_are_not_worse_running_however_wild(wild: int, by: int) -> None:
    kept = scattered(*[990, 1010] * 15)
    recent = [1000] * (9 - wild) + [1000 + by] * wild
    assert not trips(guard(5), *recent, kept=kept)


def test_one_wild_stride_is_not_worse_running() -> None:
    # The mean of the nine is 1100, far beyond the amount; but so is their scatter.
    assert not trips(guard(50), *[1000] * 8, 1800)


def test_before_nine_strides_in_a_row_it_stays_as_it_is() -> None:
    assert not trips(guard(50), *[2000] * 8)
    assert trips(guard(50), *[1000] * 8, tripped=True)


def test_a_metric_that_is_missing_says_nothing() -> None:
    # Seven of nine are enough.
    assert trips(guard(50), None, *[1060] * 7, None)
    assert not trips(guard(50), None, None, None, *[1060] * 6)
    assert not trips(guard(50), *[None] * 9, tripped=True)
    assert not trips(guard(50), *[1060] * 9, kept=scattered(*[1000] * 9))
    assert trips(guard(50), *[1060] * 9, kept=scattered(*[1000] * 10))
