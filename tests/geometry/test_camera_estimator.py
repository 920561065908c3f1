"""What running tells of the camera, held against rendered runners whose camera is known."""

from __future__ import annotations

from dataclasses import replace
from math import atan, cos, degrees, radians, sin
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.geometry.camera_estimator import LEAST_STRIDES, POSES_KEPT, STRIDES_KEPT
from hipdrive.rendered.body import HALF_HIPS
from hipdrive.rendered.view import View
from hipdrive.types.angle import bam_from_deg, deg_from_bam
from hipdrive.types.calibration import YawError
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import LEFT_ANKLE, RIGHT_ANKLE
from support.geometry.rendered_camera import (
    HEIGHT_MM,
    PEAKS,
    at_speed,
    estimated,
    estimator,
    poses_of,
    roll_deg,
    settings,
)
from support.keypoints import mapped
from support.walker import mirrored, swapped_legs

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.types.pose import Pose

pytestmark = pytest.mark.long

ROLLS_DEG = (-5.0, -2.0, 0.0, 2.0, 5.0)
each_facing = pytest.mark.parametrize("facing", ["right", "left"])


def moved(pose: Pose, place: Callable[[float, float], tuple[float, float]]) -> Pose:
    """The pose with each key point put elsewhere."""
    return mapped(pose, lambda point: (*map(round, place(point.x, point.y)), point.score))


@each_facing
@pytest.mark.parametrize("asked_deg", ROLLS_DEG)
def test_the_roll_is_found_from_true_key_points(asked_deg: float, facing: str) -> None:
    """To within what is left of heel and ankle going up and down."""
    poses = poses_of(settings(camera={"roll_deg": asked_deg}, runner={"facing": facing}))
    estimate = estimated(poses)
    assert roll_deg(estimate) == pytest.approx(asked_deg, abs=0.7)
    assert estimate.facing == facing


@pytest.mark.parametrize("asked_deg", ROLLS_DEG)
def test_the_roll_is_found_through_the_noise_of_a_pose_model(asked_deg: float) -> None:
    estimate = estimated(poses_of(settings(60.0, camera={"roll_deg": asked_deg}), noisy=True))
    assert 0.1 < deg_from_bam(estimate.tilt_se_bam) < 1
    assert roll_deg(estimate) == pytest.approx(asked_deg, abs=1.5)


@each_facing
def test_turning_the_key_points_turns_the_roll_by_as_much(facing: str) -> None:
    """Whatever the estimator errs about: the difference is geometry."""
    poses = poses_of(settings(runner={"facing": facing}))
    before = roll_deg(estimated(poses))
    for turn_deg in (-8.0, 3.0):
        cosine, sine = cos(radians(turn_deg)), sin(radians(turn_deg))

        def turned(x: float, y: float, c: float = cosine, s: float = sine) -> tuple[float, float]:
            # Clockwise camera, anticlockwise picture.
            return x * c + y * s, y * c - x * s

        after = roll_deg(estimated(moved(pose, turned) for pose in poses))
        assert after - before == pytest.approx(turn_deg, abs=0.3)


def test_an_incline_passes_for_roll_unless_it_is_known() -> None:
    estimate = estimated(poses_of(settings(treadmill={"incline_percent": 6.0})))
    assert roll_deg(estimate, 6.0) == pytest.approx(0, abs=1)
    slope_deg = degrees(atan(0.06))
    assert roll_deg(estimate) - roll_deg(estimate, 6.0) == pytest.approx(slope_deg, abs=0.01)
    left = estimated(
        poses_of(settings(treadmill={"incline_percent": 6.0}, runner={"facing": "left"}))
    )
    assert roll_deg(left) - roll_deg(left, 6.0) == pytest.approx(-slope_deg, abs=0.01)


TOO_FAST = pytest.mark.xfail(
    reason="not reached by the ankles alone: 3.5 % off at 4.5 m/s with the stock decode's noise; a "
    "contact is five frames there, and the ankle's error goes with the phase of the stride"
)


@pytest.mark.parametrize(
    "speed_mps", [pytest.param(v, marks=TOO_FAST if v == 4.5 else ()) for v in PEAKS]
)
def test_the_belt_s_speed_is_found_from_the_runner_s_height(speed_mps: float) -> None:
    """3 % is what the product promises; the model's noise is in it."""
    estimate = estimated(poses_of(settings(60.0, **at_speed(speed_mps)), noisy=True))
    belt_mps = estimate.belt_mm_per_s(estimate.px_per_m(HEIGHT_MM)) / 1000
    assert belt_mps == pytest.approx(speed_mps, rel=0.03)


@pytest.mark.parametrize("distance_m", [2.2, 2.75, 3.5])
def test_the_scale_is_that_of_the_near_leg_s_plane(distance_m: float) -> None:
    asked = settings(camera={"distance_m": distance_m})
    near = np.array([0.0, -HALF_HIPS * HEIGHT_MM / 1000, 0.5])
    truth = float(View.of(asked).scale(near))
    assert estimated(poses_of(asked)).px_per_m(HEIGHT_MM) / ONE == pytest.approx(truth, rel=0.02)


