"""Where the camera stands: the stored calibration, if it fits."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.errors import CalibrationError
from hipdrive.geometry import calibration_file as calibrations

if TYPE_CHECKING:
    from hipdrive.config import Config
    from hipdrive.geometry.calibration_file import StoredCalibration

log = logging.getLogger("hipdrive")


@dataclass(frozen=True, slots=True)
class Place:
    """The calibration to be used, if any, and what is to be said of the one that is not."""

    stored: StoredCalibration | None = None
    warnings: tuple[str, ...] = ()


def stored_place(config: Config) -> Place:
    """The stored calibration where it fits the camera.

    A service that nobody watches goes on without one and says so.
    """
    path = config.data_path(os.environ) / calibrations.NAME
    if not path.exists():
        return Place()
    try:
        stored = calibrations.read(path)
    except CalibrationError as error:
        return _without(f"not calibrated: {error}")
    size = (config.camera.width_px, config.camera.height_px)
    if stored.size in {None, size}:
        return Place(stored)
    was, now = (" x ".join(map(str, pair or ())) for pair in (stored.size, size))
    said = f"not calibrated: {path} was made with a picture of {was}, and it is {now} now"
    return _without(f"{said}; run hipdrive calibrate again")


def _without(reason: str) -> Place:
    log.warning("%s", reason)
    return Place(warnings=(reason,))
