"""What goes wrong with a camera on the network, and how it is closed."""

from __future__ import annotations

import socket
import threading
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from hipdrive.camera.network import network_camera
from hipdrive.camera.stream import http_stream
from hipdrive.camera.stream.address import StreamAddress
from hipdrive.camera.stream.camera import StreamCamera
from hipdrive.camera.stream.http_stream import HttpStream
from hipdrive.errors import CameraError
from hipdrive.health.degraded import DegradedParts
from support.camera.mjpeg_server import MjpegServer, Reply, grey
from support.camera.opened import never
from support.camera.watched import Opened, level, of_url, seen_by, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.camera.mjpeg_server import Viewer


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    with MjpegServer() as server:
        yield server


# What goes wrong


def test_a_server_that_dies_and_comes_back_is_connected_again(server: MjpegServer) -> None:
    camera, _ = seen_by(server)
    with camera:
        frames = iter(camera)
        next(frames)
        server.stop()
        wait_for(lambda: camera._reader.attempts >= 3)
        server.start()
        server.viewer().send(grey(200))
        assert level(next(frames)) == 200
        assert "its connection was lost once" in " ".join(camera.warnings)


def test_a_server_that_stays_away_is_a_stall_with_the_reason(server: MjpegServer) -> None:
    parts = DegradedParts()
    camera, _ = seen_by(server, stall_s=1.5)
    with camera:
        camera.begin_session(parts)
        frames = iter(camera)
        next(frames)
        server.stop()
        with pytest.raises(CameraError, match=r"no picture for 1\.5 s \(.*refused.*\).*power"):
            next(frames)
        server.start()
    assert "no picture for a second" in parts.warnings[0]


def test_a_server_that_goes_silent_is_a_stall_and_left_for_a_new_connection(
    server: MjpegServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_stream, "SILENCE_S", 0.3)
    camera, viewer = seen_by(server)
    with camera:
        frames = iter(camera)
        next(frames)
        assert viewer.is_gone()
        server.viewer().send(grey(120))
        assert level(next(frames)) == 120


def test_a_picture_that_comes_late_does_not_put_the_stall_off(server: MjpegServer) -> None:
    arrival_ns = asked = 0

    def clock_ns() -> int:
        nonlocal asked
        asked += 1
        return asked * 100_000_000

    connect = partial(HttpStream, StreamAddress.parse(server.url), clock_ns=lambda: arrival_ns)
    opens = partial(StreamCamera, name="x", remedy="", connect=connect, clock_ns=clock_ns)
    opened, viewer = Opened(of_url(server.url, stall_s=3), opens=opens), server.viewer()
    viewer.send(grey(0), stamp_s=1.0)
    with opened.wait() as camera:
        frames = iter(camera)
        next(frames)
        arrival_ns = 2_900_000_000
        viewer.send(grey(50), stamp_s=1.04)
        assert level(next(frames)) == 50
        before = asked
        with pytest.raises(CameraError, match="no picture for 3 s"):
            next(frames)
    # 3 s less the 2.86 that it was late, at a tenth of a second each time the clock is asked.
    assert asked - before <= 4


def test_one_byte_at_a_time_is_no_picture(
    server: MjpegServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_stream, "SILENCE_S", 0.3)
    camera, viewer = seen_by(server)
    with camera:
        dripping = threading.Thread(target=drip, args=(viewer,))
        dripping.start()
        server.viewer().send(grey(90))
        frames = iter(camera)
        wait_for(lambda: camera.counts.lost == 1)
        assert level(next(frames)) in {0, 90}
        dripping.join()


def drip(viewer: Viewer) -> None:
    """A byte now and then, until nobody takes it."""
    pause = threading.Event()
    try:
        while not pause.wait(0.05):
            viewer.send_bytes(b"x")
    except OSError:
        return


