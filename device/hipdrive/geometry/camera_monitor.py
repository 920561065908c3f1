"""Watches the camera while a session runs: estimates it, and warns when it hangs or looks off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.geometry.camera_estimator import CameraEstimator
from hipdrive.geometry.camera_figures import CameraFigures
from hipdrive.geometry.camera_summary import CameraSummary
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.calibration import NO_YAW_ERROR, YawError

if TYPE_CHECKING:
    from hipdrive.config import RunnerConfig, TreadmillConfig
    from hipdrive.types.calibration import Calibration
    from hipdrive.types.frame_result import FrameResult

LEAST_ROLL_DEG = 2.0
"""Estimated by the ankles alone it is up to 1.9 degrees off on rendered runners with a level
camera."""
SURE_SE = 3
"""So many standard errors from nothing, and it is no chance."""
MOST_YAW_DEG = 10.0


class CameraMonitor:
    """Sink that estimates the camera while the session runs.

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
        yaw_error: YawError = NO_YAW_ERROR,
        *,
        calibrated: bool,
    ) -> None:
        self._treadmill = treadmill
        self._runner = runner
        self._calibration = calibration
        self._calibrated = calibrated
        self._estimator = CameraEstimator(yaw_error)

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        self._estimator.step(result.pose, result.gait)

    def figures(self) -> CameraFigures | None:
        """The camera so far; None before enough strides."""
        estimate = self._estimator.estimate()
        if estimate is None:
            return None
        return CameraFigures.of(estimate, self._treadmill, self._runner, self._calibration.px_per_m)

    def summary(self) -> CameraSummary:
        """For the session's summary."""
        figures = self.figures()
        known = CameraSummary(
            self._calibrated,
            round(deg_from_bam(self._calibration.roll_bam), 2),
            self._estimator.strides,
        )
        return known if figures is None else replace(known, **figures.rounded())

    @property
    def warnings(self) -> list[str]:
        """What makes the angles doubtful, one sentence each."""
        figures = self.figures()
        if figures is None:
            return []
        found = []
        left_deg = figures.roll_deg - deg_from_bam(self._calibration.roll_bam)
        if abs(left_deg) >= max(LEAST_ROLL_DEG, SURE_SE * figures.roll_se_deg):
            than = " more than when it was calibrated" if self._calibrated else ""
            again = " again" if self._calibrated else ""
            found.append(
                f"the camera hangs {abs(left_deg):.1f}° {_direction(left_deg)}{than}: thigh "
                f"extension is off by as much; straighten it, or run hipdrive calibrate{again}"
            )
        return [*found, *yaw_warnings(figures.yaw_deg)]


def yaw_warnings(yaw_deg: float) -> list[str]:
    """A sentence if the camera looks too far from ahead or from behind, else nothing."""
    if abs(yaw_deg) <= MOST_YAW_DEG:
        return []
    whence = "ahead" if yaw_deg > 0 else "behind"
    seen = f"the camera looks about {abs(yaw_deg):.0f}° from {whence}"
    return [f"{seen}: angles are off and roll cannot be told well; set it square to the belt"]


def _direction(roll_deg: float) -> str:
    return "clockwise" if roll_deg > 0 else "anticlockwise"
