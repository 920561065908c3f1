"""How the camera stands, as a session's summary has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """How the camera stands, found from the running itself; None for what is not known.

    Attributes:
        calibrated: True when a stored calibration of this camera was used.
        roll_taken_off_deg: roll that the gait engine took off, clockwise.
        strides: how many the figures below rest on.
        roll_deg, roll_se_deg: how far the camera is turned clockwise, and the standard error.
        yaw_deg: how far it looks from ahead (positive) or from behind.
        px_per_m: pixels for a metre in the plane of the near leg.
        belt_mps: speed of the belt.
    """

    calibrated: bool
    roll_taken_off_deg: float
    strides: int | None
    roll_deg: float | None = None
    roll_se_deg: float | None = None
    yaw_deg: float | None = None
    px_per_m: float | None = None
    belt_mps: float | None = None

    def without_figures(self) -> CameraFigures:
        """What was known before anybody ran."""
        return CameraFigures(self.calibrated, self.roll_taken_off_deg, strides=None)
