"""A camera on the network: MJPEG over HTTP, from a server on loopback."""

from __future__ import annotations

import threading
import traceback
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pytest

from hipdrive.camera.kinds import open_camera
from hipdrive.camera.network import network_camera
from hipdrive.camera.source import FrameSource
from hipdrive.camera.stream.address import StreamAddress
from hipdrive.camera.stream.camera import StreamCamera
from hipdrive.camera.stream.http_stream import HttpStream
from hipdrive.errors import CameraError
from hipdrive.health.degraded import DegradedParts
from support.camera.mjpeg_server import MjpegServer, Reply, grey, jpeg
from support.camera.opened import never
from support.camera.watched import Key, Opened, level, of_url, seen_by, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SECRET = "p@ss:w/rd%1"  # noqa: S105


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    with MjpegServer() as server:
        yield server


def test_it_is_a_source_of_frames(server: MjpegServer) -> None:
    opened = threading.Thread(target=lambda: server.viewer().send(grey(80)))
    opened.start()
    with open_camera(of_url(server.url), never) as camera:
        assert isinstance(camera, FrameSource)
        frame = next(iter(camera))
    opened.join()
    assert camera.name == f"http://127.0.0.1:{server.port}"
    assert frame.image.shape == (480, 640, 3)
    assert frame.image.dtype == np.uint8
    assert level(frame) == 80


def test_red_comes_first_and_the_picture_is_turned_clockwise(server: MjpegServer) -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    image[:240, :, 0] = 255  # the upper half is red
    image[240:, :, 2] = 255
    opened = Opened(of_url(server.url, rotation_deg=90, width_px=480, height_px=640))
    server.viewer().send(jpeg(image))
    with opened.wait() as camera:
        turned = next(iter(camera)).image
        assert camera.warnings[1:] == []
    assert turned.shape == (640, 480, 3)
    # What was above is to the right.
    assert turned[:, 250:, 0].min() > 240
    assert turned[:, 250:, 2].max() < 15
    assert turned[:, :230, 2].min() > 240


def test_a_larger_picture_is_made_smaller_and_it_is_said(server: MjpegServer) -> None:
    opened = Opened(of_url(server.url))
    server.viewer().send(grey(50, 1280, 720))
    with opened.wait() as camera:
        assert next(iter(camera)).image.shape == (360, 640, 3)
        said = camera.warnings[-1]
    assert "have 1280 x 720, and are seen with 640 x 360; set camera.width_px" in said


def test_who_is_slow_sees_the_newest_picture(server: MjpegServer) -> None:
    camera, viewer = seen_by(server)
    with camera:
        frames = iter(camera)
        assert level(next(frames)) == 0
        for number in range(1, 21):
            viewer.send(grey(10 * number))
        wait_for(lambda: camera.counts.received == 21)
        assert level(next(frames)) == 200
        assert camera.counts.dropped == 19


def test_two_frames_are_valid_at_once(server: MjpegServer) -> None:
    camera, viewer = seen_by(server)
    with camera:
        frames = iter(camera)
        kept = []
        for number in range(3):
            kept.append(next(frames))
            viewer.send(grey(60 * (number + 1)))
        assert [level(frame) for frame in kept] == [0, 60, 120]


def test_the_cameras_own_times_are_used(server: MjpegServer) -> None:
    now_ns = 0
    address = StreamAddress.parse(server.url)
    connect = partial(HttpStream, address, clock_ns=lambda: now_ns)
    opened = Opened(
        of_url(server.url), opens=partial(StreamCamera, name="x", remedy="", connect=connect)
    )
    viewer = server.viewer()
    times = []
    for number, late_ms in enumerate([25, 0, 31, 12, 30, 4]):
        # A picture every 40 ms, which comes more or less late.
        now_ns = 1_000_000 * (40 * number + late_ms)
        viewer.send(grey(0), stamp_s=1_700_000_000.0 + 0.04 * number)
        if number == 0:
            frames = iter(opened.wait())
        times.append(next(frames).t_ns)
    opened.wait().close()
    assert opened.wait().warnings == []
    # From the second on, which came at once: the clocks are compared by the quickest picture.
    assert [later - earlier for earlier, later in pairwise(times[1:])] == [40_000_000] * 4
    assert times[1] == 40_000_000


def test_without_times_it_is_said_and_arrival_counts(server: MjpegServer) -> None:
    camera, viewer = seen_by(server)
    with camera:
        frames = iter(camera)
        next(frames)
        viewer.send(grey(0))
        next(frames)
        camera.begin_session(DegradedParts())
        (said,) = camera.warnings
    assert "has no times in it; frames have the time of their arrival" in said


# Logging in


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
@pytest.mark.parametrize("place", ["address", "file"])
def test_it_logs_in(server: MjpegServer, tmp_path: Path, scheme: str, place: str) -> None:
    server.login = ("runner", SECRET, scheme)
    keys: dict[str, Key] = {}
    url = server.url
    if place == "address":
        url = url.replace("//", f"//runner:{quote(SECRET, safe='')}@")
    else:
        keys = {"username": "runner", "password_file": str(secret_file(tmp_path))}
    camera, _ = seen_by(server, url, **keys)
    assert SECRET not in repr(camera._config)
    camera.close()


def test_whoever_it_is_sent_on_to_does_not_get_the_password(server: MjpegServer) -> None:
    server.login = ("runner", SECRET, "Basic")
    with MjpegServer(login=("runner", SECRET, "Basic")) as other:
        server.replies["/stream"] = Reply(302, (("Location", other.url),))
        url = server.url.replace("//", f"//runner:{quote(SECRET, safe='')}@")
        with pytest.raises(CameraError, match="401"):
            network_camera(of_url(url), never)
        assert other.logins == [None]


def test_the_password_is_in_no_message(
    server: MjpegServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.login = ("runner", "another", "Basic")
    url = server.url.replace("//", f"//runner:{quote(SECRET, safe='')}@") + "?pwd=" + "hidden"
    with pytest.raises(CameraError, match="401") as caught:
        network_camera(of_url(url), never)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "runner" not in told
    assert "ss:w" not in told
    assert "hidden" not in told


def secret_file(folder: Path) -> Path:
    file = folder / "password"
    file.touch(mode=0o600)
    file.write_text(SECRET + "\n", encoding="utf-8")
    return file
