"""Runs rendered runners through the loop and measures the errors of the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from hipdrive import loop
from hipdrive.coach.coach import Coach
from hipdrive.gait.engine import GaitEngine
from hipdrive.geometry.camera_estimator import CameraEstimator
from hipdrive.pose.store import yaw_error
from hipdrive.rendered.compare import Measured, compare
from hipdrive.rendered.figure import figure
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.leg_errors import leg_errors
from hipdrive.rendered.noise import measured
from hipdrive.rendered.source import RenderedRunner
from hipdrive.rendered.truth import Truth
from hipdrive.rendered.view import View
from hipdrive.session.coach_settings import coach_settings
from hipdrive.types.calibration import Calibration
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hipdrive.config import Config
    from hipdrive.rendered.compare import Errors
    from hipdrive.rendered.grid import Condition
    from hipdrive.rendered.leg_errors import LegErrors
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.types.cue import Cue
    from hipdrive.types.frame import Frame
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

Seen = TypeVar("Seen")
"""A frame, or key points."""


@dataclass
class _Recorded:
    """Keeps poses, samples and strides, and estimates the camera; shows no cue."""

    estimator: CameraEstimator
    poses: list[Pose] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    strides: list[Stride] = field(default_factory=list)

    def on_frame(self, result: FrameResult) -> None:
        self.poses.append(result.pose)
        self.samples += result.gait.samples
        self.strides += result.gait.strides
        self.estimator.step(result.pose, result.gait)

    def show(self, _cue: Cue) -> bool:
        """Nothing: there is no panel."""
        return True


def from_pictures(
    condition: Condition,
    config: Config,
    estimator: Callable[[], Callable[[Frame], Pose]],
    seeds: Iterable[int],
    seconds: float | None = None,
) -> Errors:
    """Errors with the pose model at work, a fresh one for each runner."""
    runs = [_seen(condition.settings(seed, seconds), config, estimator()) for seed in seeds]
    return compare(runs)


def from_people(
    condition: Condition,
    config: Config,
    estimator: Callable[[], Callable[[Frame], Pose]],
    seconds: float | None = None,
) -> tuple[Errors, LegErrors]:
    """The same of one runner, and how well the model tells the legs apart."""
    measured_run = _seen(condition.settings(0, seconds), config, estimator())
    return compare([measured_run]), leg_errors(measured_run)


def from_key_points(
    condition: Condition,
    config: Config,
    _estimator: object,
    seeds: Iterable[int],
    seconds: float | None = None,
) -> Errors:
    """Errors with MoveNet's noise on true key points; takes what `from_pictures` takes."""
    noise = measured().scaled(condition.noise) if condition.noise else None
    runs = []
    for seed in seeds:
        truth = Truth(condition.settings(seed, seconds))
        camera = CameraEstimator()
        runs.append(run(truth, KnownPoses(truth, noise), lambda pose: pose, camera, config))
    return compare(runs)


def _seen(
    settings: RenderedSettings, config: Config, estimate: Callable[[Frame], Pose]
) -> Measured:
    source = RenderedRunner(settings)
    return run(
        source.truth, source, estimate, CameraEstimator(yaw_error(config.pose.model)), config
    )


def run(
    truth: Truth,
    views: Iterable[Seen],
    estimate: Callable[[Seen], Pose],
    camera: CameraEstimator,
    config: Config,
) -> Measured:
    """Measure one runner, with the loop at work and the calibration known."""
    recorded = _Recorded(camera)
    gait = GaitEngine(
        None, config.gait.filter_hz, config.gait.knee_timing, calibration=_true_calibration(truth)
    )
    coach = Coach(coach_settings(config.coach))
    loop.run(views, estimate, gait, coach, recorded, [recorded], lambda: 0, lambda _: None)
    found = recorded.estimator.estimate()
    return Measured(truth, recorded.samples, recorded.strides, found, recorded.poses)


def _true_calibration(truth: Truth) -> Calibration:
    """The true scale and belt speed, at the leg on the camera's side."""
    hip = figure(truth.body, truth.at(np.zeros(1)), near_is_left=truth.near_side is Side.LEFT)
    scale = float(View.of(truth.settings).scale(hip["hip_near"])[0])
    return Calibration(
        px_per_m=round(scale * ONE),
        belt_mm_per_s=round(1000 * truth.settings.treadmill.speed_mps),
    )
