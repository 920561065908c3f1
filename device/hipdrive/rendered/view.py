"""The camera of a rendered runner: from metres to pixels, a pinhole without distortion."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin, tan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.settings import RenderedSettings

AIM = 0.53
"""Share of body height at which the camera looks."""


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera is and how it is turned.

    Attributes:
        position: [3], metres.
        axes: [3, 3]: to the right of the picture, down in it, away from the camera.
        focal_px: focal length.
        centre_px: [2], the middle of the picture.
    """

    position: Array
    axes: Array
    focal_px: float
    centre_px: Array

    @classmethod
    def of(cls, settings: RenderedSettings) -> View:
        """The camera beside the treadmill, looking at the runner's middle."""
        camera, runner = settings.camera, settings.runner
        side = -1.0 if runner.facing == "right" else 1.0
        yaw = radians(camera.yaw_deg)
        aim = np.array([0.0, 0.0, AIM * runner.height_m])
        across, along = camera.distance_m * cos(yaw), camera.distance_m * sin(yaw)
        position = np.array([along, side * across, camera.height_m])
        away = (aim - position) / np.linalg.norm(aim - position)
        right = np.cross(away, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        down = np.cross(away, right)
        roll = radians(camera.roll_deg)
        axes = np.stack(
            [right * cos(roll) + down * sin(roll), down * cos(roll) - right * sin(roll), away]
        )
        focal_px = camera.height_px / (2 * tan(radians(camera.lens_deg) / 2))
        centre_px = np.array([(camera.width_px - 1) / 2, (camera.height_px - 1) / 2])
        return cls(position, axes, focal_px, centre_px)

    def project(self, positions: Array) -> Array:
        """Pixels [..., 2] of positions [..., 3]; the middle of the first pixel is 0, 0."""
        seen = (positions - self.position) @ self.axes.T
        pixels: Array = self.focal_px * seen[..., :2] / seen[..., 2:] + self.centre_px
        return pixels

    def scale(self, positions: Array) -> Array:
        """Pixels a metre at positions [..., 3]."""
        depth: Array = (positions - self.position) @ self.axes[2]
        return self.focal_px / depth
