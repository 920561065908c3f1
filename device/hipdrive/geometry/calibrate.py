"""Wires `hipdrive calibrate`: source, pose model, gait engine, camera estimator."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive import app
from hipdrive.camera.pacing import until
from hipdrive.gait.engine import GaitEngine
from hipdrive.geometry.camera_estimator import CameraEstimator
from hipdrive.session.pose_source import PoseSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hipdrive.camera.source import FrameSource
    from hipdrive.geometry.camera_estimate import CameraEstimate
    from hipdrive.session.request import SessionRequest
    from hipdrive.session.summary import PoseInfo
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

ENOUGH_STRIDES = 30
"""The scatter of the strides then moves the roll by 0.3 degrees, less than the model errs."""


@dataclass(frozen=True, slots=True)
class CalibrationRun:
    """The result of a calibration: camera and belt.

    Attributes:
        source: the recording's or the camera's name.
        estimate: None when there were too few strides.
        strides: of the near leg, those that showed a contact.
        size: width and height of the picture; None for recorded key points.
        pose: the model; None when unknown.
    """

    source: str
    estimate: CameraEstimate | None
    strides: int
    size: tuple[int, int] | None
    pose: PoseInfo | None


def calibrate(
    request: SessionRequest,
    source: FrameSource | PoseSource | None,
    on_strides: Callable[[int], None],
) -> CalibrationRun:
    """Estimate the camera from a recording, or live until `ENOUGH_STRIDES` or `request.stop`.

    Args:
        request: configuration, facing, stop; no session is made.
        source: the recording; None: the camera.
        on_strides: gets the number of strides so far, after each frame.

    Raises:
        CameraError, SourceError, ModelError: that part is missing or fails.
        ConfigError: the model is a stand-in, and there is a camera before it.
    """
    from hipdrive.camera.kinds import open_camera
    from hipdrive.pose.store import yaw_error

    config = request.config
    if source is None:
        app.refuse_stand_in(config)
    with ExitStack() as stack:
        seen = source or stack.enter_context(open_camera(config.camera, request.stop.is_set))
        if isinstance(seen, PoseSource):
            facing, pose = request.given_facing or seen.meta.facing, seen.meta.pose
            poses: Iterable[Pose] = seen
            sizes: list[tuple[int, int]] = []
        else:
            estimate, pose = app.estimator(config.pose, config.data_path(os.environ))
            facing, sizes = request.given_facing, []
            poses = _with_sizes(seen, estimate, sizes)
        gait = GaitEngine(facing, config.gait.filter_hz)
        estimator = CameraEstimator(yaw_error(pose.model if pose else None))
        for each in until(poses, request.stop.is_set):
            estimator.step(each, gait.step(each))
            on_strides(estimator.strides)
            if source is None and estimator.strides >= ENOUGH_STRIDES:
                break
    size = sizes[0] if sizes else None
    return CalibrationRun(seen.name, estimator.estimate(), estimator.strides, size, pose)


def _with_sizes(
    frames: Iterable[Frame], estimate: Callable[[Frame], Pose], sizes: list[tuple[int, int]]
) -> Iterator[Pose]:
    """The poses of frames; the size of the first picture is put into `sizes`."""
    for frame in frames:
        if not sizes:
            height_px, width_px, _ = frame.image.shape
            sizes.append((width_px, height_px))
        yield estimate(frame)
