"""What may go wrong with the Pi's camera."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING

import cv2
import pytest

from hipdrive.camera.pi import PiCamera
from hipdrive.config import CameraConfig
from hipdrive.errors import CameraError
from hipdrive.health.degraded import DegradedParts
from support.camera.fake_picamera2 import Failure, Nothing, Rig
from support.camera.fake_request import Shot
from support.camera.opened import (
    PADDED,
    first,
    hooks,
    never,
    open_camera,
    rig,
    times,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


__all__ = ["hooks", "rig"]

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


def test_a_camera_that_fails_for_a_second_is_told_until_it_works_again(rig: Rig) -> None:
    parts, patient = DegradedParts(), CameraConfig(stall_s=3.0)
    rig.add([Shot(1), *[Nothing()] * 6, Shot(2), Shot(3)])
    with open_camera(rig, patient) as camera:
        camera.begin_session(parts)
        found = [(frame.t_ns, parts.ever, parts.now) for frame in islice(camera, 3)]
    assert found == [(1, False, ()), (2, True, ()), (3, True, ())]
    (warning,) = parts.warnings
    assert "imx708: no frame for a second; check the camera's ribbon cable" in warning


def test_a_camera_that_pauses_for_less_is_not_spoken_of(rig: Rig) -> None:
    parts = DegradedParts()
    rig.add([Shot(1), *[Nothing()] * 4, Shot(2)])
    with open_camera(rig, CameraConfig(stall_s=3.0)) as camera:
        camera.begin_session(parts)
        assert times(camera, 2) == [1, 2]
    assert not parts.ever


@pytest.mark.parametrize("stopped_s", [5, 3600])
def test_a_process_that_was_stopped_and_goes_on_has_not_waited_for_the_camera(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, stopped_s: int
) -> None:
    rig.add([Shot(1), Nothing(), Shot(2)])
    with open_camera(rig) as camera:
        frames = iter(camera)
        next(frames)
        poll = camera._poll

        def stopped() -> object:
            rig.now_ns += stopped_s * 1_000_000_000
            monkeypatch.setattr(camera, "_poll", poll)
            return poll()

        monkeypatch.setattr(camera, "_poll", stopped)
        assert next(frames).t_ns == 2


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
