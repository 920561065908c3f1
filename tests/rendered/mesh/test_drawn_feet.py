"""Heel and toe of a drawn person are the ends of the shoe, wherever that is."""

from __future__ import annotations

import numpy as np
import pytest

from hipdrive.rendered.feet_errors import true_poses
from hipdrive.rendered.figure import figure
from hipdrive.rendered.mesh.asset import SURFACES
from hipdrive.rendered.mesh.feet import DrawnFeet
from hipdrive.rendered.mesh.grid import FRAME_RATES, feet_conditions
from hipdrive.rendered.true_metrics import true_metrics
from hipdrive.rendered.truth import Truth
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from support.rendered.people import FACINGS, moved, person_truth
from support.rendered.runners import MM

each_facing = pytest.mark.parametrize("facing", FACINGS)


@each_facing
def test_they_are_points_of_the_skinned_shoe_at_its_ends(facing: str) -> None:
    run = moved(facing)
    feet = DrawnFeet(run.truth).at(run.positions)
    surfaces = [SURFACES.index(name) for name in ("shoe", "sole")]
    shoes = np.unique(run.person.quads[np.isin(run.person.surfaces, surfaces)])
    left_ends = {"left": 1, "right": -1}
    for side, sign in left_ends.items():
        end = run.end_of(side)
        shoe = shoes[sign * run.person.vertices[shoes, 1] > 0]
        for index in (0, len(run.transforms) // 2):
            skin = run.vertices(index)[shoe]
            for joint in ("heel", "toe"):
                apart = np.linalg.norm(skin - feet[f"{joint}_{end}"][index], axis=1)
                assert apart.min() < 0.01 * MM
            span = np.linalg.norm(feet[f"toe_{end}"] - feet[f"heel_{end}"], axis=1)
            # Flat it is the shoe's length; bent, the straight line is shorter.
            length = np.ptp(run.person.vertices[shoe, 0])
            assert span.max() == pytest.approx(length, abs=5 * MM)
            assert span.min() < 0.97 * length


@each_facing
def test_a_foot_flat_on_the_belt_has_both_at_nearly_the_same_height(facing: str) -> None:
    truth = person_truth(facing)
    stride = next(stride for stride in truth.strides() if stride.near)
    # The heel is down between 0.3 and 0.5 of the contact.
    t_s = np.array([stride.strike_s + 0.4 * (stride.toe_off_s - stride.strike_s)])
    at = figure(truth.body, truth.at(t_s), near_is_left=truth.near_side is Side.LEFT)
    feet = DrawnFeet(truth).at(at)
    assert abs(feet["toe_near"][0, 2] - feet["heel_near"][0, 2]) < 15 * MM


@each_facing
def test_at_toe_off_the_bent_shoe_is_less_steep_than_its_sole(facing: str) -> None:
    """The sole behind the ball is 60 degrees up then, and the toes lie on the belt."""
    truth = person_truth(facing)
    stride = [stride for stride in truth.strides() if stride.near][1]
    posture = truth.at(np.array([stride.toe_off_s])).near
    shank_deg = float(np.degrees(posture.thigh + posture.knee)[0])
    down_deg = true_metrics(truth, near=True)[stride.peak_s]["ankle_toe_off"] + shank_deg
    # 22 cm of sole behind the ball and 8 cm of toes: atan(22 sin 60 / (22 cos 60 + 8)) is 45.
    assert 38 < down_deg < 48


@each_facing
def test_true_poses_have_them_in_the_picture(facing: str) -> None:
    truth = person_truth(facing, seconds=1.0)
    poses = list(true_poses(truth))
    forward = 1 if facing == "right" else -1
    for pose in poses:
        heel, toe = pose[f"{facing}_heel"], pose[f"{facing}_toe"]
        ankle = pose[f"{facing}_ankle"]
        assert np.hypot(heel.x - ankle.x, heel.y - ankle.y) < 40 * ONE
        assert forward * (toe.x - heel.x) > -60 * ONE
        assert heel.score == toe.score == ONE


@pytest.mark.long
def test_everybody_who_is_measured_can_run_at_every_speed_and_rate() -> None:
    rows = feet_conditions()
    assert {row.what for row in rows} == {"2.5 m/s", "3 m/s", "4 m/s"}
    assert len({(row.what, row.value) for row in rows}) == len(rows) == 3 * 3 * len(FRAME_RATES)
    for row in rows:
        assert Truth(row.settings(0, 3.0)).strides()
