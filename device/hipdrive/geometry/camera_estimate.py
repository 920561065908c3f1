"""The camera's attitude and the belt's speed, estimated from one runner's strides."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

from hipdrive.types.fixed_point import divide_round
from hipdrive.types.side import Side

LEG_PERMILLE = 491
"""Thigh and shank, thousandths of body height (0.245 + 0.246; Drillis and Contini, 1966)."""
TILT_PERCENT_OF_YAW = 32
"""How much the path is tilted by yaw: its depth below the lens over its distance, here 0.88 m below
a lens at the height of the hips and 2.75 m away, as the camera is to be placed."""
YAW_SD_BAM = 13 * (1 << 31) // 1800
"""1.3 degrees: how far the yaws scatter that MoveNet gives of rendered runners
(scripts/measure_yaw.py)."""


@dataclass(frozen=True, slots=True)
class CameraEstimate:
    """An estimate of the camera and the belt from strides of one runner.

    Attributes:
        facing: the side of the picture the runner faces; the leg of that name is the near one.
        strides: of the near leg, those behind the figures.
        tilt_bam: how far the belt rises forwards in the picture, by roll, incline and yaw.
        tilt_se_bam: standard error of that by the scatter of the strides.
        yaw_bam: how far the camera looks from ahead (positive) or from behind.
        leg: thigh and shank, Q16.16 px.
        speed: of the belt in the picture, Q16.16 px/s.
    """

    facing: Side
    strides: int
    tilt_bam: int
    tilt_se_bam: int
    yaw_bam: int
    leg: int
    speed: int

    def roll_bam(self, incline_bam: int) -> int:
        """How far the camera is turned clockwise, on a belt of this incline.

        With MoveNet on rendered runners within 0.9 degrees, root mean square 0.4, as long as the
        camera is square to the belt (docs/accuracy.md).
        """
        forward = 1 if self.facing is Side.RIGHT else -1
        by_yaw_bam = -self.yaw_bam * TILT_PERCENT_OF_YAW // 100
        return forward * (self.tilt_bam - by_yaw_bam - incline_bam)

    @property
    def roll_se_bam(self) -> int:
        """Standard error of the roll: of the tilt, and of what is taken off it for the yaw."""
        by_yaw_bam = YAW_SD_BAM * TILT_PERCENT_OF_YAW // 100
        return isqrt(self.tilt_se_bam**2 + by_yaw_bam**2)

    def px_per_m(self, height_mm: int) -> int:
        """Pixels for a metre in the plane of the near leg, Q16.16, from the runner's height."""
        return divide_round(self.leg * 1_000_000, LEG_PERMILLE * height_mm)

    def px_per_m_from_belt(self, belt_mm_per_s: int) -> int:
        """Pixels for a metre, Q16.16, from a known speed of the belt."""
        return divide_round(self.speed * 1000, belt_mm_per_s)

    def belt_mm_per_s(self, px_per_m: int) -> int:
        """Speed of the belt, given the pixels for a metre (Q16.16)."""
        return divide_round(self.speed * 1000, px_per_m)
