"""What a session finds out about its camera in passing, and what it says of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hipdrive.geometry.calibration_file import Measured
from hipdrive.geometry.survey import EXACT, Survey, YawError
from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from hipdrive.config import RunnerConfig, TreadmillConfig
    from hipdrive.types.calibration import Calibration
    from hipdrive.types.frame_result import FrameResult

LEAST_ROLL_DEG = 2.0
"""Told by the ankles alone it is up to 1.9 degrees off on rendered runners with a level camera."""
SURE_SE = 3
"""So many standard errors from nothing, and it is no chance."""
MOST_YAW_DEG = 10.0


class CameraWatch:
    """Sink that surveys the camera while the session runs.

    Args:
        treadmill: what is known of the belt.
        runner: what is known of the runner.
        calibration: what the gait engine takes off.
        yaw_error: of the model that makes the key points.
        calibrated: whether that was measured of this camera.
    """

    def __init__(
        self,
        treadmill: TreadmillConfig,
        runner: RunnerConfig,
        calibration: Calibration,
        yaw_error: YawError = EXACT,
        *,
        calibrated: bool,
    ) -> None:
        self._treadmill = treadmill
        self._runner = runner
        self._calibration = calibration
        self._calibrated = calibrated
        self._survey = Survey(yaw_error)

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        self._survey.step(result.pose, result.gait)

    def measured(self) -> Measured | None:
        """What is known so far; None before enough strides."""
        finding = self._survey.finding()
        if finding is None:
            return None
        return Measured.of(finding, self._treadmill, self._runner, self._calibration.px_per_m)

    def summary(self) -> dict[str, Any]:
        """For the session's summary; null for what is not known."""
        measured = self.measured()
        found = dict.fromkeys(("roll_deg", "roll_se_deg", "yaw_deg", "px_per_m", "belt_mps"))
        return {
            "calibrated": self._calibrated,
            "roll_taken_off_deg": round(deg_from_bam(self._calibration.roll_bam), 2),
            "strides": self._survey.strides,
            **(found if measured is None else measured.rounded()),
        }

    def doubts(self) -> list[str]:
        """What makes the angles doubtful, one sentence each."""
        measured = self.measured()
        if measured is None:
            return []
        found = []
        left_deg = measured.roll_deg - deg_from_bam(self._calibration.roll_bam)
        if abs(left_deg) >= max(LEAST_ROLL_DEG, SURE_SE * measured.roll_se_deg):
            than = " more than when it was calibrated" if self._calibrated else ""
            again = " again" if self._calibrated else ""
            found.append(
                f"the camera hangs {abs(left_deg):.1f}° {_way(left_deg)}{than}: thigh extension is "
                f"off by as much; straighten it, or run hipdrive calibrate{again}"
            )
        return [*found, *yaw_doubts(measured.yaw_deg)]


def yaw_doubts(yaw_deg: float) -> list[str]:
    """Whether the camera looks too far from ahead or from behind."""
    if abs(yaw_deg) <= MOST_YAW_DEG:
        return []
    whence = "ahead" if yaw_deg > 0 else "behind"
    seen = f"the camera looks about {abs(yaw_deg):.0f}° from {whence}"
    return [f"{seen}: angles are off and roll cannot be told well; set it square to the belt"]


def _way(roll_deg: float) -> str:
    return "clockwise" if roll_deg > 0 else "anticlockwise"
