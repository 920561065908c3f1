"""`hipdrive run` under commands over MQTT, through a real broker."""

from __future__ import annotations

import csv
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive import app
from hipdrive.cli import main
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.session.summary import PoseInfo
from support.camera.fake_picamera2 import Rig
from support.camera.fake_request import Shot
from support.camera.script import Script
from support.hub.command_client import CommandClient
from support.hub.frames import until
from support.messages import validation
from support.messages.schemas import PUBLISHED
from support.mosquitto import Broker, Listener, broker
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

__all__ = ["broker"]

RUNNER = Walker()
TIMES_NS = frame_times(30, 80.0)
GREEN = 17


@pytest.fixture
def play(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path, broker: Broker, tmp_path: Path
) -> Iterator[Callable[..., int]]:
    """Runs with something done before some frames; the exit code."""

    def see(frame: Frame) -> Pose:
        return RUNNER.pose(frame.t_ns)

    config = tmp_path / "hipdrive.toml"
    text = f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n'
    config.write_text(text, encoding="utf-8")
    data_dir.mkdir(parents=True)
    monkeypatch.setattr(app, "estimator", lambda *_: (see, PoseInfo("walker", "0", "none")))
    rigs = []

    def run(acts: dict[int, Callable[[], object]], *options: str) -> int:
        end = {len(TIMES_NS) - 1: lambda: os.kill(os.getpid(), signal.SIGTERM)}
        rig = Rig(script=Script(map(Shot, TIMES_NS), end | acts))
        rigs.append(rig)
        monkeypatch.setitem(sys.modules, "picamera2", rig.module)
        return main(["run", "--simulate-panel", "--config", str(config), *options])

    yield run
    for rig in rigs:
        rig.end()


IDLE = 30
"""Frames between two sessions, and after the last; the device looks at five of them a second."""


def sessions(data_dir: Path) -> list[Path]:
    return sorted((data_dir / "sessions").iterdir())


def summary_of(folder: Path) -> dict[str, Any]:
    text = (folder / "session.json").read_text(encoding="utf-8")
    summary: dict[str, Any] = json.loads(text)
    return summary


def leds(folder: Path) -> list[tuple[float, str]]:
    """What the LEDs showed, from when on."""
    with (folder / "cues.csv").open(encoding="utf-8") as file:
        rows = [(float(row["t_s"]), row["kind"]) for row in csv.DictReader(file)]
    return [row for row in rows if row[1].startswith("led")]


def active(listener: Listener) -> list[bool]:
    """Whether a session went on, as published, one value a change."""
    states = [message.json["session_active"] for message in listener.on("/state")]
    return [now for now, before in zip(states, [None, *states], strict=False) if now is not before]


