"""Feet stand on the belt from foot strike to toe-off, go with it, and are in the air else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from support.rendered.extremes import each_extreme, extreme
from support.rendered.runners import (
    LEGS,
    MM,
    MS,
    RUNNERS,
    Array,
    above_belt_m,
    along_belt_m,
    joints,
    known,
    strides_of,
    truth_of,
    update,
    whole_strides,
)

if TYPE_CHECKING:
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.truth import Truth

pytestmark = pytest.mark.long

each_runner = pytest.mark.parametrize("name", RUNNERS)


def sole_m(truth: Truth, positions: JointPositions, leg: str) -> Array:
    """The lower of heel and ball, above the belt."""
    return np.minimum(
        *(above_belt_m(truth, positions[f"{part}_{leg}"]) for part in ("heel", "ball"))
    )


@each_runner
def test_the_ball_of_the_foot_is_on_the_belt_in_contact(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        above = above_belt_m(truth, update(name).positions[f"ball_{leg}"])
        for stride, _ in whole_strides(truth, leg):
            here = update(name).within(stride.strike_s, stride.toe_off_s)
            assert np.abs(above[here]).max() < 0.01 * MM


@each_runner
def test_the_foot_goes_backwards_with_the_belt_and_never_slips(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        along = along_belt_m(truth, update(name).positions[f"ball_{leg}"])
        with_belt = along + truth.settings.treadmill.speed_mps * update(name).t_s
        for stride, _ in whole_strides(truth, leg):
            assert (
                np.ptp(with_belt[update(name).within(stride.strike_s, stride.toe_off_s)]) < 0.1 * MM
            )


@each_runner
def test_the_ankle_lands_as_far_ahead_of_the_hips_as_asked(name: str) -> None:
    """To a few millimetres: the heel is up by some degrees, and a slope tilts the way."""
    truth = known(name)
    for leg in LEGS:
        times_s = np.array([stride.strike_s for stride, _ in whole_strides(truth, leg)])
        ahead = along_belt_m(truth, joints(truth, times_s)[f"ankle_{leg}"])
        assert ahead == pytest.approx(truth.settings.runner.overstride_m, abs=0.015)


@each_runner
def test_no_part_of_the_sole_is_ever_below_the_belt(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        assert sole_m(truth, update(name).positions, leg).min() > -1 * MM


@each_extreme
def test_at_the_ends_of_what_is_allowed_feet_stay_above_the_belt_or_are_refused(name: str) -> None:
    for truth, moved in extreme(name):
        assert min(sole_m(truth, moved.positions, leg).min() for leg in LEGS) > -1 * MM


@each_runner
def test_the_foot_is_clear_of_the_belt_just_before_foot_strike(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        times_s = np.array([end_s for _, end_s in whole_strides(truth, leg)])
        assert sole_m(truth, joints(truth, times_s - 5 * MS), leg).min() > 0.3 * MM


@each_runner
def test_the_foot_is_clear_of_the_belt_just_after_toe_off(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        times_s = np.array([stride.toe_off_s for stride, _ in whole_strides(truth, leg)])
        assert sole_m(truth, joints(truth, times_s + 5 * MS), leg).min() > 0.3 * MM


@each_runner
def test_the_foot_clears_the_belt_in_swing(name: str) -> None:
    """By more than a centimetre in the whole of the middle half of its way through the air."""
    truth = known(name)
    for leg in LEGS:
        above = sole_m(truth, update(name).positions, leg)
        for stride, end_s in whole_strides(truth, leg):
            quarter_s = (end_s - stride.toe_off_s) / 4
            here = update(name).within(stride.toe_off_s + quarter_s, end_s - quarter_s)
            assert above[here].min() > 10 * MM


@each_runner
def test_a_contact_takes_less_than_half_a_stride(name: str) -> None:
    for leg in LEGS:
        for stride, end_s in whole_strides(known(name), leg):
            assert 0.1 < (stride.toe_off_s - stride.strike_s) / (end_s - stride.strike_s) < 0.5


@each_runner
def test_between_two_contacts_nobody_touches_the_belt(name: str) -> None:
    strides = sorted(known(name).strides(), key=lambda stride: stride.strike_s)
    for one, after in pairwise(strides):
        assert one.near != after.near
        assert one.toe_off_s < after.strike_s


@each_runner
def test_foot_strikes_of_the_two_legs_are_half_a_stride_apart(name: str) -> None:
    truth = known(name)
    strikes = sorted(stride.strike_s for stride in truth.strides())
    half_s = 60 / truth.settings.runner.cadence_spm
    assert np.diff(strikes) == pytest.approx(half_s, abs=1e-6)


@pytest.mark.parametrize("cadence_spm", [150.0, 193.0])
def test_a_minute_has_as_many_foot_strikes_as_the_cadence(cadence_spm: float) -> None:
    truth = truth_of(seconds=60.0, runner={"cadence_spm": cadence_spm})
    steps = sum(len(strides_of(truth, leg)) for leg in LEGS)
    assert steps == pytest.approx(cadence_spm, abs=1)


@each_runner
def test_the_hips_are_lowest_in_a_contact_and_highest_in_flight(name: str) -> None:
    truth = known(name)
    strides = sorted(truth.strides(), key=lambda stride: stride.strike_s)
    for one, after in pairwise(strides[2:-2]):
        times_s = np.linspace(one.strike_s, after.strike_s, 400)
        height = truth.at(times_s).hip_height_m
        assert one.strike_s < times_s[height.argmin()] < one.toe_off_s
        assert times_s[height.argmax()] > one.toe_off_s - 0.06


@each_runner
def test_the_phase_is_whole_at_near_foot_strikes(name: str) -> None:
    truth = known(name)
    strikes = np.array([stride.strike_s for stride, _ in whole_strides(truth, "near")])
    phase = truth.at(strikes + 1e-6).phase
    assert phase == pytest.approx(0, abs=1e-4)
    assert truth.at(strikes + truth.stride_s / 2).phase == pytest.approx(0.5, abs=1e-4)
