"""Key points with known answers: the rendered runner without a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.figure import figure
from hipdrive.rendered.noise import disturbed
from hipdrive.rendered.times import all_seconds, frame_times_ns
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Pose, keypoints
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.noise import PoseNoise
    from hipdrive.rendered.truth import Truth

_STREAM = 5


def joint_pixels(truth: Truth, view: View, t_s: Array) -> Array:
    """Where the 17 key points of the running runner are, [times, 17, 2], x and y in pixels."""
    positions = figure(truth.body, truth.at(t_s), near_is_left=truth.near_side is Side.LEFT)
    return in_picture(positions, truth.near_side, view)


def in_picture(positions: JointPositions, near_side: Side, view: View) -> Array:
    """Pixels of the key points of these joint positions, [times, 17, 2]."""
    columns = []
    for name in COCO_17.joints:
        side, _, joint = name.partition("_")
        leg = "near" if side == near_side else "far"
        columns.append(positions[f"{joint}_{leg}" if joint else name])
    return view.project(np.stack(columns, axis=1))


class KnownPoses:
    """Key points of a rendered runner without its pictures: a source of poses.

    While the runner is away no person is seen.

    Args:
        truth: who runs.
        noise: how the model errs; None: not at all.

    Attributes:
        truth: every answer.
        frame_count: how many poses will come.
    """

    def __init__(self, truth: Truth, noise: PoseNoise | None) -> None:
        self.truth = truth
        self._noise = noise
        self._view = View.of(truth.settings)
        self._t_ns = frame_times_ns(truth.settings)
        self.frame_count = len(self._t_ns)

    def __iter__(self) -> Iterator[Pose]:
        t_s = all_seconds(self._t_ns)
        pixels = joint_pixels(self.truth, self._view, t_s)
        if self._noise:
            chance = np.random.default_rng((self.truth.settings.seed, _STREAM))
            points = disturbed(pixels, t_s, self.truth.near_side, self._noise, chance)
        else:
            sure = np.ones((*pixels.shape[:2], 1))
            points = np.rint(np.concatenate([pixels, sure], axis=2) * ONE).astype(np.int64)
        for start_s, end_s in self.truth.settings.runner.away:
            points[(t_s >= start_s) & (t_s < end_s), :, 2] = 0
        for t_ns, rows in zip(self._t_ns.tolist(), points.tolist(), strict=True):
            yield Pose(t_ns, keypoints(rows))
