"""Which calibration a session uses, and what the gait engine makes of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from hipdrive.config import CameraConfig, Config, TreadmillConfig
from hipdrive.geometry.active_calibration import engine_calibration, load_active_calibration
from hipdrive.geometry.calibration_file import NAME, StoredCalibration, store
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from pathlib import Path


def test_the_engine_takes_the_file_s_roll_and_scale_and_the_configuration_s_belt() -> None:
    treadmill = TreadmillConfig(belt_mps=3.0, incline_percent=5.0)
    made = engine_calibration(treadmill, StoredCalibration(-2.3, 240.5, None))
    assert deg_from_bam(made.roll_bam) == pytest.approx(-2.3)
    assert made.px_per_m == 240.5 * ONE
    assert made.belt_mm_per_s == 3000
    # The arc tangent of 0.05.
    assert deg_from_bam(made.incline_bam) == pytest.approx(2.8624, abs=0.0001)


def test_without_a_file_nothing_is_taken_off() -> None:
    nothing = engine_calibration(TreadmillConfig(), None)
    assert (nothing.roll_bam, nothing.px_per_m, nothing.belt_mm_per_s) == (0, None, None)


def test_the_stored_calibration_is_used_for_the_picture_it_was_made_with(tmp_path: Path) -> None:
    parts, config = DegradedParts(), Config(data_dir=str(tmp_path))
    assert load_active_calibration(config, parts).stored is None
    store(tmp_path / NAME, {"roll_deg": 1.5, "px_per_m": None, "size_px": [640, 480]})
    active = load_active_calibration(config, parts)
    assert active.stored == StoredCalibration(1.5, None, (640, 480))
    assert not parts.ever
    upright = Config(data_dir=str(tmp_path), camera=CameraConfig(width_px=480, height_px=640))
    unused = load_active_calibration(upright, parts)
    assert unused.stored is None
    (degraded,) = parts.now
    assert degraded.part is DevicePart.CALIBRATION
    assert "640 x 480, and it is 480 x 640 now; run hipdrive calibrate again" in degraded.reason


@pytest.mark.parametrize("content", ["{", '{"roll_deg": 1e999}', "a pipe"])
def test_a_calibration_that_is_none_degrades_the_device_and_none_is_used(
    tmp_path: Path, content: str
) -> None:
    if content == "a pipe":
        os.mkfifo(tmp_path / NAME)
    else:
        (tmp_path / NAME).write_text(content, encoding="utf-8")
    parts = DegradedParts()
    assert load_active_calibration(Config(data_dir=str(tmp_path)), parts).stored is None
    (warning,) = parts.warnings
    assert warning.startswith("not calibrated: ")
