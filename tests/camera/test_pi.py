from __future__ import annotations

import atexit
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from hipdrive.camera import pi
from hipdrive.camera.pi import PiCamera
from hipdrive.config import CameraConfig
from hipdrive.errors import CameraError
from support.fake_picamera2 import Failure, Nothing, Rig, Shot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hipdrive.camera.source import FrameSource
    from hipdrive.types.frame import Frame

RED, GREEN, BLUE = (81, 90, 240), (145, 54, 34), (41, 240, 110)
"""BT.601, limited range."""

PADDED = CameraConfig(width_px=200, height_px=194, fps=50, stall_s=1.0)
"""200 is no multiple of 64, and with 194 a plane ends within a row of the array."""


def never() -> bool:
    return False


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.end()


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What would run at the end of the process."""
    hooks: list[Callable[[], object]] = []
    monkeypatch.setattr(atexit, "register", hooks.append)

    def unregister(hook: Callable[[], object]) -> None:
        if hook in hooks:
            hooks.remove(hook)

    monkeypatch.setattr(atexit, "unregister", unregister)
    return hooks


def open_camera(
    rig: Rig, config: CameraConfig = PADDED, should_stop: Callable[[], bool] = never
) -> PiCamera:
    return PiCamera(config, should_stop, picamera2=rig.module, clock_ns=rig.clock_ns)


def times(camera: PiCamera, count: int) -> list[int]:
    frames = iter(camera)
    return [next(frames).t_ns for _ in range(count)]


def first(camera: PiCamera) -> Frame:
    return next(iter(camera))


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
        camera.begin_session()
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


# Stalls and failures


def test_a_stall_is_an_error_with_a_remedy(rig: Rig) -> None:
    rig.add([Shot(1), *[Nothing()] * 5])
    with open_camera(rig) as camera:
        frames = iter(camera)
        next(frames)
        start_ns = rig.now_ns
        with pytest.raises(CameraError, match=r"imx708: no frame for 1 s.*ribbon cable.*restarts"):
            next(frames)
        assert rig.now_ns - start_ns == 1_000_000_000


def test_a_camera_that_never_starts_is_a_stall(rig: Rig) -> None:
    rig.add([Nothing()] * 5)
    with open_camera(rig) as camera, pytest.raises(CameraError, match="no frame for 1 s"):
        first(camera)


def test_a_frame_in_time_puts_the_stall_off(rig: Rig) -> None:
    rig.add([Nothing()] * 4)
    rig.add([Shot(1)])
    rig.add([Nothing()] * 4)
    rig.add([Shot(2)])
    with open_camera(rig) as camera:
        assert times(camera, 2) == [1, 2]


def test_frames_without_times_are_a_stall_too(rig: Rig) -> None:
    rig.add([Shot(None)] * 50)
    with (
        open_camera(rig) as camera,
        pytest.raises(CameraError, match=r"usable time \(50 without\) for 1 s"),
    ):
        first(camera)
    assert rig.held == 0


def test_after_a_stall_the_camera_is_left_to_the_end_of_the_process(
    rig: Rig, hooks: list[Callable[[], object]]
) -> None:
    rig.unplugged = True
    rig.add([Nothing()] * 5)
    with open_camera(rig) as camera, pytest.raises(CameraError):
        first(camera)
    camera.close()
    assert rig.log == ["start"]
    assert hooks == []


def test_a_failed_capture_is_an_error_with_a_remedy(rig: Rig) -> None:
    rig.add([Failure(RuntimeError("buffer lost"))])
    with (
        open_camera(rig) as camera,
        pytest.raises(CameraError, match=r"imx708: capture failed \(buffer lost\).*ribbon cable"),
    ):
        first(camera)


def test_a_request_is_released_when_its_picture_cannot_be_converted(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise cv2.error("no memory")

    monkeypatch.setattr(cv2, "cvtColor", fail)
    rig.add([Shot(1)])
    with open_camera(rig) as camera, pytest.raises(CameraError, match="no memory"):
        first(camera)
    assert rig.held == 0


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


# What may be missing


def test_no_camera(rig: Rig) -> None:
    rig.cameras = []
    with pytest.raises(CameraError, match=r"no camera found.*cable.*rpicam-hello --list-cameras"):
        open_camera(rig)


def test_the_camera_is_taken(rig: Rig) -> None:
    rig.busy = True
    with pytest.raises(CameraError, match=r"cannot be opened \(.*busy\).*other program"):
        open_camera(rig)


def test_a_camera_that_cannot_start_is_closed_again(rig: Rig) -> None:
    rig.start_error = RuntimeError("Failed to start camera")
    with pytest.raises(CameraError, match=r"640x480, 60 fps \(Failed to start.*configuration"):
        open_camera(rig, CameraConfig())
    assert rig.camera is None


def test_the_cameras_cannot_be_listed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    module = rig.module

    def fail() -> None:
        raise RuntimeError("no permission")

    monkeypatch.setattr(module.Picamera2, "global_camera_info", fail)
    with pytest.raises(CameraError, match=r"cannot be listed \(no permission\)"):
        PiCamera(PADDED, never, picamera2=module)


@pytest.fixture
def software(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a picamera2 can be put that `import` finds."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "picamera2", raising=False)
    return tmp_path / "picamera2.py"


def test_picamera2_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(
        CameraError, match=r"sudo apt install python3-picamera2.*--system-site-packages"
    ) as caught:
        PiCamera(PADDED, never)
    assert "\n" not in str(caught.value)


def test_libcamera_is_missing(software: Path) -> None:
    software.write_text("import libcamera_that_pip_does_not_have")
    with pytest.raises(CameraError, match=r"libcamera_that.*sudo apt install python3-picamera2"):
        PiCamera(PADDED, never)


def test_numpy_does_not_fit_the_camera_software(software: Path) -> None:
    software.write_text("raise ValueError('numpy.dtype size changed')")
    with pytest.raises(CameraError, match=r"numpy.dtype size changed.*pip uninstall numpy"):
        PiCamera(PADDED, never)
