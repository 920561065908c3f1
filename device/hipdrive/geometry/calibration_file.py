"""`calibration.json`: how the camera hangs, measured once and used by every session."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import atan, degrees, isfinite
from typing import TYPE_CHECKING, Any

from hipdrive.errors import CalibrationError
from hipdrive.session.files import write_json
from hipdrive.types.angle import bam_from_deg, deg_from_bam
from hipdrive.types.calibration import Calibration
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.config import RunnerConfig, TreadmillConfig
    from hipdrive.geometry.survey import Finding

SCHEMA = "hipdrive/calibration/1"
NAME = "calibration.json"
MOST_ROLL_DEG = 45.0
"""A camera turned further lies on its side: then the picture is to be turned, not the angle."""
MOST_PX_PER_M = 10_000.0


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """What a file says of a place.

    Attributes:
        roll_deg: how far the camera is turned clockwise.
        px_per_m: pixels for a metre in the plane of the near leg; None: not known.
        size: width and height of the picture it was made with; None: not known.
    """

    roll_deg: float
    px_per_m: float | None
    size: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of a place, in the units of the file.

    Attributes:
        roll_deg, roll_se_deg: how far the camera is turned clockwise, and the standard error.
        yaw_deg: how far it looks from ahead (positive) or from behind.
        px_per_m: None without the runner's height and without the belt's speed.
        belt_mps: as configured, else found; None when neither can be.
    """

    roll_deg: float
    roll_se_deg: float
    yaw_deg: float
    px_per_m: float | None
    belt_mps: float | None

    @classmethod
    def of(
        cls,
        finding: Finding,
        treadmill: TreadmillConfig,
        runner: RunnerConfig,
        px_per_m: int | None = None,
    ) -> Measured:
        """What was found, with what the configuration knows.

        Args:
            finding: of a survey.
            treadmill: incline, and the belt's speed where it is known.
            runner: their height where it is known.
            px_per_m: a scale known from before, Q16.16.
        """
        if runner.height_m:
            px_per_m = finding.px_per_m(round(1000 * runner.height_m))
        elif px_per_m is None and treadmill.belt_mps:
            px_per_m = finding.px_per_m_from_belt(round(1000 * treadmill.belt_mps))
        belt_mps = treadmill.belt_mps or None
        if belt_mps is None and px_per_m:
            belt_mps = finding.belt_mm_per_s(px_per_m) / 1000
        return cls(
            roll_deg=deg_from_bam(finding.roll_bam(incline_bam(treadmill))),
            roll_se_deg=deg_from_bam(finding.roll_se_bam),
            yaw_deg=deg_from_bam(finding.yaw_bam),
            px_per_m=px_per_m / ONE if px_per_m else None,
            belt_mps=belt_mps,
        )

    def rounded(self) -> dict[str, float | None]:
        """For a file or a message."""
        return {
            "roll_deg": round(self.roll_deg, 2),
            "roll_se_deg": round(self.roll_se_deg, 2),
            "yaw_deg": round(self.yaw_deg, 1),
            "px_per_m": None if self.px_per_m is None else round(self.px_per_m, 2),
            "belt_mps": None if self.belt_mps is None else round(self.belt_mps, 3),
        }


def incline_bam(treadmill: TreadmillConfig) -> int:
    """The belt's slope as an angle."""
    return bam_from_deg(degrees(atan(treadmill.incline_percent / 100)))


def calibration(treadmill: TreadmillConfig, stored: StoredCalibration | None) -> Calibration:
    """What the gait engine is told: the file's roll and scale, the configuration's belt.

    The speed in the file is that of the day it was made, so it is not used.
    """
    px_per_m = None if stored is None else stored.px_per_m
    return Calibration(
        roll_bam=0 if stored is None else bam_from_deg(stored.roll_deg),
        incline_bam=incline_bam(treadmill),
        px_per_m=None if px_per_m is None else round(px_per_m * ONE),
        belt_mm_per_s=round(1000 * treadmill.belt_mps) or None,
    )


def store(path: Path, values: dict[str, Any]) -> None:
    """Write the file; one that was there stays as it was until the new one is whole.

    Raises:
        CalibrationError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, {"schema": SCHEMA, **values})
    except OSError as error:
        raise CalibrationError(
            f"{path}: cannot be written ({error.strerror}); what was stored before still holds"
        ) from error


def read(path: Path) -> StoredCalibration:
    """Read a file.

    Raises:
        CalibrationError: there is none, or it is not a calibration.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return _checked(values)
    except FileNotFoundError as error:
        raise CalibrationError(f"{path}: no such file; hipdrive calibrate makes one") from error
    except OSError as error:
        raise CalibrationError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CalibrationError(
            f"{path}: is not a calibration ({error}); run hipdrive calibrate again"
        ) from error


def _checked(values: dict[str, Any]) -> StoredCalibration:
    if values["schema"] != SCHEMA:
        raise ValueError(f"schema is {values['schema']!r}, not {SCHEMA!r}")
    size = None
    if values["size_px"] is not None:
        width_px, height_px = values["size_px"]
        size = (int(width_px), int(height_px))
    known = values["px_per_m"] is not None
    return StoredCalibration(
        roll_deg=_number(values, "roll_deg", -MOST_ROLL_DEG, MOST_ROLL_DEG),
        px_per_m=_number(values, "px_per_m", 1.0, MOST_PX_PER_M) if known else None,
        size=size,
    )


def _number(values: dict[str, Any], name: str, least: float, most: float) -> float:
    value = float(values[name])
    if not (isfinite(value) and least <= value <= most):
        raise ValueError(f"{name} is {value:g}, not from {least:g} to {most:g}")
    return value
