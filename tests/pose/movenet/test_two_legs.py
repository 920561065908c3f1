"""Two joints that the model put on one leg, and heat maps that know of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.pose.movenet.heat_map import HeatMapDecode
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    import numpy.typing as npt

    Heat = npt.NDArray[np.int8]

CELLS = 48
SCALE, ZERO = 0.28, 115
Y, X, SCORE = 0, 1, 2
SHOULDER_ROWS = COCO_17.indices(("left_shoulder", "right_shoulder"))
LEFT_KNEE, RIGHT_KNEE = COCO_17.indices(("left_knee", "right_knee"))
LEFT_ANKLE, RIGHT_ANKLE = COCO_17.indices(("left_ankle", "right_ankle"))
SAID = 0.7
SHOULDERS, HIPS = (8.5, 22.5), (18.5, 22.5)
"""A torso of ten cells."""
HERE = (27.5, 26.5)
PAIRS = {"knee": (LEFT_KNEE, RIGHT_KNEE), "ankle": (LEFT_ANKLE, RIGHT_ANKLE)}

each_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
each_way = pytest.mark.parametrize("turn", [1, -1])


def bumps(*summits: tuple[float, float, float]) -> Heat:
    """One heat map, round bumps with their middle at y, x in cells, so probable at the top."""
    at = np.arange(CELLS) + 0.5
    probability = np.zeros((CELLS, CELLS))
    for y, x, top in summits:
        bump = top * np.exp(-((at[:, None] - y) ** 2 + (at[None] - x) ** 2) / (2 * 1.3**2))
        probability = np.maximum(probability, bump)
    logit = np.log(np.maximum(probability, 1e-9) / (1 - probability))
    return np.clip(np.rint(logit / SCALE + ZERO), -128, 127).astype(np.int8)


def runner(
    maps: dict[int, Heat], places: dict[int, tuple[float, float]]
) -> npt.NDArray[np.float32]:
    """What becomes of a trunk of ten cells and of joints that the model put somewhere, in cells."""
    found = np.tile(np.array([*HIPS, SAID], np.float32), (17, 1))
    found[SHOULDER_ROWS, :2] = SHOULDERS
    heat = np.full((CELLS, CELLS, 17), -128, np.int8)
    for joint in range(17):
        heat[:, :, joint] = bumps((*found[joint, :2].tolist(), 0.9))
    # Legs that nobody asks about are apart.
    for joint, x in ((13, 12.5), (14, 32.5), (15, 10.5), (16, 34.5)):
        found[joint, :2] = (30.5, x)
        heat[:, :, joint] = bumps((30.5, x, 0.9))
    for joint, place in places.items():
        found[joint, :2] = place
        heat[:, :, joint] = maps[joint]
    found /= np.array([CELLS, CELLS, 1], np.float32)
    HeatMapDecode(SCALE, ZERO, COCO_17).refine(found, heat)
    return found * np.array([CELLS, CELLS, 1], np.float32)


def parted(
    pair: tuple[int, ...], there: tuple[float, float], top: float = 0.6, stays: float = 0.9
) -> npt.NDArray[np.float32]:
    """Both joints on one summit; the first one's map has another."""
    moves, other = pair
    maps = {moves: bumps((*HERE, 0.9), (*there, top)), other: bumps((*HERE, stays))}
    return runner(maps, {moves: HERE, other: HERE})


def at(found: npt.NDArray[np.float32], joint: int) -> object:
    return pytest.approx(found[joint, :2].tolist(), abs=0.15)


@each_pair
@each_way
@pytest.mark.parametrize("there", [(27.5, 17.5), (21.5, 30.5), (22.5, 15.5), (28.5, 21.0)])
def test_the_joint_whose_map_knows_another_leg_goes_there(
    pair: tuple[int, ...], turn: int, there: tuple[float, float]
) -> None:
    pair = pair[::turn]
    found = parted(pair, there)
    assert there == at(found, pair[0])
    assert at(found, pair[1]) == HERE
    # The score is the probability at its place; the model's own numbers come in steps of a logit.
    assert found[pair[0], SCORE] == pytest.approx(0.6, abs=0.05)
    assert found[pair[1], SCORE] == pytest.approx(SAID)


@each_pair
def test_no_other_joint_moves(pair: tuple[int, int]) -> None:
    moved, still = parted(pair, (27.5, 17.5)), parted(pair, (27.5, 17.5), top=0.001)
    rest = [joint for joint in range(17) if joint not in pair]
    assert moved[rest].tolist() == still[rest].tolist()
    assert moved[pair[0]].tolist() != still[pair[0]].tolist()


@each_pair
@each_way
def test_legs_that_cross_stay_where_one_summit_is(pair: tuple[int, ...], turn: int) -> None:
    found = parted(pair[::turn], HERE)
    for joint in pair:
        assert at(found, joint) == HERE
        assert found[joint, SCORE] == pytest.approx(SAID)


@each_pair
@pytest.mark.parametrize(("top", "moves"), [(0.05, False), (0.07, False), (0.35, True)])
def test_what_is_improbable_draws_nothing(
    pair: tuple[int, int], top: float, *, moves: bool
) -> None:
    """On a summit of 0.1 themselves, so that 0.08 is all that is in the way."""
    there = (27.5, 17.5)
    maps = {
        pair[0]: bumps((*HERE, 0.1), (*there, top)),
        pair[1]: bumps((*HERE, 0.1)),
    }
    found = runner(maps, dict.fromkeys(pair, HERE))
    assert at(found, pair[0]) == (there if moves else HERE)


