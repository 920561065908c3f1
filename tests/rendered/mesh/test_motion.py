"""Skinned, the body is where the kinematics say: joints, lengths, soles."""

from __future__ import annotations

from math import cos, tan

import numpy as np
import pytest

from hipdrive.rendered.mesh.asset import SEGMENTS, SIDES, SURFACES
from support.rendered.people import BODIES, FACINGS, Moved, moved
from support.rendered.runners import MM, Array

ENDS = {
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
    "upper_arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
    "foot": ("ankle",),
}
each_facing = pytest.mark.parametrize("facing", FACINGS)


def carried(run: Moved, segment: str, joint: str) -> Array:
    """Where a segment takes a joint of the standing body, [times, 3]."""
    matrices = run.transforms[:, SEGMENTS.index(segment)].astype(np.float64)
    position: Array = matrices[..., :3] @ run.person.joints[joint] + matrices[..., 3]
    return position


@each_facing
@pytest.mark.parametrize("limb", ENDS)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("sex", "build"), BODIES)
def test_both_ends_of_each_segment_land_on_the_asked_joints(
    facing: str, limb: str, side: str, sex: str, build: float
) -> None:
    run = moved(facing, sex, build)
    for joint in ENDS[limb]:
        asked = run.positions[f"{joint}_{run.end_of(side)}"]
        found = carried(run, f"{limb}_{side}", f"{joint}_{side}")
        assert np.abs(found - asked).max() < 0.01 * MM


@each_facing
def test_the_eyes_are_where_the_head_s_are(facing: str) -> None:
    run = moved(facing)
    asked = (run.positions["eye_near"] + run.positions["eye_far"]) / 2
    assert np.abs(carried(run, "head", "eyes") - asked).max() < 0.01 * MM


@each_facing
def test_no_segment_is_mirrored_or_squashed(facing: str) -> None:
    """The determinant is the stretch along the bone: between a shorter arm and a longer one."""
    determinants = np.linalg.det(moved(facing).transforms[..., :3])
    assert determinants.min() > 0.85
    assert determinants.max() < 1.4


@each_facing
@pytest.mark.parametrize("segment", ["head", "foot_left", "foot_right", "toes_left", "toes_right"])
def test_head_and_feet_only_turn(facing: str, segment: str) -> None:
    turned = moved(facing).transforms[:, SEGMENTS.index(segment), :, :3]
    assert np.abs(turned @ turned.transpose(0, 2, 1) - np.eye(3)).max() < 1e-5


@each_facing
def test_the_pelvis_and_the_chest_turn_as_asked(facing: str) -> None:
    run = moved(facing)
    sign = 1 if facing == "left" else -1
    for segment, joint in (("pelvis", "hip"), ("chest", "shoulder")):
        matrices = run.transforms[:, SEGMENTS.index(segment), :, :3]
        across = sign * (matrices @ np.array([0.0, 1.0, 0.0]))
        asked = run.positions[f"{joint}_near"] - run.positions[f"{joint}_far"]
        turned = [np.arctan2(way[:, 0], sign * way[:, 1]) for way in (across, asked)]
        # The trunk leans, so its plane is not quite the level one.
        assert np.abs(turned[0] - turned[1]).max() < np.radians(1.0)
        assert np.ptp(turned[1]) > np.radians(8)


@pytest.mark.parametrize("incline_percent", [0.0, 8.0])
@each_facing
def test_shoes_stand_on_the_belt_and_do_not_go_through_it(
    facing: str, incline_percent: float
) -> None:
    run = moved(facing, incline_percent=incline_percent)
    person, slope = run.person, run.truth.slope
    soles = np.isin(person.surfaces, [SURFACES.index("shoe"), SURFACES.index("sole")])
    shoes = np.unique(person.quads[soles])
    heights = []
    for index in range(len(run.transforms)):
        x, _, z = run.vertices(index)[shoes].T
        heights.append(float(((z - x * tan(slope)) * cos(slope)).min()))
    lowest = np.array(heights)
    assert lowest.min() > -12 * MM
    # Some foot is on the belt for half of the time, and nobody hovers.
    assert np.mean(np.abs(lowest) < 12 * MM) > 0.5


@each_facing
def test_toes_are_straight_in_the_air_and_bent_at_toe_off(facing: str) -> None:
    run = moved(facing)
    foot, toes = (
        run.transforms[:, SEGMENTS.index(f"{part}_{facing}"), :, 0] for part in ("foot", "toes")
    )
    bend_deg = np.degrees(np.arccos(np.clip((foot * toes).sum(axis=1), -1, 1)))
    high = run.positions["ball_near"][:, 2] > 0.09
    assert bend_deg[high].max() < 0.1
    assert bend_deg.max() > 25
