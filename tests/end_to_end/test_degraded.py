"""A part that fails is in summary, health, panel and exit code: `hipdrive run` on a real broker."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive import app
from hipdrive.camera import kinds
from hipdrive.camera.pi import PiCamera
from hipdrive.cli import main
from hipdrive.cli.exit_codes import DEGRADED, FAILED
from hipdrive.config import CuesConfig
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.health.degraded import DevicePart
from hipdrive.hub.mqtt import broker_condition
from hipdrive.session.summary import PoseInfo
from support.camera.fake_picamera2 import Event, Failure, Nothing, Rig
from support.camera.fake_request import Shot
from support.camera.script import Script
from support.hub.frames import until
from support.mosquitto import Broker, Listener
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

RUNNER = Walker()
FRAMES = [Shot(t_ns) for t_ns in frame_times(30, 10.0)]
AMBER = CuesConfig().leds.amber
BEGINNING = 1
"""Amber is lit once when a session begins, and again and again where something is wrong."""


class Device:
    """`hipdrive run` before a camera that does as a script says, and its broker."""

    def __init__(self, folder: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session = folder / "session"
        self._monkeypatch = monkeypatch
        self._rig = Rig()
        self._pins = simulated_pins()
        self._amber = self._pins.pin(AMBER)
        self._config = folder / "hub.toml"
        text = f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n'
        self._config.write_text(text, encoding="utf-8")

        def see(frame: Frame) -> Pose:
            return RUNNER.pose(frame.t_ns)

        camera = partial(PiCamera, clock_ns=self._rig.clock_ns)
        monkeypatch.setitem(kinds.CAMERAS, "pi", camera)
        monkeypatch.setitem(sys.modules, "picamera2", self._rig.module)
        monkeypatch.setattr(app, "estimator", lambda *_: (see, PoseInfo("walker", "0", "none")))
        monkeypatch.setattr(app, "simulated_pins", lambda: self._pins)
        monkeypatch.setattr("hipdrive.health.monitor.LOOK_NS", 0)
        monkeypatch.setattr("hipdrive.health.monitor.INTERVAL_NS", 0)

    def run(self, events: list[Event], acts: Mapping[int, Callable[[], object]]) -> int:
        """Its exit code, once the script is over."""
        end = {len(events) - 1: lambda: os.kill(os.getpid(), signal.SIGTERM)}
        self._rig.script = Script(events, {**end, **acts})
        options = ["--config", str(self._config), "--session-dir", str(self.session)]
        return main(["run", "--simulate-panel", *options])

    def wait_panel(self) -> None:
        """Until the panel has shown that something is wrong."""
        until(lambda: sum(state.state for state in self._amber.states) > BEGINNING)

    @property
    def summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = json.loads((self.session / "session.json").read_text("utf-8"))
        return summary

    @property
    def warnings(self) -> list[str]:
        warnings: list[str] = self.summary["warnings"]
        return warnings

    def end(self) -> None:
        self._rig.end()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that is yet to be started."""
    with ExitStack() as stack:
        broker = Broker(tmp_path)
        stack.callback(broker.kill)
        yield broker


@pytest.fixture
def device(
    tmp_path: Path, data_dir: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Device]:
    data_dir.mkdir(parents=True)
    device = Device(tmp_path, broker, monkeypatch)
    yield device
    device.end()


def has_problem(name: str, listener: Listener) -> bool:
    told = listener.on("/health")
    return bool(told) and name in told[-1].json["problems"]


def test_a_camera_that_pauses(device: Device, broker: Broker) -> None:
    pause: list[Event] = [Nothing()] * 8
    broker.start()
    with Listener(broker.port) as listener:

        def look() -> None:
            listener.wait_for(lambda _: has_problem("camera", listener))
            device.wait_panel()

        def look_again() -> None:
            listener.wait_for(lambda _: not has_problem("camera", listener))

        acts = {len(pause): look, len(pause) + 100: look_again}
        assert device.run([*pause, *FRAMES], acts) == DEGRADED
    (warning,) = [each for each in device.warnings if "camera" in each]
    assert "no frame for a second; check the camera's ribbon cable" in warning


def test_a_camera_that_breaks_off(device: Device, broker: Broker) -> None:
    broker.start()
    broken = Failure(RuntimeError("device unplugged"))
    with Listener(broker.port) as listener:
        assert device.run([*FRAMES[:100], broken, *FRAMES[100:]], {}) == FAILED
        listener.wait_for(lambda all_: any(b'"final":true' in each.payload for each in all_))
        (final,) = [each.json for each in listener.on("/summary") if each.json["final"]]
    for warnings in (device.warnings, final["warnings"]):
        (warning,) = [each for each in warnings if "camera" in each]
        assert "capture failed (device unplugged)" in warning


@pytest.mark.long
def test_a_broker_that_is_away(
    device: Device, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_condition, "AWAY_S", 0.0)
    with ExitStack() as stack:

        def look() -> None:
            device.wait_panel()
            broker.start()
            listener = stack.enter_context(Listener(broker.port))
            listener.wait_for(lambda _: has_problem("broker", listener))

        assert device.run([*FRAMES], {0: look}) == DEGRADED
    (warning,) = [each for each in device.warnings if "broker" in each or "listens" in each]
    assert f"nothing listens at 127.0.0.1:{broker.port}" in warning


def test_lights_that_fail(device: Device, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(PinOutputs, "light", fail)
    broker.start()
    with Listener(broker.port) as listener:
        acts = {1: lambda: listener.wait_for(lambda _: has_problem("cues", listener))}
        assert device.run([*FRAMES], acts) == DEGRADED
    (warning,) = [each for each in device.warnings if "LEDs" in each]
    assert "Input/output error" in warning
    assert set(device.summary["cues"].values()) == {0}


def test_where_nothing_fails(device: Device, broker: Broker) -> None:
    broker.start()
    with Listener(broker.port) as listener:
        acts = {1: lambda: listener.wait_for(lambda _: listener.on("/health"))}
        assert device.run([*FRAMES], acts) == 0
    told = {name for each in listener.on("/health") for name in each.json["problems"]}
    assert not told & set(DevicePart)
