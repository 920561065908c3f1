"""What is known of the camera, the belt and the pose model before anything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Calibration:
    """A camera beside a treadmill.

    Attributes:
        roll_bam: how far the camera is turned clockwise about its line of sight, as seen from
            behind it; the picture then lies anticlockwise. Taken off before anything is measured.
        incline_bam: the belt's slope, positive uphill.
        px_per_m: pixels for a metre at the runner, Q16.16; None: not known.
        belt_mm_per_s: speed of the belt; None: not known.
    """

    roll_bam: int = 0
    incline_bam: int = 0
    px_per_m: int | None = None
    belt_mm_per_s: int | None = None


UNCALIBRATED = Calibration()
"""A level camera, as long as nothing else is known."""


class YawError(NamedTuple):
    """Error of the yaw estimated from a pose model's key points, by the side the runner faces."""

    left_bam: int = 0
    right_bam: int = 0


NO_YAW_ERROR = YawError()
