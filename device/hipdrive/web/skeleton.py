"""Draws a skeleton into a picture."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.types.frame import RgbImage
    from hipdrive.types.pose import Pose

LEAST_SCORE = ONE // 5
LEG = ("hip", "knee", "ankle", "heel", "toe")
TRUNK = ("left_hip", "left_shoulder", "right_shoulder", "right_hip", "left_hip")
LEFT_BGR, RIGHT_BGR, TRUNK_BGR = (255, 184, 127), (0, 176, 255), (248, 246, 244)
"""Blue, amber and white."""
THICKNESS_SHARE = 200
"""The lines are a two-hundredth of the picture's height thick."""


def draw_skeleton(image: RgbImage, pose: Pose, scale: float = 1.0) -> None:
    """Draw both legs and the trunk, as far as they are seen.

    Args:
        image: uint8 [height, width, 3], BGR; drawn into.
        pose: in the pixels of the camera's picture.
        scale: pixels of `image` for one of the camera's.
    """
    if not pose.runner_seen:
        return
    _draw(image, pose, TRUNK, TRUNK_BGR, scale)
    for side, colour in ((Side.LEFT, LEFT_BGR), (Side.RIGHT, RIGHT_BGR)):
        _draw(image, pose, [f"{side}_{joint}" for joint in LEG], colour, scale)


def _draw(
    image: RgbImage, pose: Pose, joints: Sequence[str], bgr: tuple[int, int, int], scale: float
) -> None:
    thickness = max(2, image.shape[0] // THICKNESS_SHARE)
    known = [joint for joint in joints if joint in pose.skeleton]
    for one, other in pairwise(pose[joint] for joint in known):
        if min(one.score, other.score) >= LEAST_SCORE:
            ends = np.round(np.array([one[:2], other[:2]]) * (scale / ONE)).astype(int)
            cv2.line(image, ends[0].tolist(), ends[1].tolist(), bgr, thickness, cv2.LINE_AA)
