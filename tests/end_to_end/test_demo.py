"""`hipdrive demo` on a machine with neither network nor MoveNet, and on others."""

from __future__ import annotations

import csv
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from hipdrive.cli import demo, main
from hipdrive.hub import local_broker
from support.mosquitto import Listener, broker

if TYPE_CHECKING:
    from support.mosquitto import Broker

__all__ = ["broker"]

FADE_S = (45, 98)
"""The demo's runner tires from the one to the other; then comes round."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What a run left behind."""

    printed: str
    folder: Path

    @property
    def summary(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads((self.folder / "session.json").read_text("utf-8"))
        return values

    def cues(self, kind: str) -> list[float]:
        """When it was said, in seconds from the first frame."""
        with (self.folder / "cues.csv").open(encoding="utf-8") as file:
            return [float(row["t_s"]) for row in csv.DictReader(file) if row["kind"] == kind]


def run(capsys: pytest.CaptureFixture[str], *options: str) -> Demo:
    assert main(["demo", *options]) == 0
    printed = capsys.readouterr().out
    (line,) = (line for line in printed.splitlines() if line.startswith("session folder: "))
    return Demo(printed, Path(line.removeprefix("session folder: ")))


@pytest.fixture
def alone(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no model and no network."""

    def unreachable(*_: object, **__: object) -> NoReturn:
        raise urllib.error.URLError("Temporary failure in name resolution")

    monkeypatch.setattr(urllib.request, "urlopen", unreachable)
    return data_dir


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(demo.RUNNER, "seconds", 4.0)


@pytest.mark.long
@pytest.mark.usefixtures("alone")
def test_two_minutes_of_a_runner_who_tires(capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(capsys, "--no-publish")
    assert "model: the stand-in, for rendered runners only, because" in shown.printed
    assert "name resolution" in shown.printed
    summary = shown.summary
    assert summary["duration_s"] == pytest.approx(120, abs=0.1)
    # 120 s at 170 steps a minute are 170 strides; the ends cut off one each.
    assert 167 <= summary["strides"] <= 170
    assert summary["rejected_strides"] == 0
    assert summary["cadence_spm"] == pytest.approx(170, abs=0.5)
    assert summary["pose"]["stand_in"] is True
    first_s, last_s = FADE_S
    # In the band until the thigh drives less, below it then, in it again at the end.
    in_band = shown.cues("led_in_band")
    below = shown.cues("led_below")
    assert in_band
    assert in_band[0] < first_s
    assert below
    assert first_s < below[0] < last_s < in_band[-1]
    buzzes = shown.cues("buzz")
    assert buzzes
    assert all(first_s < t_s < last_s + 15 for t_s in buzzes)


@pytest.mark.usefixtures("alone", "short")
def test_every_message_of_the_stand_in_says_so(
    capsys: pytest.CaptureFixture[str], broker: Broker, tmp_path: Path
) -> None:
    config = tmp_path / "hub.toml"
    config.write_text(f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n', encoding="utf-8")
    with Listener(broker.port) as listener:
        run(capsys, "--config", str(config))
        listener.wait_count("/availability", 2)
    bodies = [m for m in listener.messages if not m.topic.endswith("/availability")]
    assert {m.topic.rpartition("/")[2] for m in bodies} >= {"live", "summary"}
    assert all("no measurement of a person" in m.json["caution"] for m in bodies)


@pytest.mark.usefixtures("alone", "short")
def test_mosquitto_passes_the_messages_on_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    if local_broker.find_mosquitto() is None:
        pytest.skip("mosquitto is not installed; on Debian: apt install mosquitto")
    shown = run(capsys)
    assert "mosquitto_sub -p " in shown.printed
    (line,) = (x for x in shown.printed.splitlines() if x.startswith("mosquitto passed on: "))
    assert "2 availability" in line
    assert "live" in line
    assert "summary" in line


@pytest.mark.usefixtures("alone", "short")
def test_it_goes_on_without_mosquitto(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_broker, "find_mosquitto", lambda: None)
    assert "mqtt: not shown, because mosquitto is not" in run(capsys).printed


@pytest.mark.long
@pytest.mark.usefixtures("short", "store_with_model")
def test_movenet_is_used_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(capsys, "--no-publish", "--realtime")
    assert "model: MoveNet SinglePose Lightning" in shown.printed
    assert shown.summary["pose"]["model"] == "movenet-lightning-int8"
    assert shown.summary["pose"]["stand_in"] is False


@pytest.mark.usefixtures("store_with_model")
def test_a_machine_too_slow_for_movenet_takes_the_stand_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from hipdrive.config import Config

    seconds = iter(range(1000))
    slow = demo._quick_enough(Config(), lambda: next(seconds) * 0.1)
    assert slow.pose.model == demo.STAND_IN
    assert "takes 100 ms a picture here: the demo would take 300 s" in capsys.readouterr().out
    ticks = iter(range(1000))
    assert demo._quick_enough(Config(), lambda: next(ticks) * 0.01) == Config()


def test_the_home_hub_hears_nothing_of_the_demo_unless_told_to() -> None:
    from hipdrive.config import Config, HubConfig

    configured = Config(hub=HubConfig(host="hub.lan"))
    assert demo.for_show(configured, given=False).hub.host == ""
    assert demo.for_show(configured, given=True) == configured
