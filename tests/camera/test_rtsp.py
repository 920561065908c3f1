"""A camera on the network: RTSP, from GStreamer's server on loopback."""

from __future__ import annotations

import traceback
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pytest

from hipdrive.camera.network import network_camera
from hipdrive.camera.stream.clock import TimeSource
from hipdrive.errors import CameraError
from support.camera.mjpeg_server import MjpegServer, Reply
from support.camera.opened import never
from support.camera.rtsp_server import RtspServer, film
from support.camera.watched import level, of_url, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FPS, SECONDS = 30, 20
PERIOD_NS = 1_000_000_000 // FPS
USER, SECRET = "runner", "p@ss:w/rd%1"


def brightness(number: int) -> int:
    """Of a picture by its number: up for a second and down again, by four a picture."""
    return 40 + 4 * min(number % 60, 60 - number % 60)


@pytest.fixture(scope="module")
def ramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film whose pictures tell by their grey how much time lies between them."""
    pictures = (
        np.full((240, 320, 3), brightness(number), np.uint8) for number in range(FPS * SECONDS)
    )
    return film(tmp_path_factory.mktemp("film") / "ramp.mkv", pictures, FPS)


@pytest.fixture
def server(ramp: Path) -> Iterator[RtspServer]:
    with RtspServer(ramp) as server:
        yield server


@pytest.mark.long
def test_times_are_those_of_the_stream_and_belong_to_the_pictures(server: RtspServer) -> None:
    with network_camera(of_url(server.url), never) as camera:
        frames = list(islice(camera, 3 * FPS))
        assert camera.counts.sources == {TimeSource.STREAM}
        assert camera.warnings == [camera.warnings[0]]
    assert "320 x 240" in camera.warnings[0]
    for earlier, later in pairwise(frames[FPS:]):
        step_ns = later.t_ns - earlier.t_ns
        periods = round(step_ns / PERIOD_NS)
        assert abs(step_ns - periods * PERIOD_NS) < 3_000_000
        # A turn lies in between now and then.
        assert abs(level(later) - level(earlier)) <= 4 * periods + 1


@pytest.mark.long
def test_the_whole_way_up_takes_the_second_that_it_takes(server: RtspServer) -> None:
    with network_camera(of_url(server.url), never) as camera:
        frames = list(islice(camera, 5 * FPS))
    low, high = brightness(2), brightness(28)
    rising = [
        number
        for number, (one, other) in enumerate(pairwise(frames))
        if level(one) <= low < level(other)
    ]
    top = next(frame for frame in frames[rising[0] :] if level(frame) >= high)
    assert abs(top.t_ns - frames[rising[0]].t_ns - 26 * PERIOD_NS) <= 2 * PERIOD_NS


def test_a_server_that_dies_and_comes_back_is_connected_again(server: RtspServer) -> None:
    with network_camera(of_url(server.url), never) as camera:
        frames = iter(camera)
        before = next(frames)
        server.kill()
        wait_for(lambda: camera._reader.attempts >= 2)
        server.start()
        after = list(islice(frames, 10))
        assert "its connection was lost once" in " ".join(camera.warnings)
    times = [before.t_ns, *(frame.t_ns for frame in after)]
    assert all(earlier < later for earlier, later in pairwise(times))


@pytest.mark.long
def test_a_server_that_hangs_is_a_stall_and_can_be_closed(server: RtspServer) -> None:
    camera = network_camera(of_url(server.url, stall_s=0.5), never)
    frames = iter(camera)
    next(frames)
    server.freeze()
    with pytest.raises(CameraError, match=r"rtsp://127\.0\.0\.1:\d+: no picture for 0\.5 s"):
        list(frames)
    camera.close()
    wait_for(lambda: not camera._reader._thread.is_alive())


@pytest.fixture
def guarded(ramp: Path) -> Iterator[RtspServer]:
    with RtspServer(ramp, (USER, SECRET)) as server:
        yield server


def with_login(url: str, password: str) -> str:
    return url.replace("//", f"//{USER}:{quote(password, safe='')}@")


def test_it_logs_in(guarded: RtspServer) -> None:
    with network_camera(of_url(with_login(guarded.url, SECRET)), never) as camera:
        assert next(iter(camera)).image.shape == (240, 320, 3)
        assert camera.name == f"rtsp://127.0.0.1:{guarded.port}"


def test_refusals_are_told_without_the_password(
    guarded: RtspServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    told = ""
    for url, said in (
        (guarded.url, r"wants a user name and a password, or others \(401\)"),
        (with_login(guarded.url, SECRET + "x"), "401"),
        (with_login(guarded.url, SECRET) + "/nothing", "404"),
    ):
        with pytest.raises(CameraError, match=said) as caught:
            network_camera(of_url(url), never)
        told += "".join(traceback.format_exception(caught.value))
    out, err = capfd.readouterr()
    for text in (told, caplog.text, out, err):
        assert USER not in text
        assert "ss:w" not in text
        assert quote(SECRET, safe="") not in text


def test_nobody_listens(server: RtspServer) -> None:
    server.kill()
    with pytest.raises(CameraError, match=r"cannot be read \(Connection refused\)"):
        network_camera(of_url(server.url), never)


def test_a_web_server_is_no_rtsp_server() -> None:
    with MjpegServer(replies={"/stream": Reply(200, (), b"hello")}) as server:
        url = server.url.replace("http:", "rtsp:")
        with pytest.raises(CameraError, match=r"camera rtsp://127\.0\.0\.1:\d+: "):
            network_camera(of_url(url), never)
