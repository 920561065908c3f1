"""Draws a skeleton into a picture."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.leg_colours import BODY_RGB, FAR_RGB, NEAR_RGB
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.types.frame import RgbImage
    from hipdrive.types.pose import Pose

LEAST_SCORE = ONE // 5
LEG = ("hip", "knee", "ankle", "heel", "toe")
TRUNK = ("left_hip", "left_shoulder", "right_shoulder", "right_hip", "left_hip")
THICKNESS_SHARE = 200
"""The lines are a two-hundredth of the picture's height thick."""


def draw_skeleton(
    image: RgbImage, pose: Pose, near_leg: Side | None = None, scale: float = 1.0
) -> None:
    """Draw both legs and the trunk, as far as they are seen, the near leg over the far one.

    Args:
        image: uint8 [height, width, 3], BGR; drawn into.
        pose: in the pixels of the camera's picture.
        near_leg: which leg is near the camera; None: not known, and both are drawn as the trunk is.
        scale: pixels of `image` for one of the camera's.
    """
    if not pose.runner_seen:
        return
    _draw(image, pose, TRUNK, BODY_RGB, scale)
    for side in sorted(Side, key=lambda side: side is near_leg):
        colour = NEAR_RGB if side is near_leg else FAR_RGB
        leg = [f"{side}_{joint}" for joint in LEG]
        _draw(image, pose, leg, BODY_RGB if near_leg is None else colour, scale)


def _draw(
    image: RgbImage, pose: Pose, joints: Sequence[str], rgb: tuple[int, int, int], scale: float
) -> None:
    thickness = max(2, image.shape[0] // THICKNESS_SHARE)
    known = [joint for joint in joints if joint in pose.skeleton]
    for one, other in pairwise(pose[joint] for joint in known):
        if min(one.score, other.score) >= LEAST_SCORE:
            ends = np.round(np.array([one[:2], other[:2]]) * (scale / ONE)).astype(int)
            cv2.line(image, ends[0].tolist(), ends[1].tolist(), rgb[::-1], thickness, cv2.LINE_AA)
