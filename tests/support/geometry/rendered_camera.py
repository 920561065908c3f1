"""Camera estimates of rendered runners, whose camera and belt are known."""

from __future__ import annotations

from functools import cache
from math import atan, degrees
from typing import TYPE_CHECKING, Any

from hipdrive.gait.engine import GaitEngine
from hipdrive.geometry.camera_estimator import CameraEstimator
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.noise import measured
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.truth import Truth
from hipdrive.types.angle import bam_from_deg, deg_from_bam
from hipdrive.types.calibration import NO_YAW_ERROR, YawError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.geometry.camera_estimate import CameraEstimate
    from hipdrive.types.pose import Pose

HEIGHT_MM = 1750
PEAKS: dict[float, tuple[float, float]] = {
    2.5: (18.0, 164.0),
    3.0: (21.0, 170.0),
    3.5: (23.5, 174.0),
    4.5: (28.0, 180.0),
}
"""Degrees of thigh extension and steps a minute that go with a speed, as in `rendered.grid`."""


def at_speed(speed_mps: float) -> dict[str, Any]:
    """The tables of somebody who runs so fast."""
    thigh_ext_deg, cadence_spm = PEAKS[speed_mps]
    return {
        "treadmill": {"speed_mps": speed_mps},
        "runner": {
            "thigh_ext_deg": thigh_ext_deg,
            "cadence_spm": cadence_spm,
            "knee_swing_deg": 70 + 12 * speed_mps,
            "thigh_swing_deg": 18 + 6 * speed_mps,
        },
    }


def settings(seconds: float = 30.0, **tables: Any) -> RenderedSettings:  # noqa: ANN401  # as in a file
    camera = {"fps": 30.0, **tables.pop("camera", {})}
    return RenderedSettings.model_validate({"seconds": seconds, "camera": camera, **tables})


@cache
def _poses(asked: str, *, noisy: bool) -> tuple[Pose, ...]:
    truth = Truth(RenderedSettings.model_validate_json(asked))
    return tuple(KnownPoses(truth, measured() if noisy else None))


def poses_of(asked: RenderedSettings, *, noisy: bool = False) -> tuple[Pose, ...]:
    """Key points of this runner."""
    return _poses(asked.model_dump_json(), noisy=noisy)


def estimator(poses: Iterable[Pose], yaw_error: YawError = NO_YAW_ERROR) -> CameraEstimator:
    """One that has taken in these poses and the strides in them."""
    engine, made = GaitEngine(), CameraEstimator(yaw_error)
    for pose in poses:
        made.step(pose, engine.step(pose))
    return made


def estimated(poses: Iterable[Pose], yaw_error: YawError = NO_YAW_ERROR) -> CameraEstimate:
    estimate = estimator(poses, yaw_error).estimate()
    assert estimate is not None
    return estimate


def roll_deg(estimate: CameraEstimate, incline_percent: float = 0.0) -> float:
    incline_bam = bam_from_deg(degrees(atan(incline_percent / 100)))
    return deg_from_bam(estimate.roll_bam(incline_bam))
