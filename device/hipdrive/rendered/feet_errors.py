"""How wrong foot strike, toe-off, ankle and foot are, by foot and by knee, with several models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.geometry.camera_estimator import CameraEstimator
from hipdrive.rendered.compare import Errors, Spread, compare
from hipdrive.rendered.figure import figure
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.mesh.feet import DrawnFeet
from hipdrive.rendered.source import RenderedRunner
from hipdrive.rendered.times import all_seconds
from hipdrive.rendered.validate import run
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17, COCO_17_FEET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hipdrive.config import Config
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.rendered.truth import Truth
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

TRUE_KEY_POINTS = "true key points"
"""In place of a model: what grid, low-pass and events do to key points without any error."""


@dataclass(frozen=True, slots=True)
class FeetErrors:
    """Measured minus true, near leg of one runner, with one model.

    Attributes:
        strides, missed, rejected: as of `Errors`.
        foot_strike_ms: by heel and toe; without errors of a model that sees none.
        knee_strike_ms: by the knee of the same key points.
        toe_off_ms: by the knee.
        ankle_toe_off_deg, foot_contact_angle_deg: against the ends of the drawn shoe.
    """

    strides: int
    missed: int
    rejected: int
    foot_strike_ms: Spread
    knee_strike_ms: Spread
    toe_off_ms: Spread
    ankle_toe_off_deg: Spread
    foot_contact_angle_deg: Spread


def feet_errors(
    settings: RenderedSettings,
    config: Config,
    models: Mapping[str, Callable[[Frame], Pose]],
) -> Iterator[tuple[str, FeetErrors]]:
    """The errors with true key points, then with each model, all of the same pictures.

    Args:
        settings: a mesh runner.
        config: of the engine.
        models: what makes poses of frames, by name.
    """
    source = RenderedRunner(settings)
    poses: dict[str, list[Pose]] = {name: [] for name in models}
    for frame in source:
        for name, estimate in models.items():
            poses[name].append(estimate(frame))
    yield TRUE_KEY_POINTS, _errors(source.truth, list(true_poses(source.truth)), config)
    for name, seen in poses.items():
        yield name, _errors(source.truth, seen, config)


def true_poses(truth: Truth) -> Iterator[Pose]:
    """Poses of a mesh runner with the drawn heels and toes, without any error."""
    known = list(KnownPoses(truth, None))
    t_s = all_seconds(np.array([pose.t_ns for pose in known]))
    positions = figure(truth.body, truth.at(t_s), near_is_left=truth.near_side is Side.LEFT)
    feet = DrawnFeet(truth).at(positions)
    places = [feet[_drawn(name, truth)] for name in COCO_17_FEET.joints[len(COCO_17) :]]
    pixels = View.of(truth.settings).project(np.stack(places, axis=1))
    for pose, rows in zip(known, np.rint(pixels * ONE).astype(np.int64).tolist(), strict=True):
        shown = [Keypoint(x, y, ONE) for x, y in rows]
        yield replace(pose, keypoints=(*pose.keypoints, *shown), skeleton=COCO_17_FEET)


def _drawn(name: str, truth: Truth) -> str:
    """`heel_near` of `left_heel`, for who shows the left side."""
    side, _, joint = name.partition("_")
    return f"{joint}_{'near' if side == truth.near_side else 'far'}"


def _errors(truth: Truth, poses: Sequence[Pose], config: Config) -> FeetErrors:
    by_knee = _measured(truth, [_without_feet(pose) for pose in poses], config)
    feet = poses[0].skeleton == COCO_17_FEET
    found = _measured(truth, poses, config) if feet else by_knee
    nothing = Spread.of([])
    return FeetErrors(
        strides=found.strides,
        missed=found.missed,
        rejected=found.rejected,
        foot_strike_ms=found.foot_strike_ms if feet else nothing,
        knee_strike_ms=by_knee.foot_strike_ms,
        toe_off_ms=found.toe_off_ms,
        ankle_toe_off_deg=found.metrics["ankle_toe_off"],
        foot_contact_angle_deg=found.metrics["foot_contact_angle"],
    )


def _measured(truth: Truth, poses: Sequence[Pose], config: Config) -> Errors:
    return compare([run(truth, poses, lambda pose: pose, CameraEstimator(), config)])


def _without_feet(pose: Pose) -> Pose:
    return replace(pose, keypoints=pose.keypoints[: len(COCO_17)], skeleton=COCO_17)
