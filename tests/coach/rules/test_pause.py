from __future__ import annotations

from itertools import chain

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.stride import Rejection
from support.coach.running_strides import (
    BELOW_DEG,
    IN_BAND_DEG,
    SETTINGS,
    STRIDE_NS,
    StridesOverTime,
    after_baseline,
    stride,
)

THREE_S = 3_000_000_000
A_MINUTE = 60_000_000_000
FRAME_NS = 16_666_667


def kinds(running: StridesOverTime, *degrees: float, after_ns: int = STRIDE_NS) -> list[CueKind]:
    cues = running.take(*map(stride, degrees), after_ns=after_ns)
    return [cue.kind for cue in cues]


def test_the_light_goes_out_three_seconds_after_the_last_stride() -> None:
    running = after_baseline()
    running.run(*[IN_BAND_DEG] * 5)
    assert kinds(running, after_ns=THREE_S) == []
    assert kinds(running, after_ns=1) == [CueKind.LED_LOST]
    assert kinds(running, after_ns=THREE_S) == []


def test_the_cue_that_puts_the_light_out_rests_on_no_angle() -> None:
    running = after_baseline()
    running.run(*[IN_BAND_DEG] * 5)
    (cue,) = running.take(after_ns=THREE_S + 1)
    assert (cue.thigh_ext_bam, cue.t_ns) == (None, running.t_ns)


@pytest.mark.parametrize("rejection", list(Rejection))
def test_strides_that_cannot_be_used_do_not_keep_the_light_on(rejection: Rejection) -> None:
    running = after_baseline()
    running.run(*[IN_BAND_DEG] * 5)
    lights = []
    for _ in range(5):
        useless = (stride(12, rejection=rejection), stride(12, near=False))
        lights += [cue.kind for cue in running.take(*useless)]
    assert lights == [CueKind.LED_LOST]


def test_the_baseline_goes_on_where_it_was_after_a_pause() -> None:
    running = StridesOverTime(SETTINGS)
    running.run(10, 10, 10)
    assert kinds(running, after_ns=THREE_S + 1) == [CueKind.LED_LOST]
    assert kinds(running, 10) == [CueKind.LED_BASELINE]
    assert running.state.baseline.count == 4


def test_after_a_pause_five_new_strides_are_needed_for_a_judgement() -> None:
    running = after_baseline()
    running.run(*[IN_BAND_DEG] * 5)
    kinds(running, after_ns=THREE_S + 1)
    assert running.run(*[BELOW_DEG] * 5) == [[]] * 4 + [[CueKind.LED_BELOW, CueKind.BUZZ]]


def test_strides_from_before_a_pause_are_forgotten_while_the_light_is_still_out() -> None:
    running = after_baseline()
    running.run(*[IN_BAND_DEG] * 5)
    assert kinds(running, after_ns=THREE_S + 1) == [CueKind.LED_LOST]
    # Four strides are too few for a light; then the runner stops again.
    assert running.run(*[BELOW_DEG] * 4) == [[]] * 4
    assert kinds(running, after_ns=THREE_S + 1) == []
    assert running.run(*[BELOW_DEG] * 4) == [[]] * 4


def test_strides_under_the_baseline_led_are_forgotten_too() -> None:
    running = after_baseline()
    running.run(*[BELOW_DEG] * 4)
    assert kinds(running, after_ns=THREE_S + 1) == [CueKind.LED_LOST]
    assert running.run(*[BELOW_DEG] * 4) == [[]] * 4


def test_a_stride_after_a_pause_without_frames_is_not_judged_with_those_before_it() -> None:
    running = after_baseline()
    running.run(*[BELOW_DEG] * 4)
    # The camera stalls: the next frame brings a stride at once.
    assert kinds(running, BELOW_DEG, after_ns=THREE_S + 1) == [CueKind.LED_LOST]


def test_hysteresis_does_not_reach_across_a_pause() -> None:
    running = after_baseline()
    running.run(*[BELOW_DEG] * 5)
    kinds(running, after_ns=THREE_S + 1)
    # 11 lies in the band of 10.5 to 17, though less than a degree inside it.
    assert running.run(*[11.0] * 5) == [[]] * 4 + [[CueKind.LED_IN_BAND]]


def test_the_gap_between_buzzes_reaches_across_a_pause() -> None:
    running = after_baseline()
    assert CueKind.BUZZ in running.run(*[BELOW_DEG] * 5)[4]
    kinds(running, after_ns=THREE_S + 1)
    buzzed = [CueKind.BUZZ in cues for cues in running.run(*[BELOW_DEG] * 9)]
    assert buzzed == [False] * 8 + [True]


def test_the_coach_keeps_its_state_between_frames() -> None:
    coach = Coach(SETTINGS)
    shown: list[CueKind] = []
    t_ns = 0
    for number in range(600):
        t_ns += FRAME_NS
        strides = (stride(10 if number < 200 else BELOW_DEG),) if number % 42 == 0 else ()
        shown += [cue.kind for cue in coach.step(t_ns, GaitUpdate((), strides))]
    # Strides 1 to 5 (frames 0 to 168) are the baseline, 6 to 10 are judged with the tenth.
    begun = [CueKind.LED_BASELINE, CueKind.BASELINE_DONE]
    assert shown == [*begun, CueKind.LED_BELOW, CueKind.BUZZ]


@pytest.mark.parametrize("frames", [0, 1, 500])
def test_who_comes_after_more_than_a_minute_gets_a_baseline_of_their_own(frames: int) -> None:
    running = after_baseline()
    running.run(*[BELOW_DEG] * 5)
    for _ in range(frames):
        running.take(after_ns=A_MINUTE // 500)
    after_ns = A_MINUTE + 1 - frames * (A_MINUTE // 500)
    # A runner whose strides are all 5 degrees longer is measured against themselves.
    assert CueKind.LED_BASELINE in kinds(running, 15, after_ns=after_ns)
    assert list(chain(*running.run(15, 15, 15, 15))) == [CueKind.BASELINE_DONE]
    assert running.run(*[17.0] * 5) == [[]] * 4 + [[CueKind.LED_IN_BAND]]


def test_who_comes_back_within_a_minute_keeps_the_baseline() -> None:
    running = after_baseline()
    running.run(*[BELOW_DEG] * 5)
    band = running.state.band
    kinds(running, after_ns=A_MINUTE // 2)
    assert kinds(running, BELOW_DEG, after_ns=A_MINUTE // 2) == []
    assert running.state.band == band
    assert band is not None


def test_after_more_than_a_minute_the_baseline_starts_at_one_also_if_it_was_not_complete() -> None:
    running = StridesOverTime(SETTINGS)
    running.run(10, 10, 10)
    kinds(running, 20, after_ns=A_MINUTE + 1)
    assert running.state.baseline.count == 1
