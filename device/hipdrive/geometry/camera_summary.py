"""What a session's summary has of the camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

MOST_ROLL_DEG, MOST_YAW_DEG = 1.0, 5.0
"""As docs/hardware.md asks for."""


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


@dataclass(frozen=True, slots=True)
class CameraSummary:
    """The same, with what the session did about it.

    Attributes:
        calibrated: whether what is taken off was measured of this camera.
        roll_taken_off_deg: by the gait engine.
        strides: how many the figures rest on; None where they are withheld.
        roll_deg, roll_se_deg, yaw_deg, px_per_m, belt_mps: as in `RoundedFigures`.
    """

    calibrated: bool
    roll_taken_off_deg: float
    strides: int | None
    roll_deg: float | None = None
    roll_se_deg: float | None = None
    yaw_deg: float | None = None
    px_per_m: float | None = None
    belt_mps: float | None = None

    def without_figures(self) -> CameraSummary:
        """What was known before the runner's first stride."""
        return CameraSummary(self.calibrated, self.roll_taken_off_deg, strides=None)
