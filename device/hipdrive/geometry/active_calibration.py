"""The calibration that a session uses: the stored one, if it fits."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.errors import CalibrationError
from hipdrive.geometry import calibration_file
from hipdrive.geometry.camera_figures import incline_bam
from hipdrive.health.degraded import DevicePart
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.calibration import Calibration
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from hipdrive.config import Config, TreadmillConfig
    from hipdrive.geometry.calibration_file import StoredCalibration
    from hipdrive.health.degraded import DegradedParts


@dataclass(frozen=True, slots=True)
class ActiveCalibration:
    """The calibration of a session.

    Attributes:
        stored: None for a camera that is not calibrated.
    """

    stored: StoredCalibration | None = None


def load_active_calibration(config: Config, parts: DegradedParts) -> ActiveCalibration:
    """The stored calibration where it fits the camera.

    An unattended service goes on without one and logs a warning.

    Args:
        config: the camera, and where the calibration is.
        parts: told when it cannot be used.
    """
    path = config.data_path(os.environ) / calibration_file.NAME
    try:
        if not path.exists():
            return ActiveCalibration()
        stored = calibration_file.read(path)
    except CalibrationError as error:
        return _without(parts, str(error))
    except OSError as error:
        return _without(parts, f"{path}: cannot be read ({error.strerror})")
    size = (config.camera.width_px, config.camera.height_px)
    if stored.size in {None, size}:
        return ActiveCalibration(stored)
    was, now = (" x ".join(map(str, pair or ())) for pair in (stored.size, size))
    said = f"{path} was made with a picture of {was}, and it is {now} now"
    return _without(parts, f"{said}; run hipdrive calibrate again")


def engine_calibration(treadmill: TreadmillConfig, stored: StoredCalibration | None) -> Calibration:
    """What the gait engine gets: the file's roll and scale, the configuration's belt.

    The speed in the file is that of the day it was made, so it is not used.
    """
    px_per_m = None if stored is None else stored.px_per_m
    return Calibration(
        roll_bam=0 if stored is None else bam_from_deg(stored.roll_deg),
        incline_bam=incline_bam(treadmill),
        px_per_m=None if px_per_m is None else round(px_per_m * ONE),
        belt_mm_per_s=round(1000 * treadmill.belt_mps) or None,
    )


def _without(parts: DegradedParts, reason: str) -> ActiveCalibration:
    parts.degrade(DevicePart.CALIBRATION, f"not calibrated: {reason}")
    return ActiveCalibration()
