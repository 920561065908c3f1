"""The engine takes the camera's roll off."""

from __future__ import annotations

from math import cos, radians, sin
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.rendered.compare import Measured, compare
from hipdrive.rendered.truth import Truth
from hipdrive.types.angle import bam_from_deg, deg_from_bam
from hipdrive.types.calibration import Calibration
from hipdrive.types.side import Side
from support.gait.measure import run
from support.geometry.rendered_camera import poses_of, settings
from support.keypoints import mapped
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.rendered.compare import Errors
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.types.pose import Pose


pytestmark = pytest.mark.long


def rolled(pose: Pose, roll_deg: float) -> Pose:
    """What a camera turned clockwise shows: everything turned anticlockwise, y down."""
    cosine, sine = cos(radians(roll_deg)), sin(radians(roll_deg))
    return mapped(
        pose,
        lambda p: (round(p.x * cosine + p.y * sine), round(p.y * cosine - p.x * sine), p.score),
    )


@pytest.mark.parametrize("faces", list(Side))
@pytest.mark.parametrize("roll_deg", [-7.0, 2.0, 12.0])
def test_a_rolled_runner_with_the_roll_taken_off_is_the_level_one(
    faces: Side, roll_deg: float
) -> None:
    poses = Walker(faces=faces).poses(frame_times(30, 12))
    tilted = [rolled(pose, roll_deg) for pose in poses]
    level, strides = run(GaitEngine(), poses)
    calibration = Calibration(roll_bam=bam_from_deg(roll_deg))
    samples, taken_off = run(GaitEngine(calibration=calibration), tilted)
    _, left_on = run(GaitEngine(), tilted)
    for before, after in zip(level, samples, strict=True):
        for name in ("near_thigh_ext_bam", "far_thigh_ext_bam", "near_hip_ext_bam"):
            assert deg_from_bam(getattr(after, name)) == pytest.approx(
                deg_from_bam(getattr(before, name)), abs=0.002
            )
    towards = 1 if faces is Side.RIGHT else -1
    for plain, turned, tilt in zip(strides, taken_off, left_on, strict=True):
        assert deg_from_bam(turned.thigh_ext_bam) == pytest.approx(
            deg_from_bam(plain.thigh_ext_bam), abs=0.002
        )
        # A camera turned clockwise tips a runner who faces right backwards in the picture.
        lost_deg = deg_from_bam(plain.thigh_ext_bam - tilt.thigh_ext_bam)
        assert lost_deg == pytest.approx(towards * roll_deg, abs=0.002)
        assert deg_from_bam(turned.hip_ext_bam) == pytest.approx(
            deg_from_bam(tilt.hip_ext_bam), abs=0.002
        )


def errors(asked: RenderedSettings, calibration: Calibration) -> Errors:
    samples, strides = run(GaitEngine(calibration=calibration), poses_of(asked))
    return compare([Measured(Truth(asked), samples, strides)])


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("roll_deg", [-5.0, 5.0])
def test_a_rendered_runner_is_measured_as_well_as_with_a_level_camera(
    roll_deg: float, facing: str
) -> None:
    runner = {"facing": facing}
    level = errors(settings(20.0, runner=runner), Calibration()).thigh_ext_deg.bias
    tilted = settings(20.0, runner=runner, camera={"roll_deg": roll_deg})
    calibration = Calibration(roll_bam=bam_from_deg(roll_deg))
    taken_off = errors(tilted, calibration).thigh_ext_deg.bias
    left_on = errors(tilted, Calibration()).thigh_ext_deg.bias
    assert level is not None
    assert taken_off == pytest.approx(level, abs=0.1)
    assert abs((left_on or 0) - level) == pytest.approx(5, abs=0.1)
