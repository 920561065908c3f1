"""A pelvis that turns and drops carries the hips, and the feet still go with the belt."""

from __future__ import annotations

from math import radians, sin
from typing import TYPE_CHECKING

import numpy as np
import pytest

from support.rendered.runners import LEGS, MM, Array, known, moving, truth_of, whole_strides

if TYPE_CHECKING:
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.truth import Truth

HALF_HIPS_M, HALF_SHOULDERS_M = 0.05 * 1.75, 0.11 * 1.75
PHASES = np.arange(0.0, 1.0, 0.01)
# Means over three treadmill runners; see hipdrive.rendered.pelvis.
FORWARD, UP = 0.55, 0.26


def stride_of(truth: Truth, leg: str) -> JointPositions:
    """One stride of a leg, from strike to strike, a hundredth at a time."""
    stride, end_s = whole_strides(truth, leg)[0]
    return moving(truth, stride.strike_s + PHASES * (end_s - stride.strike_s)).positions


def beside(positions: JointPositions, joint: str, leg: str) -> Array:
    middle = (positions[f"{joint}_near"] + positions[f"{joint}_far"]) / 2
    apart: Array = positions[f"{joint}_{leg}"] - middle
    return apart


@pytest.mark.parametrize("leg", LEGS)
def test_a_hip_goes_as_far_forwards_as_the_pelvis_turns(leg: str) -> None:
    truth = truth_of(runner={"pelvis_rotation_deg": 6.0})
    ahead = beside(stride_of(truth, leg), "hip", leg)[:, 0]
    assert ahead.max() == pytest.approx(HALF_HIPS_M * sin(radians(6)), abs=0.01 * MM)
    assert ahead.min() == pytest.approx(-ahead.max(), abs=0.01 * MM)
    assert PHASES[ahead.argmax()] == pytest.approx(FORWARD, abs=0.011)


@pytest.mark.parametrize("leg", LEGS)
def test_a_hip_goes_as_far_up_as_the_pelvis_drops(leg: str) -> None:
    truth = truth_of(runner={"pelvis_drop_deg": 3.0})
    up = beside(stride_of(truth, leg), "hip", leg)[:, 2]
    assert up.max() == pytest.approx(HALF_HIPS_M * sin(radians(3)), abs=0.01 * MM)
    assert PHASES[up.argmax()] == pytest.approx(UP, abs=0.011)


@pytest.mark.parametrize("leg", LEGS)
def test_a_shoulder_is_furthest_back_when_the_foot_of_its_side_strikes(leg: str) -> None:
    truth = truth_of(runner={"shoulder_rotation_deg": 10.0})
    ahead = beside(stride_of(truth, leg), "shoulder", leg)[:, 0]
    assert ahead[0] == pytest.approx(-HALF_SHOULDERS_M * sin(radians(10)), abs=0.05 * MM)
    assert ahead.argmin() == 0


@pytest.mark.parametrize("joint", ["hip", "shoulder"])
def test_turning_changes_neither_the_middle_nor_the_width(joint: str) -> None:
    turning, square = known("turning"), truth_of(runner={"facing": "left"})
    positions = stride_of(turning, "near")
    half_m = {"hip": HALF_HIPS_M, "shoulder": HALF_SHOULDERS_M}[joint]
    for leg in LEGS:
        apart = np.linalg.norm(beside(positions, joint, leg), axis=1)
        assert np.abs(apart - half_m).max() < 1e-9
    middle = (positions[f"{joint}_near"] + positions[f"{joint}_far"]) / 2
    assert np.abs(middle[:, 1]).max() < 1e-9
    assert turning.body == square.body


def test_arms_keep_their_lengths_while_the_shoulders_turn() -> None:
    positions = stride_of(known("turning"), "near")
    for start, end, share in (("shoulder", "elbow", 0.186), ("elbow", "wrist", 0.146)):
        for leg in LEGS:
            length_m = np.linalg.norm(
                positions[f"{end}_{leg}"] - positions[f"{start}_{leg}"], axis=1
            )
            assert np.abs(length_m - share * 1.75).max() < 1e-9


def test_legs_that_go_inward_have_their_lengths_seen_from_the_side() -> None:
    positions = stride_of(known("turning"), "near")
    for start, end, share in (("hip", "knee", 0.245), ("knee", "ankle", 0.246)):
        for leg in LEGS:
            along = positions[f"{end}_{leg}"] - positions[f"{start}_{leg}"]
            assert np.abs(np.hypot(along[:, 0], along[:, 2]) - share * 1.75).max() < 1e-9
            # 3 cm inward of 43 cm: no longer than 3 in a thousand.
            assert np.linalg.norm(along, axis=1).max() < 1.003 * share * 1.75


def test_feet_are_inward_of_their_hips_by_what_was_asked() -> None:
    truth = truth_of(runner={"foot_inward_m": 0.06})
    positions = stride_of(truth, "near")
    for leg in LEGS:
        inward_m = np.abs(positions[f"hip_{leg}"][:, 1]) - np.abs(positions[f"ankle_{leg}"][:, 1])
        assert np.abs(inward_m - 0.06).max() < 1e-9


def test_the_thigh_s_truth_is_that_of_the_joints() -> None:
    """Of the hip that the pelvis carries, not of the middle of both."""
    truth = known("turning")
    stride, end_s = whole_strides(truth, "near")[0]
    motion = moving(truth, stride.strike_s + PHASES * (end_s - stride.strike_s))
    for leg in LEGS:
        along = motion.positions[f"knee_{leg}"] - motion.positions[f"hip_{leg}"]
        deg = np.degrees(np.arctan2(-along[:, 0], -along[:, 2]))
        assert np.abs(deg - motion.legs[leg]["thigh"]).max() < 1e-6
