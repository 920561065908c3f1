from __future__ import annotations

import statistics
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from hipdrive.config import CoachConfig
from hipdrive.session.coach_settings import coach_settings
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.cue import CueKind
from hipdrive.types.stride import Rejection
from support.coach.running_strides import BELOW_DEG, SETTINGS, StridesOverTime, stride

if TYPE_CHECKING:
    from hipdrive.coach.settings import CoachSettings

ONE_BAM_DEG = 360 / 2**32


def band_deg(degrees: list[float], settings: CoachSettings) -> tuple[float, float, float]:
    running = StridesOverTime(settings)
    running.run(*degrees)
    band = running.state.band
    assert band is not None
    return deg_from_bam(band.low_bam), deg_from_bam(band.target_bam), deg_from_bam(band.high_bam)


def test_the_baseline_is_shown_once_and_nothing_is_judged_in_it() -> None:
    running = StridesOverTime(SETTINGS)
    first, *others = running.run(-20, 40, -20, 40, -20)
    assert first == [CueKind.LED_BASELINE]
    assert others == [[], [], [], [CueKind.BASELINE_DONE]]


def test_the_baseline_cue_rests_on_no_angle() -> None:
    (cue,) = StridesOverTime(SETTINGS).take(stride(10))
    assert cue.thigh_ext_bam is None


def test_before_the_first_stride_nothing_is_shown() -> None:
    running = StridesOverTime(SETTINGS)
    assert [running.take() for _ in range(10)] == [()] * 10


def test_the_band_is_known_with_the_last_stride_of_the_baseline() -> None:
    running = StridesOverTime(SETTINGS)
    running.run(10, 10, 10, 10)
    assert running.state.band is None
    running.run(10)
    assert running.state.band is not None


def test_far_leg_strides_do_not_count_towards_the_baseline() -> None:
    running = StridesOverTime(SETTINGS)
    assert [running.take(stride(10, near=False)) for _ in range(20)] == [()] * 20
    assert running.state.baseline.count == 0


@pytest.mark.parametrize("rejection", list(Rejection))
def test_rejected_strides_do_not_count_towards_the_baseline(rejection: Rejection) -> None:
    running = StridesOverTime(SETTINGS)
    assert running.take(*[stride(10, rejection=rejection)] * 20) == ()
    assert running.state.baseline.count == 0


def test_strides_of_the_baseline_are_not_among_the_five_that_are_judged() -> None:
    running = StridesOverTime(SETTINGS)
    running.run(*[10.0] * 5)
    cues = running.run(*[BELOW_DEG] * 5)
    assert cues == [[], [], [], [], [CueKind.LED_BELOW, CueKind.BUZZ]]


def test_steady_strides_get_a_slack_of_a_degree_and_a_half() -> None:
    low, target, high = band_deg([10.0] * 5, SETTINGS)
    assert (low, target, high) == pytest.approx((10.5, 12, 17), abs=3 * ONE_BAM_DEG)


def test_scattered_strides_get_a_slack_of_one_sample_standard_deviation() -> None:
    # Squared deviations 4 + 1 + 0 + 1 + 4 = 10, over n - 1 = 4: sd = sqrt(2.5) = 1.58 degrees.
    low, target, high = band_deg([8, 9, 10, 11, 12], SETTINGS)
    assert low == pytest.approx(12 - 2.5**0.5, abs=3 * ONE_BAM_DEG)
    assert (target, high) == pytest.approx((12, 17), abs=3 * ONE_BAM_DEG)


def test_the_slack_changes_over_where_the_standard_deviation_is_a_degree_and_a_half() -> None:
    # Two strides d below and two d above the mean, and one on it: sd = sqrt(4 d^2 / 4) = d.
    for deviation, slack in ((1.4, 1.5), (1.6, 1.6)):
        degrees = [10 - deviation, 10 - deviation, 10, 10 + deviation, 10 + deviation]
        assert statistics.stdev(degrees) == pytest.approx(deviation)
        low, target, _ = band_deg(degrees, SETTINGS)
        assert target - low == pytest.approx(slack, abs=3 * ONE_BAM_DEG)


def test_a_runner_whose_thigh_stays_in_front_has_a_band_below_zero() -> None:
    low, target, high = band_deg([-10.0] * 5, SETTINGS)
    assert (low, target, high) == pytest.approx((-9.5, -8, -3), abs=3 * ONE_BAM_DEG)


def test_the_band_stays_as_it_is_after_the_baseline() -> None:
    running = StridesOverTime(SETTINGS)
    running.run(*[10.0] * 5)
    band = running.state.band
    running.run(*chain([30.0] * 20, [-5.0] * 20))
    assert running.state.band == band


def test_settings_come_from_the_configuration_in_degrees() -> None:
    config = CoachConfig(
        baseline_strides=40, raise_deg=2.5, band_above_target_deg=4.5, buzz_gap_strides=9
    )
    # An eighth of a turn is 45 degrees is 2^29 BAM; so 2.5 degrees are 2^29 / 18.
    settings = coach_settings(config)
    assert (settings.baseline_strides, settings.buzz_gap_strides) == (40, 9)
    assert (settings.raise_bam, settings.guard_bam) == (round(2**29 / 18), round(2**29 / 10))
