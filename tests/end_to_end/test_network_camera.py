"""`hipdrive run` with a camera on the network, before which somebody runs who is drawn."""

from __future__ import annotations

import json
import logging
import os
import signal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hipdrive.camera import kinds, network
from hipdrive.cli import main
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner
from support.camera.mjpeg_server import MjpegServer, jpeg
from support.camera.player import Player
from support.camera.rtsp_server import RtspServer, film

if TYPE_CHECKING:
    from pathlib import Path

FPS, SECONDS = 30, 14
RTSP_FPS = 20
"""That server does not wait for a machine that is busy with other things."""
CADENCE_SPM = 170
"""Of the default runner: a stride takes 0.706 s."""
STRIDE_S = 120 / CADENCE_SPM
SECRET = "s3cret-of-the-camera"  # noqa: S105


def drawn(fps: int) -> RenderedRunner:
    """The default runner."""
    settings = {"seconds": SECONDS, "camera": {"fps": fps}}
    return RenderedRunner(RenderedSettings.model_validate(settings))


def configuration(folder: Path, url: str, more: str = "") -> list[str]:
    """Options of a run with that camera, and a model that knows those who are drawn."""
    file = folder / "hipdrive.toml"
    camera = f"[camera]\nkind = 'url'\nurl = '{url}'\n{more}"
    file.write_text(f"{camera}[pose]\nmodel = 'stand-in-rendered-int8'\n", encoding="utf-8")
    return ["--config", str(file)]


def session(folder: Path, url: str, more: str = "") -> dict[str, Any]:
    """What a run that is stopped has recorded."""
    options = configuration(folder, url, more)
    options += ["--session-dir", str(folder / "session")]
    main(["run", "--simulate-panel", "--allow-stand-in", *options])
    found: dict[str, Any] = json.loads((folder / "session" / "session.json").read_text("utf-8"))
    return found


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.long
@pytest.mark.usefixtures("data_dir")
def test_mjpeg_that_comes_unevenly_and_breaks_off_is_measured_by_the_cameras_clock(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pictures = [jpeg(frame.image) for frame in drawn(FPS)]
    late_s = np.random.default_rng(3).uniform(0, 0.03, len(pictures)).tolist()
    with MjpegServer(login=("runner", SECRET, "Digest")) as server:
        player = Player(server, pictures, FPS, late_s, (7 * FPS,), stop)
        monkeypatch.setattr(network, "connected", player.connected)
        monkeypatch.setitem(kinds.CAMERAS, "url", player.opened)
        url = server.url.replace("//", f"//runner:{SECRET}@")
        summary = session(tmp_path, url)
        player.join()
    assert summary["source"] == f"http://127.0.0.1:{server.port}"
    # One for the first stride, one for the end, one for what the reboot costs.
    assert summary["strides"] >= (SECONDS - 3) / STRIDE_S
    assert summary["cadence_spm"] == pytest.approx(CADENCE_SPM, abs=1)
    assert any("its connection was lost once" in each for each in summary["warnings"])
    assert not any("time of their arrival" in each for each in summary["warnings"])
    out, err = capfd.readouterr()
    recorded = "".join(
        file.read_bytes().decode("latin-1")
        for file in (tmp_path / "session").iterdir()
        if file.is_file()
    )
    for told in (out, err, recorded):
        assert SECRET not in told


class StopAtTheEnd(logging.Handler):
    """Stops the run when the film is over, which is when the camera breaks off."""

    def emit(self, record: logging.LogRecord) -> None:
        if "trying again" in record.getMessage():
            stop()


@pytest.mark.long
@pytest.mark.usefixtures("data_dir")
def test_rtsp_is_measured(tmp_path: Path) -> None:
    log, handler = logging.getLogger("hipdrive.camera"), StopAtTheEnd()
    log.addHandler(handler)
    pictures = (frame.image for frame in drawn(RTSP_FPS))
    try:
        with RtspServer(film(tmp_path / "run.mkv", pictures, RTSP_FPS)) as server:
            summary = session(tmp_path, server.url)
    finally:
        log.removeHandler(handler)
    assert summary["source"] == f"rtsp://127.0.0.1:{server.port}"
    # Pictures that the machine has no time for are dropped, and a stride may go with them.
    assert summary["strides"] >= (SECONDS - 3) / STRIDE_S / 2
    assert summary["cadence_spm"] == pytest.approx(CADENCE_SPM, abs=2)


@pytest.mark.usefixtures("data_dir")
def test_the_doctor_looks_through_it_for_a_second(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = jpeg(np.full((480, 640, 3), 99, np.uint8))
    with MjpegServer(login=("runner", SECRET, "Basic")) as server:
        player = Player(server, 40 * [picture], FPS, 40 * [0.0], (), lambda: None)
        monkeypatch.setattr(network, "connected", player.connected)
        monkeypatch.setitem(kinds.CAMERAS, "url", player.opened)
        url = server.url.replace("//", f"//runner:{SECRET}@")
        code = main(["doctor", "--only", "camera", *configuration(tmp_path, url, "fps = 30\n")])
        player.join()
    (line,) = capfd.readouterr().out.splitlines()
    assert code == 0
    assert (
        f"ok       camera: http://127.0.0.1:{server.port} delivers 640 x 480, 30 a second" in line
    )
    assert "its password stands in the configuration; camera.password_file keeps it out" in line
    assert SECRET not in line


@pytest.mark.usefixtures("data_dir")
def test_the_doctor_says_what_is_wrong_with_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with MjpegServer(login=("runner", SECRET, "Basic")) as server:
        options = configuration(tmp_path, server.url)
        assert main(["doctor", "--only", "camera", *options]) == 1
    (line,) = capfd.readouterr().out.splitlines()
    assert "problem  camera: camera http://127.0.0.1" in line
    assert "wants a user name and a password, or others (401)" in line
