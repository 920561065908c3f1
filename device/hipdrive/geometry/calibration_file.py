"""`calibration.json`: how the camera hangs, measured once and used by every session."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hipdrive.errors import CalibrationError
from hipdrive.private_file import make_readable_folder, readable
from hipdrive.session.json_file import write_json
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = "hipdrive/calibration/1"
NAME = "calibration.json"
CHECKSUM = "crc32"
"""Over the other values: a bit that flips in a digit would turn every angle of every session.
A file that people write has none, and need not."""
MOST_ROLL_DEG = 45.0
"""A camera turned further lies on its side: then the picture is to be turned, not the angle."""
MOST_PX_PER_M = 10_000.0
MOST_PX = 100_000


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
        make_readable_folder(path.parent)
        named = {"schema": SCHEMA, **values}
        write_json(path, {**named, CHECKSUM: _checksum(named)}, readable)
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
        values = json.loads(read_small_file(path).decode("utf-8-sig"))
        return _checked(values)
    except FileNotFoundError as error:
        raise CalibrationError(f"{path}: no such file; hipdrive calibrate makes one") from error
    except OSError as error:
        raise CalibrationError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
        raise CalibrationError(
            f"{path}: is not a calibration ({error}); run hipdrive calibrate again"
        ) from error


def _checked(values: dict[str, Any]) -> StoredCalibration:
    if values["schema"] != SCHEMA:
        raise ValueError(f"schema is {values['schema']!r}, not {SCHEMA!r}")
    if CHECKSUM in values and values[CHECKSUM] != _checksum(values):
        raise ValueError(
            f"it is not as it was written; if you changed it, take {CHECKSUM} out of it"
        )
    size = None
    if values["size_px"] is not None:
        width_px, height_px = values["size_px"]
        size = (_whole(width_px), _whole(height_px))
    known = values["px_per_m"] is not None
    return StoredCalibration(
        roll_deg=_number(values, "roll_deg", -MOST_ROLL_DEG, MOST_ROLL_DEG),
        px_per_m=_number(values, "px_per_m", 1.0, MOST_PX_PER_M) if known else None,
        size=size,
    )


def _checksum(values: Mapping[str, object]) -> int:
    others = {name: value for name, value in values.items() if name != CHECKSUM}
    return zlib.crc32(json.dumps(others, sort_keys=True).encode())


def _whole(value: object) -> int:
    if not isinstance(value, int) or not 0 < value <= MOST_PX:
        raise ValueError(f"size_px is not two whole numbers from 1 to {MOST_PX}")
    return value


def _number(values: dict[str, Any], name: str, least: float, most: float) -> float:
    value = values[name]
    # A whole number of 400 digits fits no float; NaN is not less than anything.
    if type(value) not in {int, float} or not least <= value <= most:
        raise ValueError(f"{name} is {value!s:.20}, not from {least:g} to {most:g}")
    return float(value)
