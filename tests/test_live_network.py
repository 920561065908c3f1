"""Privacy with a camera on the network: its connection is closed, whatever state it is in."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from hipdrive import app
from hipdrive.camera.kinds import open_camera
from hipdrive.camera.switch import CameraSwitch
from hipdrive.config import Config, parse
from hipdrive.control.command_handler import CommandHandler, ReceivedCommand
from hipdrive.errors import CameraError
from hipdrive.health.degraded import DegradedParts
from hipdrive.session.request import SessionRequest
from hipdrive.session.summary import PoseInfo
from support.camera.mjpeg_server import MjpegServer, grey
from support.camera.watched import wait_for
from support.simulated_belt import nobody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    with MjpegServer() as server:
        yield server


class Device:
    """A device that runs in a thread; nobody is ever before its camera."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def see(frame: Frame) -> Pose:
            return nobody(frame.t_ns)

        monkeypatch.setattr(app, "estimator", lambda *_: (see, PoseInfo("nobody", "0", "none")))
        text = f"[camera]\nkind = 'url'\nurl = '{url}'\nstall_s = 2\n[session]\nauto = true\n"
        self._config: Config = parse(text, "test")
        self.commands = CommandHandler(self._config)
        self.parts = DegradedParts()
        self.stop = threading.Event()
        self.error: CameraError | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def private(self, *, private: bool) -> None:
        """The command."""
        content = json.dumps({"private": private}).encode()
        assert self.commands.handle(ReceivedCommand("privacy", content)).accepted

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        switch = CameraSwitch(partial(open_camera, self._config.camera, self.stop.is_set))
        with closing(switch) as camera:
            try:
                list(
                    app.run(
                        self._request(None),
                        camera,
                        self._request,
                        simulate_panel=True,
                        parts=self.parts,
                    )
                )
            except CameraError as error:
                self.error = error

    def _request(self, _before: SessionRequest | None) -> SessionRequest:
        began = datetime(2026, 3, 1, 6, tzinfo=UTC)
        commands = self.commands
        return SessionRequest(self._config, None, None, began, "0", self.stop, commands=commands)


def test_it_hangs_up_as_soon_as_the_camera_is_to_be_closed_and_connects_when_it_may(
    server: MjpegServer, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    device = Device(server.url, monkeypatch)
    viewer = server.viewer()
    viewer.send(grey(90))
    device.private(private=True)
    viewer.send(grey(91))
    assert viewer.is_gone()
    wait_for((data_dir / "private").exists)
    device.private(private=False)
    server.viewer().send(grey(90))
    wait_for(lambda: not (data_dir / "private").exists())
    device.stop.set()
    device.join()
    assert device.error is None


def test_asked_for_while_the_camera_is_away_it_holds_when_both_come_back(
    server: MjpegServer, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    device = Device(server.url, monkeypatch)
    server.viewer().send(grey(90))
    server.stop()
    wait_for(lambda: bool(device.parts.now))
    device.private(private=True)
    device.join()
    assert "no picture for 2 s (cannot be reached (Connection refused))" in str(device.error)
    assert (data_dir / "private").exists()
    server.start()
    # As systemd starts it anew.
    again = Device(server.url, monkeypatch)
    wait_for(lambda: again.commands.status.state.private)
    assert server.viewers.empty()
    again.private(private=False)
    server.viewer().send(grey(90))
    again.stop.set()
    again.join()