@pytest.mark.long
def test_two_sessions_and_a_pause_in_one_run(
    play: Callable[..., int], broker: Broker, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = simulated_pins()
    green = factory.pin(GREEN)
    lit: list[int] = []
    monkeypatch.setattr(app, "simulated_pins", lambda: factory)
    with Listener(broker.port) as listener, CommandClient(broker.port) as call:

        def connected() -> None:
            listener.wait_for(lambda _: active(listener)[-1:] == [True])

        def seen_green(times: int) -> None:
            """Frames come as fast as they are looked at, and lights take their time."""
            until(lambda: sum(state.state for state in green.states) >= times)

        def name_and_end() -> None:
            seen_green(1)
            assert call.command("runner", {"runner": "anna-3"})["accepted"]
            assert call.command("session", {"action": "start"})["reason"] == "in_session"
            assert call.command("session", {"action": "end"})["accepted"]

        def begin() -> None:
            listener.wait_for(lambda _: active(listener)[-1:] == [False])
            assert green.state == 0
            lit.append(sum(state.state for state in green.states))
            assert call.command("session", {"action": "end"})["reason"] == "no_session"
            assert call.command("runner", {"runner": "bob"})["accepted"]
            assert call.command("session", {"action": "start"})["accepted"]

        acts = {
            1: connected,
            900: name_and_end,
            900 + IDLE: begin,
            1800: lambda: seen_green(lit[0] + 1),
        }
        assert play(acts) == 0
        listener.wait_count("/availability", 2)
    assert active(listener)[-4:] == [True, False, True, False]
    assert green.state == 0
    by_name = {one["runner"]: one for one in map(summary_of, sessions(data_dir))}
    assert set(by_name) == {"anna-3", "bob"}
    first, second = by_name["anna-3"], by_name["bob"]
    # The frame that found the session over belongs to none, those of the pause neither, nor one
    # that the model may have seen ahead.
    assert first["frames"] == 900
    assert len(TIMES_NS) - 900 - IDLE - second["frames"] in {1, 2}
    for one in (first, second):
        seconds = (one["frames"] - 1) / 30
        assert one["duration_s"] == pytest.approx(seconds, abs=0.01)
        assert one["strides"] == pytest.approx(seconds / RUNNER.stride_s, abs=2)
        assert one["verdict"] == "running"
    messages = [m.json for m in listener.messages if b'"schema":"hipdrive/' in m.payload]
    assert [validation.violations(message) for message in messages] == [[]] * len(messages)
    assert {message["schema"] for message in messages} == {each.schema for each in PUBLISHED}
    summaries = {m.json["session"]: m.json for m in listener.on("/summary") if m.json["final"]}
    assert {key: one["runner"] for key, one in summaries.items()} == {
        first["id"]: "anna-3",
        second["id"]: "bob",
    }


@pytest.mark.long
def test_muted_the_runner_sees_nothing_and_afterwards_what_is_true(
    play: Callable[..., int], broker: Broker, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = simulated_pins()
    green = factory.pin(GREEN)
    monkeypatch.setattr(app, "simulated_pins", lambda: factory)
    with Listener(broker.port) as listener, CommandClient(broker.port) as call:

        def mute(*, muted: bool) -> None:
            listener.wait_for(lambda _: active(listener)[-1:] == [True])
            assert call.command("mute", {"muted": muted})["accepted"]

        acts = {300: lambda: mute(muted=True), 600: lambda: mute(muted=False)}
        assert play(acts) == 0
        shown = {m.json["led"] for m in listener.on("/live") if 10.1 < m.json["t_s"] < 19.9}
    assert shown <= {"off"}
    [folder] = sessions(data_dir)
    rows = leds(folder)
    assert [kind for _, kind in rows[:3]] == ["led_baseline", "led_off", "led_baseline"]
    assert [t_s for t_s, _ in rows[1:3]] == pytest.approx([10.0, 20.0], abs=0.02)
    assert summary_of(folder)["cues"]["led_off"] == 1
    assert green.states[-1].state == 0


@pytest.mark.long
def test_a_target_further_down_is_told_and_holds_for_its_session_only(
    play: Callable[..., int], broker: Broker
) -> None:
    with Listener(broker.port) as listener, CommandClient(broker.port) as call:

        def down() -> None:
            listener.wait_for(lambda _: active(listener)[-1:] == [True])
            assert call.command("target_offset", {"target_offset_deg": -1})["accepted"]

        def end() -> None:
            assert call.command("session", {"action": "end"})["accepted"]

        assert play({1: down, len(TIMES_NS) - IDLE: end}) == 0
        listener.wait_count("/availability", 2)
        states = [message.json for message in listener.on("/state")]
    assert {one["target_offset_deg"] for one in states if one["session"]} == {0.0, -1.0}
    assert states[-1]["session"] is None
    assert states[-1]["target_offset_deg"] == 0.0


def test_with_a_folder_of_its_own_the_end_of_the_session_is_the_end(
    play: Callable[..., int], broker: Broker, tmp_path: Path
) -> None:
    with Listener(broker.port) as listener, CommandClient(broker.port) as call:

        def end() -> None:
            listener.wait_for(lambda _: active(listener)[-1:] == [True])
            assert call.command("session", {"action": "end"})["accepted"]

        assert play({600: end}, "--session-dir", str(tmp_path / "only")) == 0
        listener.wait_count("/availability", 2)
    assert summary_of(tmp_path / "only")["frames"] == 600


@pytest.mark.long
@pytest.mark.parametrize(("offset_deg", "led"), [(0, "led_below"), (-1, "led_in_band")])
def test_the_target_decides_what_is_shown(
    play: Callable[..., int], broker: Broker, data_dir: Path, offset_deg: int, led: str
) -> None:
    """The band begins 1.5 degrees below the target, which lies 2 above what this runner does."""
    with Listener(broker.port) as listener, CommandClient(broker.port) as call:

        def move() -> None:
            listener.wait_for(lambda _: active(listener)[-1:] == [True])
            assert call.command("target_offset", {"target_offset_deg": offset_deg})["accepted"]

        assert play({1: move}) == 0
    [folder] = sessions(data_dir)
    assert [kind for _, kind in leds(folder)] == ["led_baseline", led]
