"""The skeleton in the page's picture: where it is drawn, and in which colours."""

from __future__ import annotations

import numpy as np
import pytest

from hipdrive.leg_colours import BODY_RGB, FAR_RGB, NEAR_RGB
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17
from hipdrive.web.skeleton import draw_skeleton

LEFT_LEG = {"left_hip": (600, 300), "left_knee": (640, 420), "left_ankle": (600, 560)}
RIGHT_LEG = {"right_hip": (900, 300), "right_knee": (940, 420), "right_ankle": (900, 560)}


def drawn(near_leg: Side | None, scale: float, places: dict[str, tuple[int, int]]) -> np.ndarray:
    """A picture of 1280 x 720 with those joints, in RGB."""
    nowhere = Keypoint(0, 0, 0)
    points = [
        Keypoint(places[joint][0] * ONE, places[joint][1] * ONE, ONE)
        if joint in places
        else nowhere
        for joint in COCO_17.joints
    ]
    image = np.zeros((round(720 * scale), round(1280 * scale), 3), np.uint8)
    draw_skeleton(image, Pose(0, tuple(points), skeleton=COCO_17), near_leg, scale)
    return image[:, :, ::-1]


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_a_leg_is_drawn_where_it_is_in_the_picture(scale: float) -> None:
    image = drawn(Side.LEFT, scale, LEFT_LEG)
    for x, y in LEFT_LEG.values():
        assert tuple(image[round(y * scale), round(x * scale)]) == NEAR_RGB
    assert not image[:, : round(500 * scale)].any()
    assert not image[:, round(700 * scale) :].any()


@pytest.mark.parametrize(
    ("near_leg", "left", "right"),
    [
        (Side.LEFT, NEAR_RGB, FAR_RGB),
        (Side.RIGHT, FAR_RGB, NEAR_RGB),
        (None, BODY_RGB, BODY_RGB),
    ],
)
def test_legs_have_the_colour_of_near_and_far_and_none_where_that_is_not_known(
    near_leg: Side | None, left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    image = drawn(near_leg, 1.0, LEFT_LEG | RIGHT_LEG)
    for leg, colour in ((LEFT_LEG, left), (RIGHT_LEG, right)):
        x, y = leg[max(leg, key=lambda joint: leg[joint][1])]
        assert tuple(image[y, x]) == colour


@pytest.mark.parametrize("near_leg", Side)
def test_the_near_leg_lies_over_the_far_one(near_leg: Side) -> None:
    same = {
        f"{side}_{joint}": LEFT_LEG[f"left_{joint}"] for side in Side for joint in ("knee", "ankle")
    }
    x, y = LEFT_LEG["left_ankle"]
    assert tuple(drawn(near_leg, 1.0, same)[y, x]) == NEAR_RGB
