"""`calibration.json`: how the camera hangs, measured once and used by every session."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from hipdrive.errors import CalibrationError
from hipdrive.session.json_file import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = "hipdrive/calibration/1"
NAME = "calibration.json"
MOST_ROLL_DEG = 45.0
"""A camera turned further lies on its side: then the picture is to be turned, not the angle."""
MOST_PX_PER_M = 10_000.0


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """A calibration as the file has it.

    Attributes:
        roll_deg: how far the camera is turned clockwise.
        px_per_m: pixels for a metre in the plane of the near leg; None: not known.
        size: width and height of the picture it was made with; None: not known.
    """

    roll_deg: float
    px_per_m: float | None
    size: tuple[int, int] | None


def store(path: Path, values: Mapping[str, object]) -> None:
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
