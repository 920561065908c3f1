"""A device through the day: who runs, who wants privacy, and what fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hipdrive import app
from hipdrive.config import CameraConfig, Config, SessionConfig
from hipdrive.control.command_handler import ReceivedCommand
from hipdrive.errors import CameraError, GpioError
from hipdrive.health.service_manager import ServiceManager
from hipdrive.health.start_log import StartLog
from hipdrive.live import SAFE_MODE, SAFE_MODE_TRIES
from hipdrive.supervision import Supervision
from support.simulated_belt import NS, SimulatedBelt, SimulatedCamera

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.camera.source import FrameSource
    from hipdrive.session.summary import SessionSummary

AUTO = Config(session=SessionConfig(auto=True), camera=CameraConfig(fps=40))
ONE_SESSION = Config(camera=CameraConfig(fps=40))
pytestmark = pytest.mark.usefixtures("data_dir")


def sessions(
    belt: SimulatedBelt,
    monkeypatch: pytest.MonkeyPatch,
    config: Config = AUTO,
    supervision: Supervision | None = None,
) -> list[SessionSummary]:
    monkeypatch.setattr(app, "estimator", belt.estimator)
    return [outcome.summary for outcome in belt.run(config, supervision)]


def command(belt: SimulatedBelt, name: str, **content: object) -> None:
    assert belt.commands is not None
    answer = belt.commands.handle(ReceivedCommand(name, json.dumps(content).encode()))
    assert answer.accepted, answer.explanation


def test_runners_begin_and_end_their_sessions(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    belt = SimulatedBelt([(60, 150), (400, 460), (600, 610)], ends_s=800)
    first, second = sessions(belt, monkeypatch)
    # Begun after 20 s of running, ended after a minute without.
    assert first.duration_s == pytest.approx(70 + 60, abs=1)
    assert second.duration_s == pytest.approx(40 + 60, abs=1)
    assert first.strides == pytest.approx(70 / 0.7, abs=5)
    kept = sorted(folder.name for folder in (data_dir / "sessions").iterdir())
    assert kept == [first.id, second.id], "ten seconds on the belt are no session"
    assert first.id.startswith("20260301T0601")
    assert belt.looks < 0.4 * 40 * 800, "an empty belt needs no model"


def test_between_sessions_nothing_looks_at_the_runner_until_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=200)
    looks: list[int] = []
    belt.acts = [
        (60, lambda: command(belt, "session", action="end")),
        (61, lambda: looks.append(belt.looks)),
        (119, lambda: looks.append(belt.looks)),
        (120, lambda: command(belt, "session", action="start")),
    ]
    first, second = sessions(belt, monkeypatch, ONE_SESSION)
    assert looks[0] == looks[1]
    assert first.duration_s == pytest.approx(60, abs=0.5)
    assert second.duration_s == pytest.approx(80, abs=0.5)


def test_privacy_closes_the_camera_itself_and_holds_over_a_restart(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=120)
    seen: list[tuple[int, int]] = []
    belt.acts = [
        (60, lambda: command(belt, "privacy", private=True)),
        (61, lambda: seen.append((belt.closed, belt.frames))),
        (119, lambda: seen.append((belt.closed, belt.frames))),
    ]
    [session] = sessions(belt, monkeypatch, ONE_SESSION)
    assert session.duration_s == pytest.approx(60, abs=0.5)
    assert seen[0] == seen[1]
    assert seen[0][0] == 1
    assert (data_dir / "private").stat().st_mode & 0o777 == 0o600

    again = SimulatedBelt([(0, 400)], ends_s=200)
    opened: list[int] = []
    again.acts = [
        (100, lambda: opened.append(again.opened)),
        (101, lambda: command(again, "privacy", private=False)),
        (110, lambda: command(again, "session", action="start")),
    ]
    [session] = sessions(again, monkeypatch, ONE_SESSION)
    assert opened == [0]
    assert session.duration_s == pytest.approx(90, abs=0.5)
    assert not (data_dir / "private").exists()


def test_a_session_that_is_asked_for_opens_the_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=100)
    belt.acts = [
        (30, lambda: command(belt, "privacy", private=True)),
        (60, lambda: command(belt, "session", action="start")),
    ]
    first, second = sessions(belt, monkeypatch, ONE_SESSION)
    assert (first.duration_s, second.duration_s) == pytest.approx((30, 40), abs=0.5)
    assert (belt.opened, belt.closed) == (2, 2)


def failed_starts(file: Path, count: int) -> Supervision:
    for _ in range(count):
        StartLog(file, lambda: 7 * NS).begin()
    log = StartLog(file, lambda: 8 * NS)
    return Supervision(ServiceManager(None, 0, lambda: 0), log, safe_mode=not log.begin())


def test_after_five_failed_starts_the_camera_is_left_alone_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=100)
    seen: list[object] = []

    def look() -> None:
        assert belt.commands is not None
        state = belt.commands.status.state
        seen.append((belt.opened, state.safe_mode, [part.reason for part in belt.parts.now]))

    belt.acts = [
        (40, look),
        (50, lambda: command(belt, "session", action="start")),
        (60, look),
    ]
    [session] = sessions(belt, monkeypatch, AUTO, failed_starts(tmp_path / "starts", 5))
    assert seen == [(0, True, [SAFE_MODE]), (1, False, [])]
    assert session.duration_s == pytest.approx(50, abs=0.5)


@pytest.mark.parametrize("auto", [False, True])
def test_a_camera_on_the_network_that_comes_back_ends_safe_mode(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, auto: bool
) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=300)
    url = CameraConfig(kind="url", url="rtsp://treadmill.invalid/", fps=40)
    config = Config(camera=url, session=SessionConfig(auto=auto))
    tried_s: list[float] = []

    def opened() -> FrameSource:
        tried_s.append(belt.now_ns / NS)
        if belt.now_ns < 150 * NS:
            raise CameraError("camera rtsp://treadmill.invalid: does not answer")
        return SimulatedCamera(belt)

    monkeypatch.setattr(belt, "open", opened)
    told: list[list[str]] = []
    belt.acts = [(140, lambda: told.append([part.reason for part in belt.parts.now]))]
    [session] = sessions(belt, monkeypatch, config, failed_starts(tmp_path / "starts", 5))
    assert tried_s == pytest.approx([60, 120, 180], abs=1)
    assert told == [["camera rtsp://treadmill.invalid: does not answer", SAFE_MODE_TRIES]]
    assert session.duration_s == pytest.approx(100 if auto else 120, abs=3)
    assert belt.commands is not None
    assert not belt.commands.status.state.safe_mode


def test_in_safe_mode_a_camera_that_is_to_stay_closed_is_not_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=200)
    config = Config(camera=CameraConfig(kind="usb", fps=40))
    belt.acts = [(30, lambda: command(belt, "privacy", private=True))]
    supervision = failed_starts(tmp_path / "starts", 5)
    assert sessions(belt, monkeypatch, config, supervision) == []
    assert belt.opened == 0


def test_privacy_that_is_asked_for_while_the_camera_gives_nothing_holds_over_the_restart(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=120)

    def fails() -> None:
        command(belt, "privacy", private=True)
        raise CameraError("camera x: no picture for 2.5 s")

    belt.acts = [(60, fails)]
    with pytest.raises(CameraError, match="no picture"):
        sessions(belt, monkeypatch, ONE_SESSION)
    assert (data_dir / "private").exists()


def test_after_four_it_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=30)
    sessions(belt, monkeypatch, AUTO, failed_starts(tmp_path / "starts", 4))
    assert belt.opened == 1


def test_the_watchdog_is_fed_in_and_between_sessions_and_without_a_camera(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    belt = SimulatedBelt([(40, 100)], ends_s=300)
    belt.acts = [(200, lambda: command(belt, "privacy", private=True))]
    meals: list[float] = []

    def hear(message: str) -> None:
        if "WATCHDOG=1" in message:
            meals.append(belt.now_ns / NS)

    service = ServiceManager(hear, 4_000_000, lambda: belt.now_ns)
    sessions(belt, monkeypatch, AUTO, Supervision(service, StartLog(None)))
    gaps = [after - before for before, after in zip([0.0, *meals], [*meals, 300], strict=True)]
    assert max(gaps) < 2, "the service is killed after four"


def test_without_leds_the_runner_is_coached_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    belt = SimulatedBelt([(0, 400)], ends_s=60)

    def broken() -> None:
        raise GpioError("the GPIO chip cannot be opened")

    monkeypatch.setattr(app, "estimator", belt.estimator)
    monkeypatch.setattr(app, "real_pins", broken)
    [outcome] = list(belt.run(ONE_SESSION, simulate_panel=False))
    assert outcome.summary.strides > 70
    assert any("GPIO chip cannot be opened" in each for each in outcome.summary.warnings)
    assert sum(outcome.summary.cues.values()) == 0, "a cue that nobody saw is none"
