"""What a session's summary has of the camera."""

from __future__ import annotations

from typing import TypedDict


class RoundedFigures(TypedDict):
    """How the camera hangs and what the belt does; None for what is not known.

    Keys:
        roll_deg, roll_se_deg: how far the camera is turned clockwise, and the standard error.
        yaw_deg: how far it looks from ahead (positive) or from behind.
        px_per_m: pixels for a metre in the plane of the near leg.
        belt_mps: speed of the belt.
    """

    roll_deg: float | None
    roll_se_deg: float | None
    yaw_deg: float | None
    px_per_m: float | None
    belt_mps: float | None


class CameraSummary(RoundedFigures):
    """The same, with what the session did about it.

    Keys:
        calibrated: whether what is taken off was measured of this camera.
        roll_taken_off_deg: by the gait engine.
        strides: behind the figures.
    """

    calibrated: bool
    roll_taken_off_deg: float
    strides: int


UNKNOWN_FIGURES: RoundedFigures = {
    "roll_deg": None,
    "roll_se_deg": None,
    "yaw_deg": None,
    "px_per_m": None,
    "belt_mps": None,
}
