"""How well the pose model alone, before the gait engine, tells a runner's legs apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.keypoints import joint_pixels
from hipdrive.rendered.noise import torso_px
from hipdrive.rendered.times import all_seconds
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.compare import Measured

LEG_APART, JOINT_APART = 0.4, 0.16
"""In torsos: the least distance, of knees and ankles together, at which legs can be told apart; and
the least distance of two joints."""
TRUNK_AND_LIMBS = 5
"""Index of the first key point below the head."""


@dataclass(frozen=True, slots=True)
class LegErrors:
    """Shares of the frames in which legs, or two joints, are far enough apart to be distinguished.

    Attributes:
        swapped: knee and ankle, taken together, are nearer to those of the other leg.
        knee_collapsed, ankle_collapsed: both lie on one leg.
        hip_ahead: the near hip ahead of the drawn one, mean, in hundredths of a torso.
        score: mean of the key points below the head.
    """

    swapped: float
    knee_collapsed: float
    ankle_collapsed: float
    hip_ahead: float
    score: float


def leg_errors(run: Measured) -> LegErrors:
    """The errors over one runner's recorded poses."""
    truth = run.truth
    estimated = np.array([pose.keypoints for pose in run.poses]) / ONE
    t_s = all_seconds(np.array([pose.t_ns for pose in run.poses]))
    true = joint_pixels(truth, View.of(truth.settings), t_s)
    legs = _Legs(estimated, true, str(truth.near_side), str(truth.far_side))
    size_px = torso_px(true)
    hip = COCO_17.index(f"{truth.near_side}_hip")
    forward = 1 if truth.settings.runner.facing == "right" else -1
    ahead_px = forward * (estimated[:, hip, 0] - true[:, hip, 0])
    return LegErrors(
        swapped=legs.swapped(size_px),
        knee_collapsed=legs.collapsed("knee", size_px),
        ankle_collapsed=legs.collapsed("ankle", size_px),
        hip_ahead=round(100 * float(ahead_px.mean()) / size_px, 1),
        score=round(float(estimated[:, TRUNK_AND_LIMBS:, 2].mean()), 3),
    )


class _Legs:
    """Distances between estimated and true joints, by side and joint."""

    def __init__(self, estimated: Array, true: Array, near: str, far: str) -> None:
        self._estimated = estimated
        self._true = true
        self._sides = near, far

    def swapped(self, torso: float) -> float:
        apart = self._apart("knee") + self._apart("ankle") > LEG_APART * torso
        joints = [(joint, k) for joint in ("knee", "ankle") for k in (0, 1)]
        own = np.sum([self._off(joint, k, k) for joint, k in joints], axis=0)
        other = np.sum([self._off(joint, k, 1 - k) for joint, k in joints], axis=0)
        return _share(other < own, apart)

    def collapsed(self, joint: str, torso: float) -> float:
        near_on_near = self._off(joint, 0, 0) < self._off(joint, 0, 1)
        far_on_near = self._off(joint, 1, 0) < self._off(joint, 1, 1)
        return _share(near_on_near == far_on_near, self._apart(joint) > JOINT_APART * torso)

    def _off(self, joint: str, estimated: int, true: int) -> Array:
        """Distance from an estimated joint to the true one, or to the true one of the other leg."""
        difference = (
            self._estimated[:, self._column(joint, estimated), :2]
            - self._true[:, self._column(joint, true)]
        )
        distance: Array = np.hypot(*difference.T)
        return distance

    def _apart(self, joint: str) -> Array:
        near, far = (self._true[:, self._column(joint, k)] for k in (0, 1))
        distance: Array = np.hypot(*(near - far).T)
        return distance

    def _column(self, joint: str, side: int) -> int:
        return COCO_17.index(f"{self._sides[side]}_{joint}")


def _share(wrong: npt.NDArray[np.bool_], counted: npt.NDArray[np.bool_]) -> float:
    return round(float(wrong[counted].mean()), 4) if counted.any() else 0.0
