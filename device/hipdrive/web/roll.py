"""Keeps the camera's roll as the page's plumb line gives it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hipdrive.errors import CalibrationError
from hipdrive.geometry.calibration_file import MOST_ROLL_DEG, NAME, store

if TYPE_CHECKING:
    from pathlib import Path


class RollRequest(BaseModel):
    """How far the camera is turned clockwise, degrees."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    roll_deg: Annotated[float, Field(ge=-MOST_ROLL_DEG, le=MOST_ROLL_DEG, allow_inf_nan=False)]


def save_roll(data: Path, payload: bytes, size: tuple[int, int] | None) -> None:
    """Store a calibration with that roll; the next session takes it off.

    Args:
        data: the data folder.
        payload: JSON of a `RollRequest`.
        size: width and height of the picture it was read from.

    Raises:
        CalibrationError: it is no roll, or cannot be written.
    """
    try:
        roll_deg = RollRequest.model_validate_json(payload).roll_deg
    except ValidationError:
        message = f"roll_deg has to be a number from -{MOST_ROLL_DEG:g} to {MOST_ROLL_DEG:g}"
        raise CalibrationError(message) from None
    values = {
        "made_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": "plumb line on the page",
        "size_px": None if size is None else list(size),
        "roll_deg": round(roll_deg, 2),
        "px_per_m": None,
    }
    store(data / NAME, values)
