"""A runner who leaves the treadmill is gone from the picture and from the truth."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.rendered.source import Painter
from support.rendered.pictures import CLEAN, differs, picture, room
from support.rendered.runners import Array, truth_of

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth

START_S, END_S = 6.0, 18.0
SECONDS = 24.0
MIDDLE_S = (START_S + END_S) / 2


@cache
def truth(*, away: bool) -> Truth:
    runner = {"away": [[START_S, END_S]]} if away else {}
    return truth_of(seconds=SECONDS, runner=runner, camera=CLEAN, scene={"background": "plain"})


def hips_m(t_s: Array) -> Array:
    return Painter(truth(away=True)).joint_positions(t_s)["hips"]


def test_the_runner_leaves_the_picture() -> None:
    absent = truth(away=True)
    assert np.array_equal(picture(absent, MIDDLE_S), room(absent, MIDDLE_S))


@pytest.mark.parametrize("t_s", [START_S - 0.05, END_S + 0.05])
def test_before_and_after_the_absence_the_runner_runs(t_s: float) -> None:
    assert np.array_equal(picture(truth(away=True), t_s), picture(truth(away=False), t_s))


@pytest.mark.parametrize("t_s", [START_S + 0.5, END_S - 0.5])
def test_whoever_leaves_or_comes_back_is_seen_walking(t_s: float) -> None:
    absent = truth(away=True)
    seen = differs(picture(absent, t_s), room(absent, t_s))
    assert seen.sum() > 3000
    assert not np.array_equal(picture(absent, t_s), picture(truth(away=False), t_s))


def test_the_way_out_and_back_is_walked_without_a_leap() -> None:
    way = hips_m(np.arange(START_S, END_S, 0.01))[:, 0]
    assert way[0] == pytest.approx(0, abs=0.02)
    assert way[-1] == pytest.approx(0, abs=0.02)
    assert np.abs(np.diff(way)).max() < 0.02
    assert np.abs(way).max() > 5


def test_whoever_walks_has_one_foot_on_the_ground_and_none_below() -> None:
    positions = Painter(truth(away=True)).joint_positions(np.arange(START_S, END_S, 0.05))
    soles = [
        positions[f"{part}_{leg}"][:, 2] for part in ("heel", "ball") for leg in ("near", "far")
    ]
    assert np.min(soles, axis=0) == pytest.approx(0, abs=1e-9)


def test_a_walker_has_the_runner_s_bones() -> None:
    times_s = np.array([START_S - 1, START_S + 1, END_S - 1])
    positions = Painter(truth(away=True)).joint_positions(times_s)
    for leg in ("near", "far"):
        thigh = np.linalg.norm(positions[f"knee_{leg}"] - positions[f"hip_{leg}"], axis=1)
        assert thigh == pytest.approx(0.245 * 1.75, abs=1e-9)


def test_a_walker_s_near_side_is_the_camera_s_side() -> None:
    """Facing right, the camera is on the runner's right: where y is negative."""
    positions = Painter(truth(away=True)).joint_positions(np.array([START_S + 1, END_S - 1]))
    assert np.all(positions["hip_near"][:, 1] < 0)
    assert np.all(positions["hip_far"][:, 1] > 0)


def test_no_true_stride_reaches_into_the_absence() -> None:
    strides = truth(away=True).strides()
    assert not any(s.peak_s >= START_S and s.strike_s <= END_S for s in strides)


def test_strides_well_outside_the_absence_are_those_of_a_runner_who_stays() -> None:
    def outside(who: Truth) -> list[float]:
        return [s.peak_s for s in who.strides() if s.peak_s < START_S - 1 or s.strike_s > END_S + 1]

    stays, leaves = truth(away=False), truth(away=True)
    assert outside(leaves) == outside(stays)
    assert len(outside(leaves)) == len(leaves.strides()) > 20


def test_both_ways_out_are_known_for_a_runner_who_leaves_twice() -> None:
    twice = truth_of(seconds=30.0, runner={"away": [[5.0, 10.0], [18.0, 22.0]]})
    peaks = np.array([stride.peak_s for stride in twice.strides()])
    assert not np.any((peaks > 4) & (peaks < 10))
    assert not np.any((peaks > 17) & (peaks < 22))
    assert np.sum((peaks > 11.5) & (peaks < 17)) > 10