@each_pair
@pytest.mark.parametrize(("top", "moves"), [(0.22, False), (0.35, True)])
def test_another_leg_may_be_a_third_as_probable_and_no_less(
    pair: tuple[int, int], top: float, *, moves: bool
) -> None:
    """0.3 of a summit of 0.9 is 0.27."""
    there = (27.5, 17.5)
    assert at(parted(pair, there, top), pair[0]) == (there if moves else HERE)


@pytest.mark.parametrize(("name", "reach"), [("knee", 11.0), ("ankle", 20.0)])
@pytest.mark.parametrize("angle_deg", [-85, 25, 45, 65, 85])
def test_a_summit_beyond_the_legs_of_this_runner_is_somebody_else_s(
    name: str, reach: float, angle_deg: float
) -> None:
    """A knee is 1.1 torsos from the hips at the most, an ankle 2."""
    pair, angle = PAIRS[name], np.radians(angle_deg)
    for length, moves in ((reach - 1, True), (reach + 1, False)):
        there = (
            float(np.floor(HIPS[0] + length * np.cos(angle)) + 0.5),
            float(np.floor(HIPS[1] - length * np.sin(angle)) + 0.5),
        )
        assert at(parted(pair, there), pair[0]) == (there if moves else HERE)


@each_pair
def test_the_slope_of_their_own_summit_is_no_other_leg(pair: tuple[int, int]) -> None:
    """A ridge that goes on falling: the warmest cell further away is next to a warmer one."""
    row, column = int(HERE[0]), int(HERE[1])
    ridge = bumps((*HERE, 0.9))
    for away in range(12):
        ridge[row - 1 : row + 2, column - away] = 120 - 2 * away
    # Further down that ridge it is still probable enough: 0.6 four cells away.
    maps = {pair[0]: ridge, pair[1]: bumps((*HERE, 0.9))}
    found = runner(maps, dict.fromkeys(pair, HERE))
    assert np.abs(found[pair[0], :2] - HERE).max() <= 3.5
    assert found[pair[0], SCORE] == pytest.approx(SAID)


@each_pair
@pytest.mark.parametrize("apart", [4, 6, 12])
def test_joints_that_are_apart_stay(pair: tuple[int, int], apart: int) -> None:
    beside = (HERE[0], HERE[1] - apart)
    other = (22.5, 31.5)
    maps = {
        pair[0]: bumps((*HERE, 0.7), (*other, 0.9)),
        pair[1]: bumps((*beside, 0.7), (*other, 0.9)),
    }
    found = runner(maps, {pair[0]: HERE, pair[1]: beside})
    assert at(found, pair[0]) == HERE
    assert at(found, pair[1]) == beside
    assert found[list(pair), SCORE].tolist() == pytest.approx([SAID, SAID])


@each_pair
@each_way
def test_of_two_that_could_go_the_likelier_goes(pair: tuple[int, ...], turn: int) -> None:
    moves, stays = pair[::turn]
    maps = {
        moves: bumps((*HERE, 0.8), (27.5, 17.5, 0.7)),
        stays: bumps((*HERE, 0.8), (27.5, 17.5, 0.4)),
    }
    found = runner(maps, dict.fromkeys(pair, HERE))
    assert at(found, moves) == (27.5, 17.5)
    assert at(found, stays) == HERE


edges = st.sampled_from([-3.0, 0.0, 0.4, 1.5, 3.5, 24.0, 44.5, 47.9, 48.0, 60.0])


@given(
    seed=st.integers(0, 2**32 - 1),
    place=st.tuples(edges, edges),
    beside=st.tuples(st.integers(-3, 3), st.integers(-3, 3)),
    cold=st.booleans(),
)
def test_whatever_the_map_says_a_joint_stays_in_the_picture(
    seed: int, place: tuple[float, float], beside: tuple[int, int], *, cold: bool
) -> None:
    chance = np.random.default_rng(seed)
    heat = chance.integers(-128, -127 if cold else 128, (CELLS, CELLS, 17)).astype(np.int8)
    keypoints = chance.random((17, 3)).astype(np.float32)
    for left, right in PAIRS.values():
        keypoints[left, :2] = np.array(place, np.float32) / CELLS
        keypoints[right, :2] = (np.array(place, np.float32) + beside) / CELLS
    HeatMapDecode(SCALE, ZERO, COCO_17).refine(keypoints, heat)
    assert np.isfinite(keypoints).all()
    assert ((keypoints >= 0) & (keypoints <= 1)).all()


def test_a_trunk_of_no_length_has_no_legs_elsewhere() -> None:
    heat = np.zeros((CELLS, CELLS, 17), np.int8)
    heat[:, :, LEFT_KNEE] = bumps((*HERE, 0.9), (27.5, 17.5, 0.6))
    heat[:, :, RIGHT_KNEE] = bumps((*HERE, 0.9))
    keypoints = np.tile(np.array([*HERE, SAID], np.float32), (17, 1))
    keypoints /= np.array([CELLS, CELLS, 1], np.float32)
    HeatMapDecode(SCALE, ZERO, COCO_17).refine(keypoints, heat)
    assert keypoints[LEFT_KNEE, X] * CELLS == pytest.approx(HERE[1], abs=0.15)
