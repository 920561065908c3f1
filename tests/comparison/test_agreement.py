"""Bland and Altman's figures of numbers that were worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hipdrive.comparison.agreement import Agreement, curves, peaks

STEP_S = 1 / 64


def test_bias_sd_and_limits_are_those_of_the_differences() -> None:
    agreement = Agreement(np.array([10.0, 12.0, 15.0]), np.array([9.0, 10.0, 12.0]))
    # Differences 1, 2, 3: mean 2, sample SD 1.
    assert agreement.bias == pytest.approx(2)
    assert agreement.sd == pytest.approx(1)
    assert agreement.limits == pytest.approx((2 - 1.96, 2 + 1.96))
    assert agreement.means.tolist() == [9.5, 11, 13.5]


def test_of_nothing_there_are_no_figures_and_of_one_pair_no_limits() -> None:
    none, one = Agreement(np.empty(0), np.empty(0)), Agreement(np.ones(1), np.zeros(1))
    assert (none.bias, none.sd, none.limits) == (None, None, None)
    assert (one.bias, one.sd, one.limits) == (1, None, None)


def test_a_curve_is_read_between_the_other_s_moments() -> None:
    t_s = np.arange(0, 1, STEP_S)
    shifted_s = t_s + STEP_S / 3
    # Straight lines are what interpolation keeps: 2 t + 5 against 2 t.
    agreement = curves(t_s, 2 * t_s + 5, shifted_s, 2 * shifted_s)
    assert agreement.n == len(t_s) - 1
    assert agreement.differences == pytest.approx(np.full(agreement.n, 5.0))


def test_nothing_is_read_across_a_gap_or_beyond_an_end() -> None:
    t_s = np.arange(0, 1, STEP_S)
    kept = (t_s < 0.2) | ((t_s > 0.5) & (t_s < 0.8))
    agreement = curves(t_s, t_s, t_s[kept], t_s[kept])
    inside = (t_s < 0.2) | ((t_s >= t_s[t_s > 0.5][0]) & (t_s < 0.8))
    # The first moment of a stretch has nothing before it.
    assert inside.sum() - 2 <= agreement.n <= inside.sum()
    assert agreement.differences == pytest.approx(np.zeros(agreement.n))


@pytest.mark.parametrize("count", [0, 1])
def test_a_curve_of_fewer_than_two_moments_agrees_with_nothing(count: int) -> None:
    t_s = np.arange(0, 1, STEP_S)
    assert curves(t_s, t_s, t_s[:count], t_s[:count]).n == 0


def test_peaks_belong_together_that_are_close() -> None:
    agreement = peaks(
        np.array([1.0, 1.7, 2.4]),
        np.array([20.0, 21.0, 22.0]),
        np.array([1.02, 2.1, 2.41]),
        np.array([18.0, 99.0, 20.0]),
    )
    assert agreement.first.tolist() == [20, 22]
    assert agreement.second.tolist() == [18, 20]
    assert peaks(np.ones(1), np.ones(1), np.empty(0), np.empty(0)).n == 0
