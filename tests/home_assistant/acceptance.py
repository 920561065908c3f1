"""The device in a real Home Assistant core; run by `scripts/test-home-assistant`.

The device is `hipdrive run` before a camera that sees a runner made of geometry, in real time. One
story, told in the order in which it happens at home.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hipdrive
from conftest import REPOSITORY
from home_assistant.core import Core
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "hipdrive_home_treadmill"
ROOT = "hipdrive/home/treadmill"
ENTITIES = {
    f"sensor.{NAME}_thigh_extension": "°",
    f"sensor.{NAME}_thigh_extension_session_mean": "°",
    f"sensor.{NAME}_in_band": "%",
    f"sensor.{NAME}_cadence": "spm",
    f"sensor.{NAME}_strides": "strides",
    f"event.{NAME}_cue": None,
    f"sensor.{NAME}_buzzes": "cues",
    f"binary_sensor.{NAME}_session": None,
    f"binary_sensor.{NAME}_runner": None,
    f"sensor.{NAME}_belt_speed": "m/s",
    f"sensor.{NAME}_last_session": None,
    f"sensor.{NAME}_frame_rate": "fps",
    f"sensor.{NAME}_temperature": "°C",
    f"binary_sensor.{NAME}_throttling": None,
    f"sensor.{NAME}_refused_commands": "commands",
    f"update.{NAME}_update": None,
    f"switch.{NAME}_mute": None,
    f"number.{NAME}_target_offset": "°",
    f"button.{NAME}_start_session": None,
    f"button.{NAME}_end_session": None,
    f"text.{NAME}_runner_name": None,
}
"""All there is, with its unit."""
CONFIG = """
data_dir = {data!r}
[coach]
baseline_strides = 5
[hub]
host = "127.0.0.1"
port = {port}
"""
HEAT_C = "51.5"
"""Of the device's machine (device.py)."""


class Device:
    """`hipdrive run`, in a process that can be killed."""

    def __init__(self, folder: Path, port: int) -> None:
        config = folder / "hipdrive.toml"
        config.write_text(CONFIG.format(data=str(folder / "data"), port=port), encoding="utf-8")
        folders = [str(Path(hipdrive.__file__).parents[1]), str(Path(__file__).parents[1])]
        self._environ = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
        self.config = str(config)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = str(Path(__file__).with_name("device.py"))
        self.process = subprocess.Popen([sys.executable, program, self.config], env=self._environ)

    def end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait()
            self.process = None

    def forget(self) -> int:
        command = [sys.executable, "-m", "hipdrive", "hub", "forget", "--config", self.config]
        return subprocess.run(command, env=self._environ, check=False).returncode


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    with Core(os.environ["HIPDRIVE_HASS"], tmp_path / "home-assistant") as running:
        yield running


@pytest.fixture
def device(tmp_path: Path, broker: Broker) -> Iterator[Device]:
    one = Device(tmp_path, broker.port)
    yield one
    one.end(signal.SIGKILL)


def wait_for_health(core: Core) -> None:
    core.wait(lambda: core.state(f"sensor.{NAME}_temperature") == HEAT_C, "the temperature")


def last(listener: Listener, topic: str) -> dict[str, Any]:
    """The newest message on a topic."""
    message: dict[str, Any] = listener.on(f"/{topic}")[-1].json
    return message


def told(listener: Listener, topic: str, key: str) -> set[float | None]:
    """All values of a key so far."""
    return {message.json[key] for message in listener.on(f"/{topic}")}


def figure(core: Core, name: str) -> float:
    state = core.state(f"sensor.{NAME}_{name}")
    return float(state) if state is not None and is_number(state) else nan


def is_number(state: str | None) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", state or "") is not None


def unavailable(core: Core) -> list[str]:
    return [name for name, one in core.states(of=NAME).items() if one["state"] == "unavailable"]


def test_a_device_in_home_assistant(core: Core, broker: Broker, device: Device) -> None:
    core.onboard()
    core.use_broker(broker.port)
    with Listener(broker.port) as listener:
        _found_by_itself(core, device)
        _right_states(core, listener)
        _controls(core, listener)
        _sessions(core, listener)
        _dashboard(core)
        _killed_and_back(core, device)
        _home_assistant_restarted(core)
        _forgotten(core, broker, device)
    complaints = [
        line
        for line in core.log.splitlines()
        if "mqtt" in line and re.search(r" (WARNING|ERROR) ", line)
    ]
    assert complaints == []


def _found_by_itself(core: Core, device: Device) -> None:
    device.start()
    core.wait(lambda: len(core.states(of=NAME)) >= len(ENTITIES), "the entities")
    units = {
        name: one["attributes"].get("unit_of_measurement")
        for name, one in core.states(of=NAME).items()
    }
    assert units == ENTITIES


