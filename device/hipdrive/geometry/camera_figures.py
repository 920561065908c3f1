"""A camera estimate in degrees and metres, for people, files and messages."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees
from typing import TYPE_CHECKING

from hipdrive.types.angle import bam_from_deg, deg_from_bam
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from hipdrive.config import RunnerConfig, TreadmillConfig
    from hipdrive.geometry.camera_estimate import CameraEstimate
    from hipdrive.geometry.camera_summary import RoundedFigures


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """The camera and the belt in degrees and metres, as files and messages have them.

    Attributes:
        roll_deg, roll_se_deg: how far the camera is turned clockwise, and the standard error.
        yaw_deg: how far it looks from ahead (positive) or from behind.
        px_per_m: None without the runner's height and without the belt's speed.
        belt_mps: as configured, else estimated; None when neither can be.
    """

    roll_deg: float
    roll_se_deg: float
    yaw_deg: float
    px_per_m: float | None
    belt_mps: float | None

    @classmethod
    def of(
        cls,
        estimate: CameraEstimate,
        treadmill: TreadmillConfig,
        runner: RunnerConfig,
        px_per_m: int | None = None,
    ) -> CameraFigures:
        """The estimate, with what the configuration knows.

        Args:
            estimate: of the camera.
            treadmill: incline, and the belt's speed where it is known.
            runner: their height where it is known.
            px_per_m: a scale known from before, Q16.16.
        """
        if runner.height_m:
            px_per_m = estimate.px_per_m(round(1000 * runner.height_m))
        elif px_per_m is None and treadmill.belt_mps:
            px_per_m = estimate.px_per_m_from_belt(round(1000 * treadmill.belt_mps))
        belt_mps = treadmill.belt_mps or None
        if belt_mps is None and px_per_m:
            belt_mps = estimate.belt_mm_per_s(px_per_m) / 1000
        return cls(
            roll_deg=deg_from_bam(estimate.roll_bam(incline_bam(treadmill))),
            roll_se_deg=deg_from_bam(estimate.roll_se_bam),
            yaw_deg=deg_from_bam(estimate.yaw_bam),
            px_per_m=px_per_m / ONE if px_per_m else None,
            belt_mps=belt_mps,
        )

    def rounded(self) -> RoundedFigures:
        """For a file or a message."""
        return {
            "roll_deg": round(self.roll_deg, 2),
            "roll_se_deg": round(self.roll_se_deg, 2),
            "yaw_deg": round(self.yaw_deg, 1),
            "px_per_m": None if self.px_per_m is None else round(self.px_per_m, 2),
            "belt_mps": None if self.belt_mps is None else round(self.belt_mps, 3),
        }


def incline_bam(treadmill: TreadmillConfig) -> int:
    """The belt's slope as an angle, from its rise over run."""
    return bam_from_deg(degrees(atan(treadmill.incline_percent / 100)))
