from __future__ import annotations

from dataclasses import replace

import pytest

from hipdrive.coach.guards.conditions import BeltSpeed, Confidence, FirstWeekDose, OffCentre
from hipdrive.coach.guards.history import GuardHistory, MetricHistory
from hipdrive.types.stride import Rejection
from support.coach.running_strides import stride

MINUTE_NS = 60_000_000_000


def noticed(*sound: bool) -> GuardHistory:
    history = GuardHistory()
    for each in sound:
        history = history.noticed(stride(10, rejection=None if each else Rejection.LOW_SCORE))
    return history


def belt(*recent: int | None, baseline: int | None = 3000) -> GuardHistory:
    kept = MetricHistory()
    for _ in range(30):
        kept = kept.with_baseline(baseline)
    for speed in recent:
        kept = kept.with_recent(speed)
    return GuardHistory(30, {"belt_speed": kept})


def test_confidence_is_low_below_four_sound_strides_in_five() -> None:
    assert not Confidence().trips(noticed(*[True] * 8, *[False] * 2), tripped=False)
    assert Confidence().trips(noticed(*[True] * 7, *[False] * 3), tripped=False)


def test_it_is_back_when_nine_of_ten_are_sound() -> None:
    assert Confidence().trips(noticed(*[True] * 8, *[False] * 2), tripped=True)
    assert not Confidence().trips(noticed(*[False] * 2, *[True] * 9), tripped=True)


def test_the_far_leg_has_no_say_in_it() -> None:
    history = GuardHistory()
    for _ in range(20):
        history = history.noticed(stride(10, near=False, rejection=Rejection.LOW_SCORE))
    assert not Confidence().trips(history, tripped=False)


def off_centre(*strides: int) -> GuardHistory:
    kept = MetricHistory()
    for each in strides:
        kept = kept.with_recent(each)
    return GuardHistory(30, {"off_centre": kept})


def test_a_runner_has_left_the_middle_with_the_second_stride_there() -> None:
    assert not OffCentre().trips(off_centre(0, 0, 1), tripped=False)
    assert OffCentre().trips(off_centre(0, 1, 1), tripped=False)


def test_and_is_back_with_the_second_one_in_it() -> None:
    assert OffCentre().trips(off_centre(1, 1, 0), tripped=True)
    assert not OffCentre().trips(off_centre(1, 0, 0), tripped=True)
    assert OffCentre().trips(off_centre(), tripped=True)


@pytest.mark.parametrize(
    ("speeds", "changed"),
    [
        ((3000, 3000, 3000), False),
        # 60 mm/s are 2 % of 3 m/s.
        ((3000, 3060, 3060), False),
        ((3000, 3061, 3061), True),
        ((3000, 2939, 2939), True),
        # Steady again, at another speed: 5 % are 150 mm/s.
        ((3150, 3150, 3150), False),
        ((3151, 3151, 3151), True),
        ((2849, 2849, 2849), True),
        # Known in the baseline, and no more.
        ((3000, 3000, None), True),
    ],
)
def test_the_belts_speed_is_the_baselines_and_steady(
    speeds: tuple[int | None, ...], *, changed: bool
) -> None:
    assert BeltSpeed().trips(belt(*speeds), tripped=False) is changed


def test_a_belt_that_nobody_measures_is_not_seen_to_change() -> None:
    assert not BeltSpeed().trips(belt(None, None, None, baseline=None), tripped=False)


@pytest.mark.parametrize(("done", "minutes"), [(0, 10), (1, 13), (2, 16), (3, 20)])
def test_the_dose_of_the_first_sessions_is_ten_to_twenty_minutes(done: int, minutes: int) -> None:
    history = GuardHistory(asked_ns=minutes * MINUTE_NS)
    assert FirstWeekDose(done).trips(history, tripped=False)
    before = replace(history, asked_ns=minutes * MINUTE_NS - 1)
    assert not FirstWeekDose(done).trips(before, tripped=False)


def test_after_the_first_week_there_is_none() -> None:
    assert not FirstWeekDose(4).trips(GuardHistory(asked_ns=90 * MINUTE_NS), tripped=False)
