"""A camera over USB. There is none here: FFmpeg's own source of pictures stands for the device."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from hipdrive.camera import usb
from hipdrive.camera.kinds import open_camera
from hipdrive.camera.source import FrameSource
from hipdrive.camera.stream.packet_stream import PacketStream
from hipdrive.camera.usb import device_file, usb_camera
from hipdrive.camera.usb_exposure import UsbExposure
from hipdrive.config import CameraConfig
from hipdrive.errors import CameraError, StreamError
from support.camera.fake_v4l2 import (
    ABSOLUTE_ID,
    APERTURE_PRIORITY,
    AUTO_ID,
    GAIN_ID,
    MANUAL,
    PRIORITY_ID,
    FakeV4l2,
)
from support.camera.opened import never

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hipdrive.types.frame import RgbImage

SECOND_NS = 1_000_000_000
PICTURES = "testsrc2=size=320x240:rate=30,realtime"
"""Pictures by FFmpeg, thirty a second as they would come from a sensor, each with its time."""


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> CameraConfig:
    monkeypatch.setattr(usb, "FORMAT", "lavfi")
    return CameraConfig(kind="usb", device=PICTURES, width_px=320, height_px=240)


def test_it_is_a_source_of_frames_with_the_times_of_the_device(device: CameraConfig) -> None:
    camera = open_camera(device, never)
    assert isinstance(camera, FrameSource)
    with camera:
        times = [frame.t_ns for frame in islice(camera, 40)]
        assert camera.warnings == [
            "camera " + PICTURES + ": its exposure cannot be set, so it may be longer than 1/500 s"
        ]
    periods = [(later - earlier) * 30 / SECOND_NS for earlier, later in pairwise(times[5:])]
    assert [abs(each - round(each)) < 0.1 for each in periods] == [True] * len(periods)


def test_closing_ends_its_thread(device: CameraConfig) -> None:
    camera = usb_camera(device, never)
    frames = iter(camera)
    next(frames)
    camera.close()
    assert list(frames) == []
    assert not camera._reader._thread.is_alive()


def test_size_and_rate_are_asked_for_in_v4l2s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str | None, dict[str, str]]] = []

    def refuse(url: str, container_format: str | None, options: Mapping[str, str]) -> PacketStream:
        asked.append((url, container_format, dict(options)))
        raise StreamError("cannot be read (Invalid argument)")

    monkeypatch.setattr("hipdrive.camera.stream.packet_stream.PacketStream", refuse)
    config = CameraConfig(kind="usb", device="2", width_px=480, height_px=640, rotation_deg=90)
    with pytest.raises(CameraError, match=r"/dev/video2: cannot be read \(Invalid argument\); che"):
        usb_camera(config, never)
    # On its side: the sensor's width is the picture's height.
    wanted = {"video_size": "640x480", "framerate": "60"}
    assert asked == [
        ("/dev/video2", "v4l2", wanted | {"input_format": "mjpeg"}),
        ("/dev/video2", "v4l2", wanted),
    ]


@pytest.mark.parametrize("device_name", ["/dev/video63", "/dev/null"])
def test_no_camera_is_told_with_what_to_look_at(device_name: str) -> None:
    config = CameraConfig(kind="usb", device=device_name)
    with pytest.raises(CameraError, match=rf"camera {device_name}: cannot be read \(.*group video"):
        usb_camera(config, never)


def test_a_device_is_named_by_its_path_or_its_number() -> None:
    assert device_file("0") == "/dev/video0"
    assert device_file("/dev/v4l/by-id/usb-x-index0") == "/dev/v4l/by-id/usb-x-index0"


# MJPEG, as most of them give it


def mjpeg(path: Path, levels: list[int]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuvj420p"
        for number, level in enumerate(levels):
            frame = av.VideoFrame.from_ndarray(np.full((240, 320, 3), level, np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_pictures_that_stand_alone_are_decoded_when_they_are_looked_at(tmp_path: Path) -> None:
    levels = [40, 90, 140, 190]
    stream = PacketStream(str(mjpeg(tmp_path / "a.avi", levels)), None, {})
    found = list(islice(stream.pictures(), 4))
    with pytest.raises(StreamError, match="closed the connection"):
        next(stream.pictures())
    stream.close()
    assert [picture.pts_ns for picture in found] == [round(n * SECOND_NS / 30) for n in range(4)]
    images = [picture.image() for picture in found if picture.image is not None]
    seen = [float(image.mean()) for image in images if image is not None]
    assert seen == pytest.approx(levels, abs=2)


def test_a_torn_one_is_left_out(tmp_path: Path) -> None:
    file = mjpeg(tmp_path / "a.avi", [40, 90, 140])
    data = bytearray(file.read_bytes())
    second = data.find(b"\xff\xd8", data.find(b"\xff\xd8") + 2)
    end = data.find(b"\xff\xd9", second)
    data[end : end + 2] = b"\0\0"
    file.write_bytes(data)
    stream = PacketStream(str(file), None, {})
    found = list(islice(stream.pictures(), 3))
    stream.close()
    assert [picture.image is None for picture in found] == [False, True, False]


# Exposure


def grey(level: int) -> RgbImage:
    return np.full((240, 320, 3), level, np.uint8)


def looked(exposure: UsbExposure, level: int, seconds: int = 5) -> None:
    for number in range(10 * seconds):
        exposure.look(number * SECOND_NS // 10, grey(level))


@pytest.fixture
def v4l2(tmp_path: Path) -> FakeV4l2:
    return FakeV4l2(tmp_path / "video0")


def test_with_light_enough_a_five_hundredth_is_kept(v4l2: FakeV4l2) -> None:
    exposure = UsbExposure(CameraConfig(kind="usb"), v4l2.controls)
    exposure.begin()
    looked(exposure, 110)
    assert v4l2.exposure_us == 2000
    assert v4l2.values[PRIORITY_ID] == 0, "the rate is not to fall in the dark"
    assert exposure.warnings == []


def test_without_it_is_left_to_itself_and_that_is_said(v4l2: FakeV4l2) -> None:
    exposure = UsbExposure(CameraConfig(kind="usb"), v4l2.controls)
    exposure.begin()
    looked(exposure, 20)
    assert v4l2.values[AUTO_ID] == APERTURE_PRIORITY
    (said,) = exposure.warnings
    assert "too little light for 1/500 s: exposed for up to 1/60 s" in said
    # Somebody has put a lamp there; the next session tries again.
    exposure.begin()
    looked(exposure, 120)
    assert v4l2.exposure_us == 2000
    assert exposure.warnings == []


def test_in_bright_light_it_is_left_to_itself_and_nothing_is_said(v4l2: FakeV4l2) -> None:
    v4l2.light_units = 8
    exposure = UsbExposure(CameraConfig(kind="usb"), v4l2.controls)
    exposure.begin()
    looked(exposure, 250)
    assert v4l2.exposure_us == 800
    assert exposure.warnings == []


def test_what_is_configured_is_kept(v4l2: FakeV4l2) -> None:
    exposure = UsbExposure(CameraConfig(kind="usb", exposure_us=5000, gain=12), v4l2.controls)
    exposure.begin()
    looked(exposure, 5)
    assert (v4l2.values[AUTO_ID], v4l2.exposure_us, v4l2.values[GAIN_ID]) == (MANUAL, 5000, 12)


def test_what_cannot_be_set_is_said(v4l2: FakeV4l2) -> None:
    del v4l2.values[ABSOLUTE_ID]
    exposure = UsbExposure(CameraConfig(kind="usb"), v4l2.controls)
    exposure.begin()
    looked(exposure, 110)
    assert exposure.warnings == ["its exposure cannot be set, so it may be longer than 1/500 s"]
    assert v4l2.values[AUTO_ID] == APERTURE_PRIORITY
