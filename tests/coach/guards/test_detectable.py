"""The quantiles are those of Student's distribution, for a share that says how often it errs."""

from __future__ import annotations

from math import atan, cos, exp, lgamma, pi, sqrt

import pytest

from hipdrive.coach.guards.catalogue import GUARDS
from hipdrive.coach.guards.detectable import (
    DIRECTIONS,
    ERROR_SHARE,
    QUANTILES,
    THOUSANDTHS,
    WINDOWS,
    quantile,
)
from hipdrive.coach.guards.history import RECENT_STRIDES
from hipdrive.coach.guards.metric_guard import MetricGuard
from hipdrive.practice.session import SESSION_S

STEPS = 4000


def above(t: float, freedom: int) -> float:
    """The share of Student's distribution above t: its density, integrated by Simpson's rule.

    With x = sqrt(freedom) tan(angle) the density becomes a power of the cosine.
    """
    first = atan(t / sqrt(freedom))
    step = (pi / 2 - first) / STEPS
    weights = [1, *[4, 2] * (STEPS // 2 - 1), 4, 1]
    total = sum(w * cos(first + i * step) ** (freedom - 1) for i, w in enumerate(weights))
    return total * step / 3 * exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(pi)


def test_the_integral_is_right() -> None:
    """From tables of Student's distribution: 2.228 with 10 degrees of freedom has 2.5 % above."""
    assert above(2.228139, 10) == pytest.approx(0.025, rel=1e-5)
    assert above(3.646, 30) == pytest.approx(0.0005, rel=1e-3)


@pytest.mark.parametrize(("freedom", "thousandths"), QUANTILES)
def test_each_quantile_has_its_share_above_it(freedom: int, thousandths: int) -> None:
    share = float(ERROR_SHARE) / DIRECTIONS / WINDOWS
    assert above(thousandths / THOUSANDTHS, freedom) <= share
    assert above((thousandths - 1.5) / THOUSANDTHS, freedom) > share


def test_in_between_the_one_of_fewer_degrees_of_freedom_holds() -> None:
    assert quantile(15) == quantile(16) == 5571
    assert quantile(37) == quantile(49) == 4566
    assert quantile(100_000) == QUANTILES[-1][1]


def test_every_direction_of_a_guard_over_a_metric_has_its_share() -> None:
    metrics = [guard for guard in GUARDS if isinstance(guard, MetricGuard)]
    assert sum(2 if guard.worse == "change" else 1 for guard in metrics) == DIRECTIONS


def test_windows_without_a_common_stride_fill_the_twenty_minutes_of_a_session() -> None:
    stride_s = 0.714
    assert WINDOWS * RECENT_STRIDES * stride_s == pytest.approx(SESSION_S, rel=0.01)