def test_a_known_speed_gives_the_scale_too() -> None:
    estimate = estimated(poses_of(settings()))
    px_per_m = estimate.px_per_m_from_belt(3000)
    assert estimate.belt_mm_per_s(px_per_m) == 3000
    assert px_per_m == pytest.approx(estimate.px_per_m(HEIGHT_MM), rel=0.04)


@each_facing
@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("yaw_deg", [-15.0, -5.0, 0.0, 5.0, 15.0])
def test_yaw_is_found_well_enough_to_warn(yaw_deg: float, facing: str, *, noisy: bool) -> None:
    asked = settings(camera={"yaw_deg": yaw_deg}, runner={"facing": facing})
    estimate = estimated(poses_of(asked, noisy=noisy))
    assert deg_from_bam(estimate.yaw_bam) == pytest.approx(yaw_deg, abs=2.5)


@each_facing
def test_what_a_model_does_to_the_yaw_is_taken_off_yaw_and_roll(facing: str) -> None:
    poses = poses_of(settings(runner={"facing": facing}))
    plain, error_deg = estimated(poses), {"left": -1.0, "right": -3.0}
    error = YawError(*(bam_from_deg(error_deg[side]) for side in ("left", "right")))
    better = estimated(poses, error)
    by_deg = deg_from_bam(better.yaw_bam - plain.yaw_bam)
    assert by_deg == pytest.approx(-error_deg[facing], abs=1e-6)
    forward = 1 if facing == "right" else -1
    # The tilt of a yaw: 0.32 of it.
    assert roll_deg(better) - roll_deg(plain) == pytest.approx(forward * 0.32 * by_deg, abs=1e-3)


def test_the_roll_is_no_surer_than_the_yaw_that_is_taken_off() -> None:
    estimate = estimated(poses_of(settings()))
    assert deg_from_bam(replace(estimate, tilt_se_bam=0).roll_se_bam) == pytest.approx(
        0.416, abs=0.01
    )
    doubtful = replace(estimate, tilt_se_bam=bam_from_deg(1.0))
    assert deg_from_bam(doubtful.roll_se_bam) == pytest.approx(1.083, abs=0.01)


@each_facing
@pytest.mark.parametrize("yaw_deg", [-10.0, 10.0])
def test_yaw_does_not_pass_for_roll(yaw_deg: float, facing: str) -> None:
    """It tilts the path by 3.3 degrees."""
    asked = settings(camera={"yaw_deg": yaw_deg}, runner={"facing": facing})
    assert roll_deg(estimated(poses_of(asked))) == pytest.approx(0, abs=1)


def test_legs_taken_for_one_another_where_they_cross_change_next_to_nothing() -> None:
    poses = poses_of(settings())
    crossing = [
        swapped_legs(pose) if abs(pose[RIGHT_ANKLE].x - pose[LEFT_ANKLE].x) < 25 * ONE else pose
        for pose in poses
    ]
    assert crossing != list(poses)
    assert roll_deg(estimated(crossing)) == pytest.approx(roll_deg(estimated(poses)), abs=0.5)


def test_a_mirror_turns_roll_and_facing_and_nothing_else() -> None:
    poses = poses_of(settings(camera={"roll_deg": 4.0}))
    plain, mirror = estimated(poses), estimated(mirrored(pose, 640) for pose in poses)
    assert {plain.facing, mirror.facing} == {"left", "right"}
    assert mirror.roll_bam(0) == -plain.roll_bam(0)
    assert (mirror.yaw_bam, mirror.leg, mirror.speed) == (plain.yaw_bam, plain.leg, plain.speed)


def test_a_runner_who_is_elsewhere_and_twice_as_large_hangs_the_same() -> None:
    poses = poses_of(settings(camera={"roll_deg": 4.0}))
    plain = estimated(poses)
    larger = estimated(
        moved(pose, lambda x, y: (2 * x + 90 * ONE, 2 * y - 40 * ONE)) for pose in poses
    )
    assert larger.roll_bam(0) == pytest.approx(plain.roll_bam(0), abs=2000)
    assert larger.px_per_m(HEIGHT_MM) == pytest.approx(2 * plain.px_per_m(HEIGHT_MM), rel=1e-4)
    assert larger.speed == pytest.approx(2 * plain.speed, rel=1e-4)


def test_a_few_strides_are_not_enough() -> None:
    poses = poses_of(settings())
    # A stride takes 0.7 s, and the first seconds go into estimate the facing.
    few = estimator(pose for pose in poses if pose.t_ns - poses[0].t_ns < 5_000_000_000)
    assert few.strides < LEAST_STRIDES
    assert few.estimate() is None
    assert estimator([]).estimate() is None


def test_memory_stays_constant() -> None:
    poses = poses_of(settings(), noisy=True)
    made = estimator(poses)
    assert len(made._poses) <= POSES_KEPT
    stride = made._by_ankle[0]
    for _ in range(3 * STRIDES_KEPT):
        made._by_ankle.append(stride)
    assert made.strides == STRIDES_KEPT
