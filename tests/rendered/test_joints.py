"""Knees and thighs bend as far as asked, never the wrong way, and without a jerk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from support.rendered.extremes import each_extreme, extreme
from support.rendered.runners import (
    LEGS,
    RUNNERS,
    SECONDS,
    STEP_S,
    known,
    moving,
    truth_of,
    update,
    whole_strides,
)

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth
    from support.rendered.runners import Motion

each_runner = pytest.mark.parametrize("name", RUNNERS)


@each_runner
def test_knees_bend_one_way_and_not_all_the_way(name: str) -> None:
    for leg in LEGS:
        knee = update(name).legs[leg]["knee"]
        assert knee.min() >= 0
        assert knee.max() <= 150


def most_of(truth: Truth, moved: Motion, leg: str) -> dict[str, list[float]]:
    """What each stride has at most."""
    knee, thigh = moved.legs[leg]["knee"], moved.legs[leg]["thigh"]
    found: dict[str, list[float]] = {"stance": [], "swing": [], "lifted": []}
    for stride, end_s in whole_strides(truth, leg):
        flight = moved.within(stride.toe_off_s, end_s)
        found["stance"].append(knee[moved.within(stride.strike_s, stride.toe_off_s)].max())
        found["swing"].append(knee[flight].max())
        found["lifted"].append(-thigh[flight].min())
    return found


@each_runner
def test_the_knee_bends_in_swing_as_far_as_asked(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        for most in most_of(truth, update(name), leg)["swing"]:
            assert most == pytest.approx(truth.settings.runner.knee_swing_deg, abs=0.1)


@each_runner
def test_the_knee_bends_in_stance_as_far_as_asked(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        for most in most_of(truth, update(name), leg)["stance"]:
            assert most == pytest.approx(truth.settings.runner.knee_stance_deg, abs=0.1)


@each_runner
def test_the_thigh_comes_forward_as_far_as_asked(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        for most in most_of(truth, update(name), leg)["lifted"]:
            assert most == pytest.approx(truth.settings.runner.thigh_swing_deg, abs=0.1)


@each_runner
def test_the_knee_meets_the_belt_bent_as_far_as_asked(name: str) -> None:
    truth = known(name)
    for leg in LEGS:
        strikes = np.array([stride.strike_s for stride, _ in whole_strides(truth, leg)])
        knee = moving(truth, strikes).legs[leg]["knee"]
        assert knee == pytest.approx(truth.settings.runner.knee_contact_deg, abs=0.1)


def test_strides_unlike_the_usual_bend_the_knee_in_stance_nearly_as_far() -> None:
    """The hips keep their path; only a stride with the usual peak is made to measure."""
    truth = truth_of(
        runner={"thigh_ext_deg": 20.0, "knee_stance_deg": 42.0, "drift": [[0.0, -10.0]]}
    )
    moved = moving(truth, np.arange(0.0, SECONDS, 2 * STEP_S))
    for leg in LEGS:
        assert np.array(most_of(truth, moved, leg)["stance"]) == pytest.approx(42, abs=3)


@each_extreme
def test_at_the_ends_of_what_is_allowed_joints_bend_as_asked_or_are_refused(name: str) -> None:
    for truth, moved in extreme(name):
        runner = truth.settings.runner
        for leg in LEGS:
            most = most_of(truth, moved, leg)
            assert np.array(most["stance"]) == pytest.approx(runner.knee_stance_deg, abs=0.1)
            assert np.array(most["swing"]) == pytest.approx(runner.knee_swing_deg, abs=0.1)
            assert np.array(most["lifted"]) == pytest.approx(runner.thigh_swing_deg, abs=0.1)


@each_extreme
def test_at_the_ends_of_what_is_allowed_knees_bend_one_way_or_are_refused(name: str) -> None:
    for _, moved in extreme(name):
        for leg in LEGS:
            knee = moved.legs[leg]["knee"]
            assert knee.min() >= 0
            assert knee.max() <= 150


@each_runner
@pytest.mark.parametrize("joint", ["thigh", "knee"])
def test_the_rate_changes_steadily(name: str, joint: str) -> None:
    """A jump in the rate stays as large however fine the steps; a steady change halves."""
    for leg in LEGS:
        curve = update(name).legs[leg][joint]
        coarse, fine = (np.abs(np.diff(curve[::n], 2)).max() / (n * STEP_S) for n in (2, 1))
        assert fine < 0.6 * coarse


@each_runner
@pytest.mark.parametrize("event", ["strike_s", "toe_off_s"])
def test_the_rate_is_the_same_on_both_sides_of_an_event(name: str, event: str) -> None:
    truth, step_s = known(name), 1e-5
    for leg in LEGS:
        times_s = np.array([getattr(stride, event) for stride, _ in whole_strides(truth, leg)])
        around = times_s[:, None] + step_s * np.arange(-2, 3)
        curves = moving(truth, around.ravel()).legs[leg]
        for joint in ("thigh", "knee"):
            curve = curves[joint].reshape(around.shape)
            before = curve[:, :3] @ [1, -4, 3] / (2 * step_s)
            after = curve[:, 2:] @ [-3, 4, -1] / (2 * step_s)
            assert after == pytest.approx(before, abs=1.0)


@each_runner
@pytest.mark.parametrize("joint", ["thigh", "knee", "foot"])
def test_no_segment_ever_jumps(name: str, joint: str) -> None:
    """Faster than 2500 degrees a second nothing of a runner turns."""
    for leg in LEGS:
        curve = update(name).legs[leg][joint]
        assert np.abs(np.diff(curve)).max() < 2500 * STEP_S