def _right_states(core: Core, listener: Listener) -> None:
    """What the broker passed on is what Home Assistant shows."""
    wait_for_health(core)
    core.wait(
        lambda: figure(core, "frame_rate") in told(listener, "health", "frames_per_second"),
        "the frame rate",
    )
    assert core.state(f"binary_sensor.{NAME}_throttling") == "off"
    core.wait(lambda: core.state(f"binary_sensor.{NAME}_runner") == "on", "the runner")
    assert core.state(f"binary_sensor.{NAME}_session") == "on"
    assert core.state(f"switch.{NAME}_mute") == "off"
    assert core.state(f"number.{NAME}_target_offset") == "0.0"
    assert core.state(f"text.{NAME}_runner_name") == ""
    assert core.state(f"sensor.{NAME}_refused_commands") == "0"
    core.wait(
        lambda: figure(core, "thigh_extension") in told(listener, "live", "stride_thigh_ext_deg"),
        "a stride",
    )
    core.wait(lambda: figure(core, "cadence") in told(listener, "live", "cadence_spm"), "cadence")
    core.wait(lambda: figure(core, "strides") >= 30, "the summary after 30 strides")
    summary = last(listener, "summary")
    assert figure(core, "thigh_extension_session_mean") == summary["thigh_ext_deg"]["mean"]
    share = summary["session_metrics"]["thigh_ext_in_band"]["value"]
    assert figure(core, "in_band") == share
    assert figure(core, "buzzes") == summary["cues"]["buzz"]
    assert core.state(f"sensor.{NAME}_belt_speed") == "unknown"
    assert summary["camera"]["belt_mps"] is None
    began = core.ask("GET", f"/api/states/sensor.{NAME}_last_session")
    assert began["state"] == summary["started_utc"]
    assert began["attributes"]["verdict"] == summary["verdict"] == "running"
    cue = core.ask("GET", f"/api/states/event.{NAME}_cue")["attributes"]
    assert cue["event_type"] == last(listener, "cue")["event_type"]


def _controls(core: Core, listener: Listener) -> None:
    """Every control goes there and comes back by the device's own word."""
    core.call("switch.turn_on", f"switch.{NAME}_mute")
    core.wait(lambda: core.state(f"switch.{NAME}_mute") == "on", "the mute")
    core.wait(lambda: last(listener, "live")["led"] == "off", "the LEDs to go out")
    core.call("switch.turn_off", f"switch.{NAME}_mute")
    core.wait(lambda: core.state(f"switch.{NAME}_mute") == "off", "the end of the mute")
    core.call("number.set_value", f"number.{NAME}_target_offset", value=-0.5)
    core.wait(lambda: core.state(f"number.{NAME}_target_offset") == "-0.5", "the offset")
    core.call("text.set_value", f"text.{NAME}_runner_name", value="anna-3")
    core.wait(lambda: core.state(f"text.{NAME}_runner_name") == "anna-3", "the runner's name")
    core.call("button.press", f"button.{NAME}_start_session")
    core.wait(lambda: figure(core, "refused_commands") == 1, "a start in a session to be refused")


def _sessions(core: Core, listener: Listener) -> None:
    first = last(listener, "state")["session"]
    core.call("button.press", f"button.{NAME}_end_session")
    core.wait(lambda: core.state(f"binary_sensor.{NAME}_session") == "off", "the session to end")
    listener.wait_for(lambda _: last(listener, "summary")["final"])
    summary = last(listener, "summary")
    assert (summary["session"], summary["final"], summary["runner"]) == (first, True, "anna-3")
    assert core.state(f"text.{NAME}_runner_name") == ""
    assert core.state(f"number.{NAME}_target_offset") == "0.0"
    core.call("button.press", f"button.{NAME}_start_session")
    core.wait(lambda: core.state(f"binary_sensor.{NAME}_session") == "on", "the next session")
    listener.wait_for(lambda _: last(listener, "state")["session"] not in {first, None})


def _dashboard(core: Core) -> None:
    """Every entity that the ready dashboard names is there."""
    text = (REPOSITORY / "config/home-assistant/dashboard.yaml").read_text(encoding="utf-8")
    named = set(re.findall(rf"\b[a-z_]+\.{NAME}\w*", text))
    assert named
    assert named <= set(core.states(of=NAME))


def _killed_and_back(core: Core, device: Device) -> None:
    device.end(signal.SIGKILL)
    core.wait(lambda: len(unavailable(core)) == len(ENTITIES), "all to be unavailable")
    device.start()
    live = f"sensor.{NAME}_thigh_extension"
    core.wait(lambda: core.state(f"binary_sensor.{NAME}_session") == "on", "the device to be back")
    core.wait(lambda: is_number(core.state(live)), "the next stride")


def _home_assistant_restarted(core: Core) -> None:
    """It says that it is born, and hears all again."""
    core.stop()
    core.start()
    core.wait(lambda: core.state(f"binary_sensor.{NAME}_session") == "on", "the session again")
    wait_for_health(core)
    core.wait(lambda: unavailable(core) == [], "all to be available again")


def _forgotten(core: Core, broker: Broker, device: Device) -> None:
    assert device.forget() == 1
    assert core.states(of=NAME)
    device.end(signal.SIGTERM)
    assert device.forget() == 0
    core.wait(lambda: not core.states(of=NAME), "the entities to be gone")
    core.wait(
        lambda: core.render("{{ integration_entities('mqtt') | count }}") == "0",
        "nothing to be left",
    )
    with Listener(broker.port) as later:
        assert [m.topic for m in later.messages if NAME in m.topic or ROOT in m.topic] == []
