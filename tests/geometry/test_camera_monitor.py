"""What a session reports about its camera."""

from __future__ import annotations

import pytest

from hipdrive.config import RunnerConfig, TreadmillConfig
from hipdrive.gait.engine import GaitEngine
from hipdrive.geometry.camera_monitor import CameraMonitor
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.calibration import Calibration
from hipdrive.types.frame_result import FrameResult
from support.geometry.rendered_camera import poses_of, settings


def watched(
    treadmill: TreadmillConfig | None = None,
    runner: RunnerConfig | None = None,
    taken_off_deg: float | None = None,
    seconds: float = 20.0,
    **camera: float,
) -> CameraMonitor:
    calibration = Calibration(roll_bam=bam_from_deg(taken_off_deg or 0))
    calibrated = taken_off_deg is not None
    monitor = CameraMonitor(
        treadmill or TreadmillConfig(),
        runner or RunnerConfig(),
        calibration,
        calibrated=calibrated,
    )
    engine = GaitEngine(calibration=calibration)
    for pose in poses_of(settings(seconds, camera=camera)):
        monitor.on_frame(FrameResult(pose, engine.step(pose), ()))
    return monitor


@pytest.mark.parametrize("yaw_deg", [-5.0, 0.0, 5.0])
def test_a_camera_that_stands_as_it_should_is_no_warning(yaw_deg: float) -> None:
    assert watched(yaw_deg=yaw_deg).warnings == []


@pytest.mark.parametrize(("roll_deg", "way"), [(6.0, "clockwise"), (-6.0, "anticlockwise")])
def test_a_camera_that_hangs_is_a_warning_with_the_figure(roll_deg: float, way: str) -> None:
    (warning,) = watched(roll_deg=roll_deg).warnings
    _, figure = warning.split("hangs ")
    assert float(figure[:3]) == pytest.approx(6, abs=0.7)
    assert f"° {way}: thigh extension" in warning
    assert warning.endswith("run hipdrive calibrate")


def test_a_roll_that_is_taken_off_is_no_warning_and_one_that_came_since_is() -> None:
    assert watched(taken_off_deg=6.0, roll_deg=6.0).warnings == []
    (warning,) = watched(taken_off_deg=6.0, roll_deg=2.0).warnings
    assert "anticlockwise more than when it was calibrated" in warning
    assert warning.endswith("run hipdrive calibrate again")


@pytest.mark.parametrize(("yaw_deg", "whence"), [(15.0, "ahead"), (-15.0, "behind")])
def test_a_camera_more_than_10_degrees_off_the_side_is_a_warning_with_the_figure(
    yaw_deg: float, whence: str
) -> None:
    *_, warning = watched(yaw_deg=yaw_deg).warnings
    _, figure = warning.split("about ")
    assert float(figure[:2]) == pytest.approx(15, abs=2.5)
    assert f"from {whence}: " in warning


def test_the_summary_has_what_was_found() -> None:
    summary = watched(runner=RunnerConfig(height_m=1.75), taken_off_deg=1.0, roll_deg=2.0).summary()
    assert summary.calibrated is True
    assert summary.roll_taken_off_deg == 1
    assert summary.roll_deg == pytest.approx(2, abs=0.7)
    assert summary.yaw_deg == pytest.approx(0, abs=2.5)
    assert summary.belt_mps == pytest.approx(3, rel=0.03)
    # 20 s at 170 steps a minute, less the first seconds.
    assert summary.strides is not None
    assert 22 <= summary.strides <= 28


def test_a_configured_belt_goes_before_the_found_one_and_gives_the_scale() -> None:
    summary = watched(TreadmillConfig(belt_mps=3.1)).summary()
    assert summary.belt_mps == 3.1
    known = watched(runner=RunnerConfig(height_m=1.75)).summary()
    assert known.px_per_m is not None
    assert summary.px_per_m == pytest.approx(known.px_per_m * 3.0 / 3.1, rel=0.03)
    both = watched(TreadmillConfig(belt_mps=3.1), RunnerConfig(height_m=1.75)).summary()
    assert (both.px_per_m, both.belt_mps) == (known.px_per_m, 3.1)


def test_what_is_not_known_is_null() -> None:
    summary = watched(seconds=4.0).summary()
    for name in ("roll_deg", "roll_se_deg", "yaw_deg", "px_per_m", "belt_mps"):
        assert getattr(summary, name) is None
    assert summary.calibrated is False
    assert watched(seconds=4.0).warnings == []
    without = watched().summary()
    assert without.roll_deg is not None
    assert (without.px_per_m, without.belt_mps) == (None, None)
