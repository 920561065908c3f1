from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pytest

from hipdrive.coach.rules.band_led import led_of
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.cue import CueKind
from hipdrive.types.stride import Rejection
from support.coach.running_strides import (
    ABOVE_DEG,
    BELOW_DEG,
    IN_BAND_DEG,
    STRIDE_NS,
    StridesOverTime,
    after_baseline,
    stride,
)

BAND = Band(low_bam=1_000_000_000, target_bam=1_020_000_000, high_bam=1_100_000_000)
ONE_DEG = round(2**32 / 360)


def leds(running: StridesOverTime, *degrees: float) -> list[CueKind]:
    """The LED cues that a run of strides brings."""
    return [kind for kind in chain(*running.run(*degrees)) if kind is not CueKind.BUZZ]


@pytest.mark.parametrize(
    ("degrees", "led"),
    [
        (BELOW_DEG, CueKind.LED_BELOW),
        (IN_BAND_DEG, CueKind.LED_IN_BAND),
        (ABOVE_DEG, CueKind.LED_ABOVE),
    ],
)
def test_the_light_speaks_with_the_fifth_stride_and_then_once(degrees: float, led: CueKind) -> None:
    cues = after_baseline().run(*[degrees] * 9)
    assert cues[:4] == [[]] * 4
    assert led in cues[4]
    assert cues[5:] == [[]] * 4


def test_the_light_follows_the_mean_of_the_last_five_and_not_the_last_stride() -> None:
    running = after_baseline()
    # Means of the last five: 12, then (4 * 12 + 5) / 5 = 10.6, still at or above 10.5, then back.
    assert leds(running, *[12.0] * 5, 5, 12, 12, 12, 12, 12) == [CueKind.LED_IN_BAND]
    # (4 * 12 + 4) / 5 = 10.4 is below 10.5.
    assert leds(running, 4) == [CueKind.LED_BELOW]


def test_the_cue_carries_the_mean_that_it_rests_on() -> None:
    running = after_baseline()
    running.run(10, 11, 12, 13)
    (cue,) = running.take(stride(14))
    assert cue.kind is CueKind.LED_IN_BAND
    assert cue.thigh_ext_bam == pytest.approx(bam_from_deg(12), abs=2)
    assert cue.t_ns == running.t_ns


def test_amber_ends_a_degree_above_the_lower_edge() -> None:
    running = after_baseline()
    leds(running, *[10.0] * 5)
    assert running.state.led is CueKind.LED_BELOW
    # Each stride of 12.4 instead of 10 lifts the mean of five by 0.48: 10.48, 10.96, 11.44, 11.92.
    assert [leds(running, 12.4) for _ in range(4)] == [[], [], [], [CueKind.LED_IN_BAND]]


def test_blue_ends_a_degree_below_the_upper_edge() -> None:
    running = after_baseline()
    leds(running, *[18.0] * 5)
    assert running.state.led is CueKind.LED_ABOVE
    # Each stride of 15.6 instead of 18 lowers the mean by 0.48: 17.52, 17.04, 16.56, 16.08, 15.6;
    # blue ends at 17 - 1.
    lights = [leds(running, 15.6) for _ in range(5)]
    assert lights == [[], [], [], [], [CueKind.LED_IN_BAND]]


@pytest.mark.parametrize(
    ("edge_deg", "lights"),
    [(10.5, [CueKind.LED_BELOW]), (17.0, [CueKind.LED_IN_BAND, CueKind.LED_ABOVE])],
)
def test_a_mean_that_wavers_around_an_edge_does_not_make_the_light_flicker(
    edge_deg: float, lights: list[CueKind]
) -> None:
    # Strides a degree below and above the edge in turn: three of one and two of the other make a
    # mean 0.2 degrees below the edge, then one 0.2 above it, and so on.
    wavering = [edge_deg + (1 if i % 2 else -1) for i in range(60)]
    assert leds(after_baseline(), *wavering) == lights


def test_the_edges_belong_to_the_band() -> None:
    judged = {
        BAND.low_bam - 1: CueKind.LED_BELOW,
        BAND.low_bam: CueKind.LED_IN_BAND,
        BAND.high_bam: CueKind.LED_IN_BAND,
        BAND.high_bam + 1: CueKind.LED_ABOVE,
    }
    for led in (CueKind.LED_BASELINE, CueKind.LED_OFF, CueKind.LED_IN_BAND):
        assert {mean: led_of(mean, BAND, led) for mean in judged} == judged


def test_leaving_amber_and_blue_takes_a_whole_degree() -> None:
    amber, blue = CueKind.LED_BELOW, CueKind.LED_ABOVE
    assert led_of(BAND.low_bam + ONE_DEG - 1, BAND, amber) is amber
    assert led_of(BAND.low_bam + ONE_DEG, BAND, amber) is CueKind.LED_IN_BAND
    assert led_of(BAND.high_bam - ONE_DEG + 1, BAND, blue) is blue
    assert led_of(BAND.high_bam - ONE_DEG, BAND, blue) is CueKind.LED_IN_BAND


def test_a_mean_counts_as_outside_when_it_is_so_by_one_and_a_half_of_its_errors() -> None:
    unsure = replace(BAND, mean_error_bam=4_000_000)
    below, above = BAND.low_bam - 6_000_000, BAND.high_bam + 6_000_000
    assert led_of(below, unsure, CueKind.LED_IN_BAND) is CueKind.LED_IN_BAND
    assert led_of(below - 1, unsure, CueKind.LED_IN_BAND) is CueKind.LED_BELOW
    assert led_of(above, unsure, CueKind.LED_IN_BAND) is CueKind.LED_IN_BAND
    assert led_of(above + 1, unsure, CueKind.LED_IN_BAND) is CueKind.LED_ABOVE
    # The hysteresis is a degree all the same.
    assert led_of(below + ONE_DEG - 1, unsure, CueKind.LED_BELOW) is CueKind.LED_BELOW
    assert led_of(below + ONE_DEG, unsure, CueKind.LED_BELOW) is CueKind.LED_IN_BAND


def test_amber_can_turn_blue_and_blue_amber_at_once() -> None:
    assert led_of(BAND.high_bam + 1, BAND, CueKind.LED_BELOW) is CueKind.LED_ABOVE
    assert led_of(BAND.low_bam - 1, BAND, CueKind.LED_ABOVE) is CueKind.LED_BELOW


def test_more_than_the_guard_is_blue_and_never_a_buzz() -> None:
    cues = list(chain(*after_baseline().run(*[ABOVE_DEG] * 40)))
    assert cues == [CueKind.LED_ABOVE]


def test_a_good_runner_hears_nothing_and_sees_one_steady_light() -> None:
    cues = list(chain(*after_baseline().run(*[IN_BAND_DEG, 11.5, 12.5] * 30)))
    assert cues == [CueKind.LED_IN_BAND]


def test_far_and_rejected_strides_move_no_light() -> None:
    running = after_baseline()
    running.run(*[IN_BAND_DEG] * 5)
    ignored = (
        stride(-30, near=False),
        stride(-30, rejection=Rejection.THIGH_EXT),
        stride(-30, near=False, rejection=Rejection.GAP),
    )
    assert [running.take(*ignored, after_ns=STRIDE_NS // 4) for _ in range(10)] == [()] * 10
    assert running.state.led is CueKind.LED_IN_BAND
