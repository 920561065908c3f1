"""Key points of a rendered runner with heels and the balls of the feet for toes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.figure import figure
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.times import seconds
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17_FEET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.rendered.truth import Truth


def with_feet(truth: Truth) -> Iterator[Pose]:
    """The poses of `KnownPoses`, without noise, and where geometry has the feet."""
    view, near = View.of(truth.settings), truth.near_side
    for pose in KnownPoses(truth, None):
        posture = truth.at(np.array([seconds(pose.t_ns)]))
        places = figure(truth.body, posture, near_is_left=near is Side.LEFT)
        feet = []
        for name in COCO_17_FEET.joints[len(pose.keypoints) :]:
            side, _, joint = name.partition("_")
            part = {"heel": "heel", "toe": "ball"}[joint]
            end = "near" if side == near else "far"
            x, y = view.project(places[f"{part}_{end}"][:, None])[0, 0]
            feet.append(Keypoint(round(x * ONE), round(y * ONE), ONE))
        yield Pose(pose.t_ns, (*pose.keypoints, *feet), skeleton=COCO_17_FEET)
