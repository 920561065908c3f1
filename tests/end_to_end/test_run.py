"""`hipdrive run` with a camera that is not there, and a runner made of geometry."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from hipdrive import app
from hipdrive.cli import main
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.session.summary import PoseInfo
from hipdrive.types.fixed_point import ONE
from support.camera.fake_picamera2 import Failure, Rig
from support.camera.fake_request import Shot
from support.mosquitto import Broker, Listener
from support.walker import START_NS, Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

RUNNER = Walker()
TIMES_NS = frame_times(30, 40.0)


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[Rig]:
    """A Pi with a camera; what the model would see comes from the runner."""
    rig = Rig()
    rig.add([Shot(t_ns) for t_ns in TIMES_NS])
    monkeypatch.setitem(sys.modules, "picamera2", rig.module)

    def see(frame: Frame) -> Pose:
        return RUNNER.pose(frame.t_ns)

    monkeypatch.setattr(app, "estimator", lambda *_: (see, PoseInfo("walker", "0", "none")))
    data_dir.mkdir(parents=True)
    yield rig
    rig.end()


def run(folder: Path, *options: str) -> int:
    return main(["run", "--simulate-panel", "--session-dir", str(folder), *options])


def at_frame(t_ns: int, act: Callable[[], object]) -> Callable[[Frame], Pose]:
    def see(frame: Frame) -> Pose:
        if frame.t_ns >= t_ns:
            act()
        return RUNNER.pose(frame.t_ns)

    return see


def test_it_coaches_until_sigterm_and_gives_every_buffer_back(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    see = at_frame(TIMES_NS[-1], lambda: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(app, "estimator", lambda *_: (see, PoseInfo("walker", "0", "none")))
    assert run(tmp_path / "session") == 0
    summary = json.loads((tmp_path / "session" / "session.json").read_text())
    assert summary["source"] == "imx708"
    assert summary["frames"] == len(TIMES_NS)
    # The stride after the first peak on, as long as the filter has let it out.
    truth = len(RUNNER.peaks_ns(START_NS, TIMES_NS[-1])) - 1
    assert summary["strides"] in {truth - 1, truth}
    assert summary["cadence_spm"] == pytest.approx(RUNNER.cadence_spm, abs=0.3)
    assert summary["cues"]["led_baseline"] == 1
    assert rig.held == 0


def test_a_camera_that_fails_ends_the_process_with_a_complete_session_and_the_lights_out(
    rig: Rig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    factory = simulated_pins()
    green = factory.pin(17)
    monkeypatch.setattr(app, "simulated_pins", lambda: factory)
    rig.script.insert(900, Failure(RuntimeError("device unplugged")))
    assert run(tmp_path / "session") == 1
    message = capfd.readouterr().err
    assert message.count("\n") == 1
    assert "device unplugged" in message
    assert "ribbon cable" in message
    summary = json.loads((tmp_path / "session" / "session.json").read_text())
    assert summary["frames"] == 900
    assert green.states[-1].state == 0


def test_without_gpio_it_coaches_and_says_what_to_do(
    rig: Rig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    see = at_frame(TIMES_NS[-1], lambda: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(app, "estimator", lambda *_: (see, PoseInfo("walker", "0", "none")))
    assert main(["run", "--session-dir", str(tmp_path / "session")]) == 4
    [said] = {record.getMessage() for record in caplog.records if "LEDs" in record.getMessage()}
    assert "--simulate-panel" in said
    summary = json.loads((tmp_path / "session" / "session.json").read_text())
    assert summary["strides"] > 40
    assert sum(summary["cues"].values()) == 0, "a cue that nobody saw is none"
    assert rig.held == 0


ASKED_AND_NOT_SEEN = {97, 98}
"""100 frames in 99/30 s; 60 a second were asked for, 198. The times are rounded."""


def dropped(listener: Listener) -> int | None:
    """As in the newest message on health."""
    dropped = [message.json["dropped_frames"] for message in listener.on("/health")]
    return dropped[-1] if dropped else None


def test_the_health_of_the_device_is_told_while_it_runs(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[dict[str, Any]] = []
    with Broker(tmp_path) as broker, Listener(broker.port) as listener:

        def wait_and_see(frame: Frame) -> Pose:
            if frame.t_ns == TIMES_NS[100]:
                # The camera waits for this picture; the results of all others are on their way.
                listener.wait_for(lambda _: dropped(listener) in ASKED_AND_NOT_SEEN)
                reports.append(listener.on("/health")[-1].json)
                os.kill(os.getpid(), signal.SIGTERM)
            return RUNNER.pose(frame.t_ns)

        monkeypatch.setattr("hipdrive.health.monitor.LOOK_NS", 0)
        monkeypatch.setattr("hipdrive.health.monitor.INTERVAL_NS", 0)
        see = (wait_and_see, PoseInfo("walker", "0", "none"))
        monkeypatch.setattr(app, "estimator", lambda *_: see)
        monkeypatch.setenv("HIPDRIVE_CONFIG", str(tmp_path / "hub.toml"))
        text = f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n'
        (tmp_path / "hub.toml").write_text(text, encoding="utf-8")
        assert run(tmp_path / "session") == 0
    assert rig.held == 0
    [health] = reports
    assert health["schema"] == "hipdrive/health/1"
    assert 0 < health["loop_p50_ms"] <= health["loop_p95_ms"]
    assert health["dropped_frames"] in ASKED_AND_NOT_SEEN
    assert health["pose_score"] == pytest.approx(RUNNER.pose(START_NS).body_score / ONE, abs=0.001)
    assert health["disk_free_mb"] > 0