def test_half_a_picture_is_left_out_and_counted(server: MjpegServer) -> None:
    camera, viewer = seen_by(server)
    whole = grey(130)
    with camera:
        frames = iter(camera)
        next(frames)
        viewer.send(whole[: len(whole) // 2])
        viewer.send(whole[: len(whole) // 2], promised=len(whole))
        viewer.send(b"this is no picture")
        viewer.send_bytes(bytes(range(256)) * 100)
        viewer.send(whole)
        assert level(next(frames)) == 130
        assert "3 pictures that are damaged left out" in " ".join(camera.warnings)


def test_a_picture_that_says_it_is_huge_is_not_decoded(server: MjpegServer) -> None:
    camera, viewer = seen_by(server)
    huge = grey(0).replace((480).to_bytes(2, "big") + (640).to_bytes(2, "big"), b"\xff\xff\xff\xff")
    with camera:
        frames = iter(camera)
        next(frames)
        viewer.send(huge)
        wait_for(lambda: camera.counts.received == 2)
        viewer.send(grey(70))
        assert level(next(frames)) == 70


REFUSED = {
    "401": (Reply(401, (("WWW-Authenticate", 'Basic realm="x"'),)), r"wants a user name .*401"),
    "403": (Reply(403), r"does not let this user.*403"),
    "404": (Reply(404), r"nothing at that path \(404\)"),
    "500": (Reply(500), r"answers with an error \(500\)"),
    "a page": (Reply(200, (("Content-Type", "text/html"),), b"<p>hi"), r"'text/html' and no MJPEG"),
    "one picture": (Reply(200, (("Content-Type", "image/jpeg"),), grey(0)), r"'image/jpeg' and no"),
    "a loop": (Reply(302, (("Location", "/stream"),)), r"answers with an error \(302\)"),
    "to a file": (Reply(302, (("Location", "file:///etc/passwd"),)), r"an error \(302\)"),
    "to ftp": (Reply(302, (("Location", "ftp://127.0.0.1/"),)), r"cannot be reached|does not"),
}


@pytest.mark.parametrize(("reply", "said"), REFUSED.values(), ids=REFUSED)
def test_who_refuses_is_told_of_in_one_line(server: MjpegServer, reply: Reply, said: str) -> None:
    server.replies["/stream"] = reply
    with pytest.raises(CameraError, match=said) as caught:
        network_camera(of_url(server.url), never)
    assert str(caught.value).startswith(f"camera http://127.0.0.1:{server.port}: ")
    assert "\n" not in str(caught.value)


def test_nobody_listens() -> None:
    with MjpegServer() as server:
        pass
    with pytest.raises(CameraError, match=r"cannot be reached \(Connection refused\)"):
        network_camera(of_url(server.url), never)


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(CameraError, match=r"http://camera\.invalid: has a name that nobody knows"):
        network_camera(of_url("http://camera.invalid/stream"), never)


def test_a_redirect_is_followed(server: MjpegServer) -> None:
    server.replies["/"] = Reply(302, (("Location", "/stream"),))
    camera, _ = seen_by(server, server.url.removesuffix("stream"))
    camera.close()


# Closing it


def test_closing_hangs_up(server: MjpegServer) -> None:
    camera, viewer = seen_by(server)
    viewer.send(grey(10))
    camera.close()
    camera.close()
    assert viewer.is_gone()
    assert list(camera) == []


def test_closed_by_another_thread_while_it_waits_the_iteration_ends(server: MjpegServer) -> None:
    camera, viewer = seen_by(server)
    frames = iter(camera)
    next(frames)
    closing = threading.Thread(target=camera.close)
    closing.start()
    assert list(frames) == []
    closing.join()
    assert viewer.is_gone()


def test_closed_while_it_reconnects_it_stays_closed(server: MjpegServer) -> None:
    camera, _ = seen_by(server)
    frames = iter(camera)
    next(frames)
    server.stop()
    wait_for(lambda: camera._reader.attempts >= 2)
    camera.close()
    server.start()
    assert list(frames) == []
    assert not camera._reader._thread.is_alive()
    assert server.viewers.empty()


def test_a_stop_while_it_is_opened_ends_that(server: MjpegServer) -> None:
    stop = threading.Event()
    opened = Opened(of_url(server.url), stop.is_set)
    viewer = server.viewer()
    stop.set()
    with opened.wait() as camera:
        assert list(camera) == []
    assert viewer.is_gone()


def test_a_server_that_never_answers_does_not_hang_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_stream, "SILENCE_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(CameraError, match="does not answer"):
            network_camera(of_url(f"http://127.0.0.1:{port}/"), never)


def test_a_stop_ends_the_iteration(server: MjpegServer) -> None:
    stop = threading.Event()
    opened = Opened(of_url(server.url), stop.is_set)
    server.viewer().send(grey(0))
    with opened.wait() as camera:
        frames = iter(camera)
        assert len(list(islice(frames, 1))) == 1
        stop.set()
        assert list(frames) == []
