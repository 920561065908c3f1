"""What the Pi's camera delivers, and how it is closed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hipdrive.camera import pi
from hipdrive.config import CameraConfig
from hipdrive.health.degraded import DegradedParts
from support.camera.fake_picamera2 import Nothing, Rig
from support.camera.fake_request import Shot
from support.camera.opened import (
    BLUE,
    GREEN,
    PADDED,
    RED,
    first,
    hooks,
    open_camera,
    rig,
    times,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.camera.source import FrameSource

__all__ = ["hooks", "rig"]

# Pictures


@pytest.mark.parametrize("config", [PADDED, CameraConfig(), CameraConfig(height_px=196)])
def test_the_picture_is_red_first_and_has_no_padding(rig: Rig, config: CameraConfig) -> None:
    rig.add([Shot(1, RED, right=BLUE)])
    with open_camera(rig, config) as camera:
        image = first(camera).image
        middle = config.width_px // 2
        assert image.dtype == np.uint8
        assert image.shape == (config.height_px, config.width_px, 3)
        assert np.abs(image[:, :middle].astype(int) - (255, 0, 0)).max() <= 2
        assert np.abs(image[:, middle:].astype(int) - (0, 0, 255)).max() <= 2


def test_each_frame_has_its_own_picture(rig: Rig) -> None:
    rig.add([Shot(1, RED), Shot(2, GREEN), Shot(3, BLUE)])
    with open_camera(rig) as camera:
        brightest = [int(frame.image[0, 0].argmax()) for frame in islice(camera, 3)]
    assert brightest == [0, 1, 2]


def test_the_picture_survives_the_release_of_its_request(rig: Rig) -> None:
    rig.add([Shot(1, GREEN)])
    with open_camera(rig) as camera:
        image = first(camera).image
        assert rig.held == 0
        assert np.abs(image.astype(int) - (0, 255, 0)).max() <= 2


# Times


def test_the_time_is_the_sensors(rig: Rig) -> None:
    rig.add([Shot(123_456_789_012_345), Shot(123_456_805_679_011)])
    with open_camera(rig) as camera:
        assert times(camera, 2) == [123_456_789_012_345, 123_456_805_679_011]


def test_frames_without_a_time_or_with_an_old_one_are_dropped_and_counted(rig: Rig) -> None:
    rig.add([Shot(10), Shot(None), Shot(10), Shot(9), Shot(11)])
    with open_camera(rig) as camera:
        assert camera.warnings == []
        assert times(camera, 2) == [10, 11]
        (warning,) = camera.warnings
        camera.begin_session(DegradedParts())
        assert camera.warnings == []
    assert "3 frames without a usable time" in warning
    assert rig.held == 0


# The queue


def test_a_slow_camera_loses_no_frame_and_no_buffer(rig: Rig) -> None:
    """Ten times as many time-outs as there are buffers."""
    for t_ns in range(1, 11):
        rig.add([Nothing(), Nothing(), Nothing(), Nothing(), Shot(t_ns)])
    with open_camera(rig) as camera:
        assert times(camera, 10) == list(range(1, 11))
    assert (rig.held, rig.most_held, rig.lost) == (0, 1, 0)


def test_the_job_of_one_iteration_goes_on_in_the_next(rig: Rig) -> None:
    stop = iter([False, True, False])
    rig.add([Nothing(), Shot(1)])
    with open_camera(rig, should_stop=lambda: next(stop)) as camera:
        assert list(camera) == []
        assert first(camera).t_ns == 1
    assert rig.most_held == 1


def test_a_slow_caller_gets_the_newest_frame(rig: Rig) -> None:
    rig.add([Shot(1)])
    with open_camera(rig) as camera:
        frames = iter(camera)
        next(frames)
        for t_ns in range(2, 20):
            rig.play(Shot(t_ns))
        assert next(frames).t_ns == 19
    assert rig.lost == 0


def test_the_time_that_the_caller_takes_is_no_stall(rig: Rig) -> None:
    rig.add([Shot(1)])
    with open_camera(rig) as camera:
        frames = iter(camera)
        next(frames)
        rig.now_ns += 100_000_000_000
        rig.add([Nothing(), Shot(2)])
        assert next(frames).t_ns == 2


# Stopping


def test_a_stop_is_seen_after_one_wait(rig: Rig) -> None:
    answers = iter([False, False, True])
    rig.add([Nothing(), Nothing(), Shot(1)])
    with open_camera(rig, should_stop=lambda: next(answers)) as camera:
        assert list(camera) == []
    assert rig.now_ns == 2 * pi.POLL_S * 1e9
    assert pi.POLL_S <= 0.2


def test_closing_takes_the_waiting_job_away_first(
    rig: Rig, hooks: list[Callable[[], object]]
) -> None:
    answers = iter([False, True])
    rig.add([Nothing()])
    with open_camera(rig, should_stop=lambda: next(answers)) as camera:
        assert list(camera) == []
        assert len(hooks) == 1
    assert rig.log == ["start", "flush", "close on camera-close", "closed"]
    assert camera.warnings == []
    assert hooks == []


def test_a_frame_that_came_just_before_closing_is_released(rig: Rig) -> None:
    answers = iter([False, True])
    rig.add([Nothing()])
    with open_camera(rig, should_stop=lambda: next(answers)) as camera:
        assert list(camera) == []
        rig.play(Shot(1))
        assert rig.held == 1
    assert rig.held == 0


def test_closing_twice_is_closing_once(rig: Rig) -> None:
    camera = open_camera(rig)
    camera.close()
    camera.close()
    assert rig.log == ["start", "flush", "close on camera-close", "closed"]


def test_a_stop_that_hangs_does_not_hang_the_caller(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, hooks: list[Callable[[], object]]
) -> None:
    monkeypatch.setattr(pi, "CLOSE_S", 0)
    rig.unplugged = True
    camera = open_camera(rig)
    camera.close()
    (warning,) = camera.warnings
    assert "did not stop" in warning
    assert "ribbon cable" in warning
    assert "closed" not in rig.log
    rig.end()
    assert hooks == []


def test_an_error_while_closing_is_a_warning(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    camera = open_camera(rig)

    def fail() -> None:
        raise RuntimeError("release failed")

    monkeypatch.setattr(rig.camera, "cancel_all_and_flush", fail)
    camera.close()
    (warning,) = camera.warnings
    assert "closing failed (release failed)" in warning


# What is asked of the camera


def configured(rig: Rig, config: CameraConfig) -> dict[str, Any]:
    with open_camera(rig, config):
        assert rig.camera is not None
        return rig.camera.camera_configuration()


def test_both_streams_show_the_same(rig: Rig) -> None:
    config = configured(rig, CameraConfig(width_px=640, height_px=360))
    assert config["main"]["size"] == config["lores"]["size"] == (640, 360)
    assert config["lores"]["format"] == "YUV420"


def test_the_rate_is_asked_for_exactly(rig: Rig) -> None:
    config = configured(rig, CameraConfig(fps=120))
    assert config["controls"]["FrameDurationLimits"] == (8333, 8333)


def test_large_pictures_have_the_colours_that_opencv_expects(rig: Rig) -> None:
    config = configured(rig, CameraConfig(width_px=1920, height_px=1080))
    assert config["colour_space"] == "Smpte170m"


def test_the_sensor_has_buffers_left_while_one_is_kept_and_one_is_held(rig: Rig) -> None:
    assert 4 <= configured(rig, CameraConfig())["buffer_count"] <= 6


def test_the_camera_goes_by_its_model(rig: Rig) -> None:
    opened: FrameSource = open_camera(rig)
    with opened as camera:
        assert camera.name == "imx708"
        assert camera.frame_count is None
