"""A body's segments keep their lengths, and have those of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from support.rendered.runners import LEGS, MS, RUNNERS, SQUARE, Array, known, update, whole_strides

if TYPE_CHECKING:
    from hipdrive.rendered.figure import JointPositions

# Shares of body height: Drillis and Contini.
SEGMENTS = {
    ("hip", "knee"): 0.245,
    ("knee", "ankle"): 0.246,
    ("shoulder", "elbow"): 0.186,
    ("elbow", "wrist"): 0.146,
    ("heel", "ball"): 0.152 * 0.73,
}

each_runner = pytest.mark.parametrize("name", RUNNERS)
each_square_runner = pytest.mark.parametrize("name", SQUARE)


def positions_of(name: str) -> JointPositions:
    """Every tenth time."""
    return {joint: position[::10] for joint, position in update(name).positions.items()}


def lengths_m(name: str, start: str, end: str) -> Array:
    positions = positions_of(name)
    length: Array = np.linalg.norm(positions[end] - positions[start], axis=1)
    return length


def assert_always(found: Array, expected: float) -> None:
    assert np.abs(found - expected).max() < 1e-9


@each_square_runner
@pytest.mark.parametrize(("segment", "share"), SEGMENTS.items(), ids=map("-".join, SEGMENTS))
def test_limbs_have_the_length_of_the_tables_at_every_moment(
    name: str, segment: tuple[str, str], share: float
) -> None:
    for leg in LEGS:
        start, end = (f"{joint}_{leg}" for joint in segment)
        expected = share * known(name).settings.runner.height_m
        assert_always(lengths_m(name, start, end), expected)


@each_runner
def test_the_trunk_has_the_length_of_the_tables_at_every_moment(name: str) -> None:
    expected = 0.288 * known(name).settings.runner.height_m
    assert_always(lengths_m(name, "hips", "shoulders"), expected)


@each_runner
def test_the_ankle_is_as_high_over_the_sole_as_the_tables_say(name: str) -> None:
    for leg in LEGS:
        positions = positions_of(name)
        sole = positions[f"ball_{leg}"] - positions[f"heel_{leg}"]
        up = positions[f"ankle_{leg}"] - positions[f"heel_{leg}"]
        high = np.linalg.norm(np.cross(sole, up), axis=1) / np.linalg.norm(sole, axis=1)
        assert_always(high, 0.039 * known(name).settings.runner.height_m)


@pytest.mark.parametrize("joint", ["hip", "shoulder"])
@each_square_runner
def test_hips_and_shoulders_are_square_to_the_way(name: str, joint: str) -> None:
    positions = positions_of(name)
    apart = positions[f"{joint}_near"] - positions[f"{joint}_far"]
    assert np.abs(apart[:, [0, 2]]).max() < 1e-12
    assert np.ptp(apart[:, 1]) < 1e-12


@each_runner
def test_the_near_leg_is_on_the_side_that_is_faced(name: str) -> None:
    """Facing right, the right leg; the runner's left is where y is positive."""
    positions = positions_of(name)
    near_y = positions["knee_near"][:, 1]
    assert np.all(near_y > 0) == (known(name).settings.runner.facing == "left")
    assert np.all(np.sign(near_y) == -np.sign(positions["knee_far"][:, 1]))


@each_square_runner
def test_each_leg_stays_in_its_plane(name: str) -> None:
    positions = positions_of(name)
    for leg in LEGS:
        aside = np.stack([positions[f"{k}_{leg}"][:, 1] for k in ("hip", "knee", "ankle", "ball")])
        assert np.ptp(aside) < 1e-12


@each_runner
def test_an_arm_is_furthest_forward_when_the_other_leg_s_foot_strikes(name: str) -> None:
    times_s, positions = update(name).t_s, update(name).positions
    for arm, leg in (LEGS, LEGS[::-1]):
        ahead = positions[f"elbow_{arm}"][:, 0] - positions[f"shoulder_{arm}"][:, 0]
        for stride, _ in whole_strides(known(name), leg):
            near_strike = update(name).within(stride.strike_s - 0.2, stride.strike_s + 0.2)
            forward_s = times_s[near_strike][ahead[near_strike].argmax()]
            assert forward_s == pytest.approx(stride.strike_s, abs=20 * MS)
