"""How a model's legs are judged, against key points whose errors are planted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.rendered.compare import Measured
from hipdrive.rendered.keypoints import joint_pixels
from hipdrive.rendered.leg_errors import leg_errors
from hipdrive.rendered.times import START_NS
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Pose, keypoints
from hipdrive.types.skeleton import COCO_17
from support.rendered.runners import Array, truth_of

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth

FRAMES = 90
T_S = np.arange(FRAMES) / 30
NEAR, FAR = (
    {joint: COCO_17.index(f"{side}_{joint}") for joint in ("hip", "knee", "ankle")}
    for side in ("right", "left")
)


@cache
def runner() -> Truth:
    return truth_of()


def pixels() -> Array:
    return joint_pixels(runner(), View.of(runner().settings), T_S)


def measured_with(points: Array, score: float = 0.8) -> Measured:
    scores = np.full((*points.shape[:2], 1), score)
    whole = np.rint(np.concatenate([points, scores], axis=2) * ONE).astype(int)
    poses = [
        Pose(START_NS + round(t_s * 1e9), keypoints(row.tolist()))
        for t_s, row in zip(T_S, whole, strict=True)
    ]
    return Measured(runner(), [], [], poses=poses)


def swapped(points: Array, frames: slice) -> Array:
    found = points.copy()
    for joint in ("knee", "ankle"):
        found[frames, NEAR[joint]] = points[frames, FAR[joint]]
        found[frames, FAR[joint]] = points[frames, NEAR[joint]]
    return found


def test_true_key_points_have_no_errors() -> None:
    errors = leg_errors(measured_with(pixels()))
    assert (errors.swapped, errors.knee_collapsed, errors.ankle_collapsed) == (0, 0, 0)
    assert errors.hip_ahead == 0
    assert errors.score == pytest.approx(0.8, abs=1e-3)


def test_legs_that_always_change_names_are_swapped() -> None:
    errors = leg_errors(measured_with(swapped(pixels(), slice(None))))
    assert errors.swapped == 1
    assert errors.knee_collapsed == errors.ankle_collapsed == 0


def test_swaps_are_a_share_of_the_frames_in_which_legs_are_apart() -> None:
    """Half of the frames, of two strides and more: half of those with the legs apart, about."""
    errors = leg_errors(measured_with(swapped(pixels(), slice(FRAMES // 2))))
    assert errors.swapped == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("joint", ["knee", "ankle"])
@pytest.mark.parametrize(("kept", "lost"), [(NEAR, FAR), (FAR, NEAR)])
def test_two_joints_on_one_leg_are_a_collapse(
    joint: str, kept: dict[str, int], lost: dict[str, int]
) -> None:
    found = pixels()
    found[:, lost[joint]] = found[:, kept[joint]] + [1, 1]
    errors = leg_errors(measured_with(found))
    shares = {"knee": errors.knee_collapsed, "ankle": errors.ankle_collapsed}
    assert shares.pop(joint) == 1
    assert set(shares.values()) == {0}


def test_a_hip_pulled_forward_is_measured_in_torsos() -> None:
    found = pixels()
    shoulders = (
        found[:, COCO_17.index("left_shoulder")] + found[:, COCO_17.index("right_shoulder")]
    ) / 2
    hips = (found[:, COCO_17.index("left_hip")] + found[:, COCO_17.index("right_hip")]) / 2
    torso_px = float(np.median(np.hypot(*(shoulders - hips).T)))
    found[:, NEAR["hip"], 0] += 0.05 * torso_px
    assert leg_errors(measured_with(found)).hip_ahead == pytest.approx(5.0, abs=0.05)
