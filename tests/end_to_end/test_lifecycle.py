"""Sessions that are stopped, refused or fail half-way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from conftest import REPOSITORY
from hipdrive.cli import main
from hipdrive.config import Config
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.session.poses import PosesMeta, PosesSpool
from hipdrive.session.stats import SessionStats
from support.mosquitto import Broker, Listener
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.types.frame_result import FrameResult


def recording(folder: Path, seconds: float = 60.0) -> Path:
    """Key points of a runner made of geometry."""
    path = folder / "poses.npz"
    spool = PosesSpool(folder / "spool", PosesMeta("walker", None, None))
    for pose in Walker().poses(frame_times(30, seconds)):
        spool.add(pose)
    spool.pack(path)
    return path


@pytest.mark.usefixtures("data_dir")
def test_sigterm_in_the_middle_leaves_a_complete_session(tmp_path: Path) -> None:
    session = tmp_path / "session"
    command = [sys.executable, "-m", "hipdrive", "replay", "--realtime"]
    with subprocess.Popen(
        [*command, str(recording(tmp_path)), "--session-dir", str(session)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "device")},
    ) as process:
        # Once the spool exists the loop is about to start.
        while not (session / ".poses.partial").exists():
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert sorted(file.name for file in session.iterdir()) == [
        "SHA256SUMS",
        "cues.csv",
        "frames.csv",
        "poses.npz",
        "session.json",
        "strides.csv",
    ]
    frames = json.loads((session / "session.json").read_text())["frames"]
    assert frames < 60 * 30
    assert len(np.load(session / "poses.npz")["t_ns"]) == frames


@pytest.mark.usefixtures("data_dir")
def test_sigterm_in_the_middle_turns_everything_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = simulated_pins()
    green = factory.pin(Config().cues.leds.green)
    monkeypatch.setattr("hipdrive.app.simulated_pins", lambda: factory)
    lit = threading.Event()
    monkeypatch.setattr(PinOutputs, "light", tell_when_lit(PinOutputs.light, lit))
    count = SessionStats.on_frame

    def count_and_stop(stats: SessionStats, result: FrameResult) -> None:
        count(stats, result)
        if stats.frames == 600:
            assert lit.wait(60)
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(SessionStats, "on_frame", count_and_stop)
    session = tmp_path / "session"
    assert main(["replay", str(recording(tmp_path)), "--session-dir", str(session)]) == 0
    assert json.loads((session / "session.json").read_text())["frames"] == 600
    assert [state.state for state in green.states][-1] == 0
    assert any(state.state for state in green.states), "it had been on"


def tell_when_lit(light: Callable[..., None], lit: threading.Event) -> Callable[..., None]:
    def light_and_tell(outputs: PinOutputs, colour: str | None) -> None:
        light(outputs, colour)
        if colour:
            lit.set()

    return light_and_tell


@pytest.mark.usefixtures("data_dir")
def test_a_broker_that_refuses_the_password_costs_one_line_and_no_stride(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    password = tmp_path / "password"
    password.write_text("wrong\n")
    password.chmod(0o600)
    with Broker(tmp_path, users={"treadmill": "right"}) as broker:
        config = tmp_path / "hipdrive.toml"
        config.write_text(
            f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n'
            f'username = "treadmill"\npassword_file = "{password}"\n'
        )
        session = tmp_path / "session"
        arguments = ["--config", str(config), "--session-dir", str(session)]
        assert main(["replay", str(recording(tmp_path)), *arguments]) == 0
    assert json.loads((session / "session.json").read_text())["strides"] > 80
    refusals = [line for line in caplog.messages if "password_file" in line]
    assert len(refusals) == 1
    assert "wrong" not in caplog.text + capfd.readouterr().err


@pytest.mark.usefixtures("data_dir")
def test_a_session_reaches_the_hub(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker, Listener(broker.port) as listener:
        config = tmp_path / "hipdrive.toml"
        config.write_text(f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n')
        session = tmp_path / "session"
        arguments = ["--config", str(config), "--session-dir", str(session)]
        assert main(["replay", str(recording(tmp_path)), *arguments]) == 0
        summary = json.loads((session / "session.json").read_text())
        rows = (session / "strides.csv").read_text().splitlines()[1:]
        listener.wait_for(lambda all_: any(b'"final":true' in m.payload for m in all_))
        assert len(listener.on("/stride")) == len(rows)
        final = listener.on("/summary")[-1].json
        assert final["strides"] == summary["strides"]
        assert final["cadence_spm"] == summary["cadence_spm"]
        windows = [m.json for m in listener.on("/summary") if m.json["reason"] == "window"]
        assert [w["strides"] for w in windows] == [30, 60]
        listener.wait_for(lambda all_: any(m.payload == b"offline" for m in all_))
        # A replay publishes nothing of the device's health.
        assert listener.on("/health") == []


@pytest.mark.long
@pytest.mark.usefixtures("data_dir")
def test_a_broker_that_is_away_changes_nothing_in_the_record(tmp_path: Path) -> None:
    poses = recording(tmp_path)
    config = tmp_path / "hipdrive.toml"
    config.write_text('[hub]\nhost = "127.0.0.1"\nport = 9\n')
    for name, more in (("with", ["--config", str(config)]), ("without", [])):
        assert main(["replay", str(poses), "--session-dir", str(tmp_path / name), *more]) == 0
    for name in ("strides.csv", "frames.csv", "cues.csv"):
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()


@pytest.mark.usefixtures("data_dir")
def test_run_without_a_camera_says_how_to_get_one(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--simulate-panel"]) == 1
    message = capfd.readouterr().err
    assert message.count("\n") == 1
    assert "sudo apt install python3-picamera2" in message


@pytest.mark.usefixtures("data_dir")
def test_the_doctor_has_a_line_and_a_remedy_for_each_part(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor"]) == 1
    lines = capfd.readouterr().out.splitlines()
    lines_by_name = {line.split()[1].rstrip(":"): line for line in lines}
    assert set(lines_by_name) == {
        "configuration",
        "model",
        "camera",
        "gpio",
        "broker",
        "disk",
        "page",
    }
    assert lines_by_name["model"].startswith("problem")
    assert "hipdrive models fetch" in lines_by_name["model"]
    assert "python3-picamera2" in lines_by_name["camera"]
    assert lines_by_name["gpio"].startswith("problem")
    assert lines_by_name["broker"].startswith("ok")
    assert lines_by_name["disk"].startswith("ok")


@pytest.mark.usefixtures("store_with_model")
def test_the_doctor_runs_the_real_model(capfd: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    assert "ok       model: movenet-lightning-int8 runs on" in capfd.readouterr().out
