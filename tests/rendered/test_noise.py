from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hipdrive.rendered.keypoints import KnownPoses, joint_pixels
from hipdrive.rendered.noise import (
    GRID,
    JOINTS,
    Episodes,
    JointNoise,
    PoseNoise,
    disturbed,
    episodes,
    measured,
)
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.times import START_NS, frame_times_ns
from hipdrive.rendered.truth import Truth
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17

SETTINGS = RenderedSettings.model_validate({"seconds": 120.0, "camera": {"fps": 60.0}})
TRUTH = Truth(SETTINGS)
T_S = (frame_times_ns(SETTINGS) - START_NS) / 1e9
PIXELS = joint_pixels(TRUTH, View.of(SETTINGS), T_S)
HIPS, SHOULDERS = PIXELS[:, 11:13].mean(axis=1), PIXELS[:, 5:7].mean(axis=1)
UNIT_PX = 3.8 * float(np.median(np.hypot(*(HIPS - SHOULDERS).T))) / 192
"""Pixels of the picture to one of the model's, whose square is 3.8 torsos wide."""
NEVER = Episodes(0.0, 0.0)
QUIET = JointNoise((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), 0.05, 0.8, 0.0)


def noise(
    *, swaps: Episodes = NEVER, lost: Episodes = NEVER, **knee: tuple[float, float]
) -> PoseNoise:
    """No noise but what is asked of the near knee."""
    joint = replace(QUIET, **knee)  # type: ignore[arg-type]  # no names but those of the errors
    quiet = dict.fromkeys(JOINTS, QUIET)
    return PoseNoise(quiet | {"knee": joint}, quiet, swaps, lost)


def found(model: PoseNoise, near: Side = Side.RIGHT) -> np.ndarray:
    return disturbed(PIXELS, T_S, near, model, np.random.default_rng(5)) / ONE


def knee_errors(**knee: tuple[float, float]) -> np.ndarray:
    """Of the near knee, in pixels of the model's picture."""
    column = COCO_17.index("right_knee")
    return (
        found(noise(swaps=NEVER, lost=NEVER, **knee))[:, column, :2] - PIXELS[:, column]
    ) / UNIT_PX


def test_an_offset_shifts_forwards_and_down() -> None:
    assert knee_errors(offset_px=(3.0, -2.0)).mean(axis=0) == pytest.approx((3, -2), abs=0.05)


def test_white_errors_have_their_sd_and_forget_at_once() -> None:
    errors = knee_errors(white_px=(4.0, 2.0))
    # The grid adds a step's SD, 0.786 px / sqrt(12).
    assert errors.std(axis=0) == pytest.approx((np.hypot(4, 0.227), np.hypot(2, 0.227)), rel=0.04)
    assert abs(np.corrcoef(errors[1:, 0], errors[:-1, 0])[0, 1]) < 0.05


def test_lasting_errors_have_their_sd_and_decay() -> None:
    errors = knee_errors(lasting_px=(4.0, 4.0))
    assert errors.std(axis=0) == pytest.approx((4, 4), rel=0.1)
    after_50_ms = np.corrcoef(errors[3:, 0], errors[:-3, 0])[0, 1]
    assert after_50_ms == pytest.approx(np.exp(-1), abs=0.08)


def test_coordinates_lie_on_the_grid_of_the_model() -> None:
    steps = found(measured())[..., :2] / (GRID * 192 * UNIT_PX)
    # Q16.16 rounds to a few millionths of a step.
    assert np.abs(steps - np.rint(steps)).max() < 1e-4


def test_swapped_legs_are_each_other_s_for_the_share_of_time_that_is_asked() -> None:
    model = noise(swaps=Episodes(per_s=2.0, mean_s=0.1))
    said = found(model)
    left, right = (COCO_17.index(f"{side}_ankle") for side in Side)
    crossed = np.abs(said[:, left, :2] - PIXELS[:, right]).max(axis=1) < UNIT_PX
    apart = np.abs(PIXELS[:, left] - PIXELS[:, right]).max(axis=1) > 4 * UNIT_PX
    # Two a second of the time between them: 0.1 / (0.5 + 0.1) of all time.
    assert (crossed & apart).sum() / apart.sum() == pytest.approx(1 / 6, abs=0.03)
    hips = [COCO_17.index(f"{side}_hip") for side in Side]
    assert np.abs(said[crossed][:, hips, :2] - PIXELS[crossed][:, hips[::-1]]).max() < UNIT_PX


def test_episodes_have_the_configured_mean_length() -> None:
    t_s = np.arange(0, 2000, 1 / 60)
    inside = episodes(Episodes(per_s=0.5, mean_s=0.4), t_s, np.random.default_rng(2))
    begins = int((inside[1:] & ~inside[:-1]).sum())
    assert inside.sum() / 60 / begins == pytest.approx(0.4, rel=0.1)
    assert begins / ((~inside).sum() / 60) == pytest.approx(0.5, rel=0.1)


def test_a_lost_runner_is_not_seen() -> None:
    poses = list(KnownPoses(TRUTH, noise(lost=Episodes(per_s=1.0, mean_s=0.5))))
    share = sum(not pose.runner_seen for pose in poses) / len(poses)
    assert share == pytest.approx(1 / 3, abs=0.06)


def test_scaling_scales_what_is_random_and_leaves_the_offset() -> None:
    model = noise(swaps=Episodes(1.0, 0.2), white_px=(2.0, 2.0), offset_px=(3.0, 0.0)).scaled(2.0)
    assert model.near["knee"].white_px == (4.0, 4.0)
    assert model.near["knee"].offset_px == (3.0, 0.0)
    assert model.swaps == Episodes(2.0, 0.2)


def test_the_same_seed_gives_the_same_poses() -> None:
    settings = RenderedSettings.model_validate({"seconds": 3.0})
    once, again = (list(KnownPoses(Truth(settings), measured())) for _ in range(2))
    other = list(KnownPoses(Truth(settings.model_copy(update={"seed": 2})), measured()))
    assert once == again
    assert once != other


def test_without_noise_the_poses_are_the_truth() -> None:
    poses = list(KnownPoses(TRUTH, None))
    points = np.array([pose.keypoints for pose in poses]) / ONE
    assert np.abs(points[..., :2] - PIXELS).max() < 1 / ONE
    assert [pose.t_ns for pose in poses] == frame_times_ns(SETTINGS).tolist()


def test_what_was_measured_of_movenet_is_plausible() -> None:
    """Published figures of the stock decode: 3.4 degrees of a thigh 40 px long, so about 1.7 px."""
    for joint in measured().near.values():
        total = np.hypot(joint.white_px, joint.lasting_px)
        assert ((total > 0.5) & (total < 4)).all()
        assert 0.3 < joint.score < 1
