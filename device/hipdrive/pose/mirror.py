"""Shows the model every runner from the side it sees better: the others in a mirror.

A model that was trained on mirrored pictures as well sees the two sides differently all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.types.knee_bend import RecentBends
from hipdrive.types.side import Side

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.types.pose import Pose
    from hipdrive.types.skeleton import Skeleton

LEFT, RIGHT = "left_", "right_"


class MirrorChoice:
    """Decides from the knees whether the next picture is mirrored.

    The gait stage wants two seconds to be sure of the facing, and strides are measured from the
    first frame on. Here a wrong answer costs little, so the first knee that is bent decides, and
    later what both did in the last half second.

    Args:
        shown_facing: the side of the picture that the model is to see runners face; None: the
            picture stays as it is.
        skeleton: of the poses.

    Attributes:
        mirrored: whether it is now.

    Raises:
        SkeletonError: hips, knees or ankles are missing from the skeleton.
    """

    def __init__(self, shown_facing: Side | None, skeleton: Skeleton) -> None:
        self._shown_facing = shown_facing
        self._skeleton = skeleton
        self.reset()

    def reset(self) -> None:
        """It may be another runner: the picture as it is."""
        self.mirrored = False
        self._bends = RecentBends(self._skeleton)

    def add(self, pose: Pose) -> None:
        """Take in what the model found, as it lies in the camera's picture."""
        if self._shown_facing is None:
            return
        lately = self._bends
        lately.add(pose)
        if 2 * abs(lately.sum) > lately.magnitude:
            faces = Side.RIGHT if lately.sum > 0 else Side.LEFT
            self.mirrored = faces is not self._shown_facing


def other_side(skeleton: Skeleton) -> npt.NDArray[np.intp]:
    """For each joint where its partner on the body's other side is, or itself if it has none."""
    partners = [_partner(joint) for joint in skeleton.joints]
    return np.array(
        [
            skeleton.index(partner if partner in skeleton else joint)
            for joint, partner in zip(skeleton.joints, partners, strict=True)
        ],
        np.intp,
    )


def _partner(joint: str) -> str:
    if joint.startswith(LEFT):
        return RIGHT + joint.removeprefix(LEFT)
    return LEFT + joint.removeprefix(RIGHT) if joint.startswith(RIGHT) else joint
