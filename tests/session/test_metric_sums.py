from __future__ import annotations

import statistics
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.metrics.catalogue import FIELDS, METRICS
from hipdrive.session.figures import MetricFigures
from hipdrive.session.metric_sums import LEAST_DRIFT_STRIDES, MetricSums
from hipdrive.session.running_sums import RunningSums, Trend
from hipdrive.session.stats import SessionStats
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.coach_status import CoachStatus
from hipdrive.types.stride import Rejection
from support.session.results import MS, S, frame_result, stride

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.types.stride import Stride

CONTACT = [metric.name for metric in METRICS].index("contact_time")
TEN_TO_TWENTY = Band(bam_from_deg(10), bam_from_deg(12), bam_from_deg(20))


def with_contact(contact_ms: int | None, one: Stride) -> Stride:
    measures: list[int | None] = [None] * len(METRICS)
    measures[CONTACT] = None if contact_ms is None else contact_ms * MS
    return replace(one, measures=tuple(measures))


def after(*strides: Stride, bands: Iterable[Band | None] = repeat(None)) -> SessionStats:
    """A session with one stride a frame, and the coach's band after each frame."""
    stats = SessionStats()
    for number, (one, band) in enumerate(zip(strides, bands, strict=False)):
        result = frame_result(number * S, strides=[one])
        stats.on_frame(replace(result, coach=CoachStatus(band=band)))
    return stats


def metrics_of(stats: SessionStats) -> dict[str, MetricFigures]:
    return stats.metric_sums.by_metric()


def test_a_metric_has_the_mean_and_sd_of_the_strides_that_have_it() -> None:
    contacts = (200, 230, None, 260)
    stats = after(*(with_contact(ms, stride(0)) for ms in contacts))
    assert metrics_of(stats)["contact_time"] == MetricFigures(
        "contact_time/1", "s", "estimated", n=3, mean=0.23, sd=0.03
    )
    assert metrics_of(stats)["thigh_ext"].n == 4


def test_every_metric_is_there_without_a_stride() -> None:
    sums = MetricSums()
    metrics = sums.by_metric()
    assert list(metrics) == [metric.name for metric in (*FIELDS, *METRICS)]
    assert {(each.n, each.mean, each.sd) for each in metrics.values()} == {(0, None, None)}
    assert sums.thigh_ext_sd().value is sums.thigh_ext_drift().value is None
    assert sums.thigh_ext_difference().value is sums.thigh_ext_in_band().value is None


def test_far_and_rejected_strides_are_not_in_a_metric() -> None:
    far = with_contact(300, stride(near=False))
    rejected = with_contact(300, stride(rejection=Rejection.GAP))
    metrics = metrics_of(after(with_contact(200, stride()), far, rejected))
    assert (metrics["contact_time"].n, metrics["contact_time"].mean) == (1, 0.2)
    assert metrics["stride_time"].n == 1


@given(st.lists(st.integers(-(2**40), 2**40), min_size=2, max_size=50))
def test_sums_agree_with_the_statistics_module(values: list[int]) -> None:
    sums = RunningSums()
    for value in values:
        sums.add(value)
    assert sums.mean == pytest.approx(statistics.mean(values), rel=1e-12, abs=1e-9)
    assert sums.sd == pytest.approx(statistics.stdev(values), rel=1e-9)


@given(
    st.lists(
        st.tuples(st.integers(0, 7_200_000), st.integers(-(2**31), 2**31)),
        min_size=3,
        max_size=40,
        unique_by=lambda pair: pair[0],
    )
)
def test_the_slope_is_the_least_squares_one_with_its_standard_error(
    pairs: list[tuple[int, int]],
) -> None:
    """Against residuals formed one by one, from the mean."""
    trend = Trend()
    start_ns = 9 * S
    for t_ms, value in pairs:
        trend.add(start_ns + t_ms * MS, value)
    slope = trend.slope(3)
    assert slope is not None
    times, values = [t - pairs[0][0] for t, _ in pairs], [v for _, v in pairs]
    line = statistics.linear_regression(times, values)
    assert slope.value == pytest.approx(line.slope, rel=1e-9, abs=1e-9)
    residual = sum(
        (v - line.intercept - line.slope * t) ** 2 for t, v in zip(times, values, strict=True)
    )
    across = sum((t - statistics.mean(times)) ** 2 for t in times)
    error = (residual / (len(pairs) - 2) / across) ** 0.5
    assert slope.standard_error == pytest.approx(error, rel=1e-6, abs=1e-4)


def drifting(count: int, deg_per_min: float) -> SessionStats:
    """A stride a second, half a degree to either side of a straight line."""
    return after(
        *(stride(i * S, 15 + deg_per_min * i / 60 + (0.5 if i % 2 else -0.5)) for i in range(count))
    )


def test_drift_is_in_degrees_in_ten_minutes() -> None:
    drift = drifting(600, -0.3).metric_sums.thigh_ext_drift()
    # Residuals of half a degree over 600 s: sum of squared times n (n^2 - 1) / 12.
    error = 600 * (600 * 0.25 / 598 / (600 * (600**2 - 1) / 12)) ** 0.5
    assert drift.se == pytest.approx(error, rel=0.01)
    assert drift.se is not None
    assert drift.value == pytest.approx(-3, abs=3 * drift.se)
    assert (drift.n, drift.unit) == (600, "deg_per_10min")


def test_a_few_strides_have_no_drift() -> None:
    for count, known in ((LEAST_DRIFT_STRIDES - 1, False), (LEAST_DRIFT_STRIDES, True)):
        drift = drifting(count, 1).metric_sums.thigh_ext_drift()
        assert (drift.value is not None) == (drift.se is not None) == known


def test_strides_at_one_time_have_no_drift() -> None:
    stats = after(*(stride(0, 10 + i) for i in range(40)))
    assert stats.metric_sums.thigh_ext_drift().value is None


def test_the_legs_differ_by_near_minus_far_in_degrees() -> None:
    near, far = (
        [stride(0, deg, near=side) for deg in degs]
        for side, degs in ((True, (20, 22)), (False, (15, 16, 17)))
    )
    difference = after(*near, *far).metric_sums.thigh_ext_difference()
    assert (difference.value, difference.n_near, difference.n_far) == (5, 2, 3)
    assert (difference.unit, difference.confidence) == ("deg", "low")
    assert after(*near).metric_sums.thigh_ext_difference().value is None


def test_the_share_in_the_band_is_of_the_strides_that_were_judged_by_it() -> None:
    """None of the baseline, none of the far leg, none that was rejected; the ends are inside."""
    bands = [None, None, *[TEN_TO_TWENTY] * 9]
    strides = [
        stride(0, 15),  # baseline
        stride(0, 15),  # baseline
        stride(0, 15),  # completes it: the coach has a band from here on
        *(stride(0, deg) for deg in (9.9, 10, 15, 20, 20.1)),
        stride(0, 15, near=False),
        stride(0, 15, rejection=Rejection.LOW_SCORE),
    ]
    share = after(*strides, bands=bands).metric_sums.thigh_ext_in_band()
    assert (share.n, share.value, share.unit) == (5, 60, "percent")


def test_a_stride_that_begins_a_new_baseline_is_not_judged_by_the_old_band() -> None:
    bands = [TEN_TO_TWENTY, TEN_TO_TWENTY, None, TEN_TO_TWENTY]
    stats = after(*[stride(0, 15)] * 4, bands=bands)
    assert stats.metric_sums.thigh_ext_in_band().n == 1
