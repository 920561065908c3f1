from __future__ import annotations

import numpy as np
import pytest

from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.skeleton import COCO_17
from hipdrive.web.skeleton import LEFT_BGR, draw_skeleton

PLACES = {"left_hip": (600, 300), "left_knee": (640, 420), "left_ankle": (600, 560)}


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_a_leg_is_drawn_where_it_is_in_the_picture(scale: float) -> None:
    nowhere = Keypoint(0, 0, 0)
    points = [
        Keypoint(PLACES[joint][0] * ONE, PLACES[joint][1] * ONE, ONE)
        if joint in PLACES
        else nowhere
        for joint in COCO_17.joints
    ]
    image = np.zeros((round(720 * scale), round(1280 * scale), 3), np.uint8)
    draw_skeleton(image, Pose(0, tuple(points), skeleton=COCO_17), scale)
    for x, y in PLACES.values():
        assert tuple(image[round(y * scale), round(x * scale)]) == LEFT_BGR
    assert not image[:, : round(500 * scale)].any()
    assert not image[:, round(700 * scale) :].any()
