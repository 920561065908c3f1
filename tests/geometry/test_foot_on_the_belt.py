"""Roll and belt from the foot followed in rendered pictures, through the errors of a pose model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.pose.foot_tracker import FootTracker
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner
from hipdrive.types.angle import deg_from_bam
from support.geometry.rendered_camera import (
    HEIGHT_MM,
    PEAKS,
    at_speed,
    estimated,
    poses_of,
    roll_deg,
    settings,
)

if TYPE_CHECKING:
    from hipdrive.geometry.camera_estimate import CameraEstimate
    from hipdrive.types.pose import Pose

pytestmark = pytest.mark.long

SECONDS = 20.0


@cache
def _followed(asked: str) -> tuple[Pose, ...]:
    """Key points with MoveNet's noise, and the foot as it is seen in the picture around them."""
    settings, watch = RenderedSettings.model_validate_json(asked), FootTracker()
    frames = RenderedRunner(settings)
    return tuple(
        replace(pose, foot=watch(frame.image, pose) if pose.runner_seen else None)
        for frame, pose in zip(frames, poses_of(settings, noisy=True), strict=True)
    )


def followed(**tables: Any) -> tuple[Pose, ...]:  # noqa: ANN401  # tables of keys, as in a file
    return _followed(settings(SECONDS, **tables).model_dump_json())


def path_error_deg(estimate: CameraEstimate, roll_deg: float) -> float:
    """Of the belt's direction in the picture of a camera square to it."""
    forward = 1 if estimate.facing == "right" else -1
    return forward * deg_from_bam(estimate.tilt_bam) - roll_deg


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize("asked_deg", [-5.0, -2.0, 0.0, 2.0, 5.0])
def test_the_belt_s_direction_is_found_to_a_third_of_a_degree(
    asked_deg: float, facing: str
) -> None:
    estimate = estimated(followed(camera={"roll_deg": asked_deg}, runner={"facing": facing}))
    assert path_error_deg(estimate, asked_deg) == pytest.approx(0, abs=0.35)
    assert deg_from_bam(estimate.tilt_se_bam) < 0.15


@pytest.mark.parametrize(
    "camera", [{"fps": 20.0}, {"fps": 60.0}, {"exposure_ms": 16.0}, {"noise": 20.0}]
)
def test_so_it_is_at_other_frame_rates_and_in_poor_light(camera: dict[str, float]) -> None:
    estimate = estimated(followed(camera={"roll_deg": 3.0, **camera}))
    assert path_error_deg(estimate, 3.0) == pytest.approx(0, abs=0.35)


@pytest.mark.parametrize("speed_mps", PEAKS)
def test_so_it_is_at_every_speed_and_the_speed_is_found(speed_mps: float) -> None:
    estimate = estimated(followed(**at_speed(speed_mps)))
    assert path_error_deg(estimate, 0.0) == pytest.approx(0, abs=0.5)
    belt_mps = estimate.belt_mm_per_s(estimate.px_per_m(HEIGHT_MM)) / 1000
    assert belt_mps == pytest.approx(speed_mps, rel=0.03)


def test_a_clock_or_a_recording_that_loses_frames_changes_nothing() -> None:
    """The foot's shift is given with the time it took."""
    poses = followed(camera={"roll_deg": 3.0})
    kept = [pose for number, pose in enumerate(poses) if number % 5]
    assert path_error_deg(estimated(kept), 3.0) == pytest.approx(0, abs=0.35)


def test_where_too_few_feet_are_seen_the_ankles_tell() -> None:
    poses = followed()
    unseen = [replace(pose, foot=None) for pose in poses]
    few = [*poses[:150], *unseen[150:]]
    assert roll_deg(estimated(few)) == roll_deg(estimated(unseen)) != roll_deg(estimated(poses))
