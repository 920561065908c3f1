"""Every true stride is the highest point of its curve, and the peaks are those asked for."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import numpy as np
import pytest

from support.rendered.runners import (
    LEGS,
    MS,
    RUNNERS,
    known,
    strides_of,
    truth_of,
    update,
    whole_strides,
)

if TYPE_CHECKING:
    from hipdrive.rendered.truth import TrueStride, Truth

EVEN = {"stride_sd_deg": 0.0}

each_runner = pytest.mark.parametrize("name", RUNNERS)
each_leg = pytest.mark.parametrize("leg", LEGS)


def peaks_deg(truth: Truth, leg: str) -> list[float]:
    return [stride.thigh_ext_deg for stride in strides_of(truth, leg)]


@each_runner
@each_leg
def test_the_highest_point_of_each_stride_is_its_peak(name: str, leg: str) -> None:
    truth = known(name)
    thigh = update(name).legs[leg]["thigh"]
    for stride, end_s in whole_strides(truth, leg):
        curve = thigh[update(name).within(stride.strike_s, end_s)]
        assert curve.max() == pytest.approx(stride.thigh_ext_deg, abs=0.01)


@each_runner
@each_leg
def test_each_peak_is_when_the_truth_says(name: str, leg: str) -> None:
    truth = known(name)
    thigh = update(name).legs[leg]["thigh"]
    for stride, end_s in whole_strides(truth, leg):
        here = update(name).within(stride.strike_s, end_s)
        highest_s = update(name).t_s[here][thigh[here].argmax()]
        assert highest_s == pytest.approx(stride.peak_s, abs=0.5 * MS)


@each_runner
@each_leg
def test_the_thigh_goes_on_backwards_after_toe_off(name: str, leg: str) -> None:
    """By 35 to 44 ms, a force plate says."""
    for stride, _ in whole_strides(known(name), leg):
        assert 35 * MS <= stride.peak_s - stride.toe_off_s <= 44 * MS


@each_runner
@each_leg
def test_hip_extension_at_the_peak_is_the_thigh_s_less_the_lean(name: str, leg: str) -> None:
    truth = known(name)
    strides = strides_of(truth, leg)
    lean = np.degrees(truth.at(np.array([stride.peak_s for stride in strides])).lean)
    expected = [stride.thigh_ext_deg - deg for stride, deg in zip(strides, lean, strict=True)]
    assert [stride.hip_ext_deg for stride in strides] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", ["slow", "uphill"])
def test_without_scatter_every_peak_is_the_one_asked_for(name: str) -> None:
    tables = {**RUNNERS[name], "runner": {**RUNNERS[name].get("runner", {}), **EVEN}}
    truth = truth_of(**tables)
    expected = truth.settings.runner.thigh_ext_deg
    assert [s.thigh_ext_deg for s in truth.strides()] == pytest.approx(
        [expected] * len(truth.strides()), abs=0.01
    )


@pytest.mark.parametrize("asymmetry_deg", [-9.0, 4.0])
def test_asymmetry_is_near_minus_far_about_the_mean(asymmetry_deg: float) -> None:
    truth = truth_of(runner={**EVEN, "thigh_ext_deg": 20.0, "asymmetry_deg": asymmetry_deg})
    near, far = (fmean(peaks_deg(truth, leg)) for leg in LEGS)
    assert near - far == pytest.approx(asymmetry_deg, abs=0.01)
    assert (near + far) / 2 == pytest.approx(20.0, abs=0.01)


@pytest.mark.parametrize("sd_deg", [0.5, 2.5])
def test_peaks_scatter_as_told(sd_deg: float) -> None:
    """400 strides know their SD to about 4 %; the normal's ends cut off take 1.5 % of it."""
    truth = truth_of(seconds=283.0, runner={"stride_sd_deg": sd_deg})
    for leg in LEGS:
        peaks = peaks_deg(truth, leg)
        assert len(peaks) == pytest.approx(400, abs=2)
        assert pstdev(peaks) == pytest.approx(sd_deg, rel=0.12)
        assert fmean(peaks) == pytest.approx(21.0, abs=4 * sd_deg / sqrt(400))


def test_one_stride_s_scatter_says_nothing_of_the_next() -> None:
    truth = truth_of(seconds=283.0)
    peaks = np.array([stride.thigh_ext_deg for stride in truth.strides()])
    assert abs(np.corrcoef(peaks[:-1], peaks[1:])[0, 1]) < 0.12
    assert abs(np.corrcoef(peaks[:-2], peaks[2:])[0, 1]) < 0.12


def test_the_seed_decides_the_scatter() -> None:
    first, again, another = (truth_of(seed=seed).strides() for seed in (7, 7, 8))
    assert first == again
    assert first != another


def test_drift_is_followed_along_straight_lines() -> None:
    drift = [[5.0, 0.0], [15.0, -6.0], [25.0, 3.0]]
    truth = truth_of(seconds=32.0, runner={**EVEN, "drift": drift})
    seconds, degrees = zip(*drift, strict=True)
    assert len(truth.strides()) > 80
    for stride in truth.strides():
        # Anywhere between foot strike and peak, a third of a second, at 0.9 degrees a second.
        expected = 21.0 + np.interp(stride.peak_s, seconds, degrees)
        assert stride.thigh_ext_deg == pytest.approx(expected, abs=0.35)


def test_drift_stays_where_it_ended_and_was_there_before_it_began() -> None:
    truth = truth_of(seconds=12.0, runner={**EVEN, "drift": [[4.0, 2.0], [8.0, -5.0]]})
    strides = truth.strides()
    early = [s.thigh_ext_deg for s in strides if s.peak_s < 4]
    late = [s.thigh_ext_deg for s in strides if s.strike_s > 8]
    assert early == pytest.approx([23.0] * len(early), abs=0.01)
    assert late == pytest.approx([16.0] * len(late), abs=0.01)
    assert len(early) >= 4
    assert len(late) >= 4


def test_strides_come_in_the_order_of_their_peaks() -> None:
    peaks = [stride.peak_s for stride in known("uneven").strides()]
    assert peaks == sorted(peaks)


@each_runner
def test_every_peak_within_the_recording_is_told(name: str) -> None:
    """Found in the curve by looking for turning points at 5 degrees and more."""
    times_s = update(name).t_s
    for leg in LEGS:
        curve = update(name).legs[leg]["thigh"]
        turns = (curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:]) & (curve[1:-1] > 5)
        found = times_s[1:-1][turns]
        told = [stride.peak_s for stride in strides_of(known(name), leg)]
        assert told == pytest.approx(found.tolist(), abs=0.5 * MS)


def test_legs_take_turns() -> None:
    strides: list[TrueStride] = known("usual").strides()
    assert all(a.near != b.near for a, b in pairwise(strides))
