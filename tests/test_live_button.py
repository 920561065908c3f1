"""The push button of a device, by the levels of its simulated pin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from gpiozero.pins import mock

from hipdrive import app, live
from hipdrive.config import ButtonConfig, CameraConfig, Config, CuesConfig
from hipdrive.cues.button import ButtonPresses
from hipdrive.cues.idle_panel import IdlePanel
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.player import CuePlayer
from hipdrive.texts.coach import plain
from hipdrive.texts.message import MessageId
from support.cues.stepped_panel import AMBER, BLUE, GREEN, lights_lit, pin_changes
from support.runners.results import Store, result
from support.simulated_belt import NS, SimulatedBelt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.session.summary import SessionSummary
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.cue import CueKind

BUTTON = 23
CONFIG = Config(
    camera=CameraConfig(fps=40),
    cues=CuesConfig(button=ButtonConfig(kind="push", pin=BUTTON)),
)
pytestmark = pytest.mark.usefixtures("data_dir")


class Device:
    """A device with a button, before a belt on which somebody runs all the time.

    Attributes:
        config: of the device.
        pins: of the lights and the button.
        looks: when `look` looked, and session, runner and privacy then.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ends_s: float) -> None:
        self.belt = SimulatedBelt([(0, 10_000)], ends_s)
        self.config = CONFIG
        self.pins: dict[int, Any] = {}
        self.looks: list[tuple[float, str | None, str, bool]] = []

        def made() -> Any:  # noqa: ANN401  # gpiozero has no types
            factory: Any = simulated_pins()
            # Kept here: a factory that is closed forgets its pins.
            self.pins = {number: factory.pin(number) for number in (GREEN, AMBER, BLUE, BUTTON)}
            return factory

        def clock_ns() -> int:
            return self.belt.now_ns

        monkeypatch.setattr(mock, "monotonic", clock_ns)
        monkeypatch.setattr(app, "simulated_pins", made)
        monkeypatch.setattr(app, "estimator", self.belt.estimator)
        monkeypatch.setattr(app, "ButtonPresses", partial(ButtonPresses, clock_ns=clock_ns))
        monkeypatch.setattr(live, "IdlePanel", partial(IdlePanel, clock_ns=clock_ns))

    def pressed(self, at_s: float, seconds: float) -> list[tuple[float, Callable[[], object]]]:
        """Press the button, with a contact that bounces both times."""

        def bounce(level: Callable[[Any], object]) -> None:
            pin = self.pins[BUTTON]
            for _ in range(3):
                pin.drive_low()
                pin.drive_high()
            level(pin)

        return [
            (at_s, lambda: bounce(lambda pin: pin.drive_low())),
            (at_s + seconds, lambda: bounce(lambda pin: pin.drive_high())),
        ]

    def look(self) -> None:
        assert self.belt.commands is not None
        state = self.belt.commands.status.state
        self.looks.append((self.belt.now_ns / NS, state.session, state.runner, state.private))

    def run(self, *acts: tuple[float, Callable[[], object]]) -> list[SessionSummary]:
        self.belt.acts = sorted(acts, key=lambda act: act[0])
        return [outcome.summary for outcome in self.belt.run(self.config)]

    def lit(self, first_s: float, last_s: float) -> list[tuple[float, str]]:
        """How the lights changed from a time to another."""
        found = lights_lit(pin_changes(self.pins, 0, GREEN, AMBER, BLUE), 0)
        return [(t_s, name) for t_s, name in found if first_s <= t_s < last_s]


def test_between_sessions_the_button_chooses_the_runner_and_begins_when_it_is_let_go(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    for session, name in enumerate(["anna", "bob"]):
        Store(data_dir).keep(result(name, f"s{session}"))
    device = Device(monkeypatch, ends_s=100)
    first, second = device.run(
        *device.pressed(20, 2),
        (30, device.look),
        *device.pressed(30.1, 0.3),
        *device.pressed(35.1, 0.3),
        (40, device.look),
        *device.pressed(50, 3),
        (52.9, device.look),
        (60, device.look),
    )
    assert first.duration_s == pytest.approx(22, abs=0.5), "it ends when the button is let go"
    assert second.duration_s == pytest.approx(100 - 53, abs=0.7)
    assert (first.runner, second.runner) == (None, "bob")
    assert [(session is None, runner) for _, session, runner, _ in device.looks] == [
        (True, ""),
        (True, "bob"),
        (True, "bob"),
        (False, "bob"),
    ]
    one = [name for _, name in device.lit(30, 35)]
    two = [name for _, name in device.lit(35, 45)]
    assert (one, two) == (["blue", "dark"], ["blue", "dark"] * 2)
    held = device.lit(50, 53)
    assert 51 <= held[0][0] < 51.5, "after a second and a look or two it is told what would happen"
    assert {name for _, name in held} == {"amber", "blue"}


def test_who_holds_the_button_between_sessions_closes_the_camera_and_begins_none(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    device = Device(monkeypatch, ends_s=100)
    first, second = device.run(
        *device.pressed(20, 2),
        *device.pressed(40, 9),
        (47, device.look),
        (60, device.look),
        *device.pressed(70, 2),
    )
    assert first.duration_s == pytest.approx(22, abs=0.5)
    assert [(session, private) for _, session, _, private in device.looks] == [(None, True)] * 2
    lit = device.lit(46, 60)
    assert [name for _, name in lit][-4:] == ["blue", "green", "amber", "dark"]
    assert second.duration_s == pytest.approx(100 - 72, abs=0.7)
    assert not (data_dir / "private").exists()


def test_who_holds_the_button_in_a_session_ends_it_with_the_camera(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    device = Device(monkeypatch, ends_s=60)
    [session] = device.run(*device.pressed(20, 9), (50, device.look))
    assert session.duration_s == pytest.approx(26, abs=0.5)
    assert device.looks[0][3]
    assert (data_dir / "private").exists()


def test_without_runners_the_button_chooses_the_guest_and_says_so(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    device = Device(monkeypatch, ends_s=60)
    device.run(*device.pressed(20, 2), *device.pressed(30, 0.3), (35, device.look))
    assert device.looks[0][2] == ""
    assert [name for _, name in device.lit(30, 40)] == ["blue", "dark"]
    assert not list(data_dir.glob("runners.sqlite"))


def test_in_a_session_too_the_lights_are_told_what_letting_go_would_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = Device(monkeypatch, ends_s=60)
    told: list[float] = []

    def note(_player: CuePlayer, *, letting_go: bool) -> None:
        if letting_go:
            told.append(device.belt.now_ns / NS)

    monkeypatch.setattr(CuePlayer, "set_letting_go", note)
    device.run(*device.pressed(20, 2), *device.pressed(50, 0.5))
    assert (told[0], told[-1]) == pytest.approx((21, 22), abs=0.1)


class Voice:
    """Notes what it is told to say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, kind: CueKind) -> None:
        """Cues are not what is asked about here."""

    def tell(self, text: str) -> None:
        self.said.append(text)

    def hush(self) -> None:
        """Nothing is said."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("language", "guest"), [("en", "guest"), ("de", "Gast")])
def test_who_runs_next_is_said_by_name_and_before_a_session_the_words_to_recall(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path, language: Language, guest: str
) -> None:
    Store(data_dir).keep(result("anna", "s0"))
    device, voice = Device(monkeypatch, ends_s=90), Voice()
    monkeypatch.setattr(app, "open_speaker", lambda *_: voice)
    device.config = CONFIG.model_copy(update={"language": language})
    device.run(
        *device.pressed(20, 2),
        *device.pressed(30, 0.3),
        *device.pressed(35, 0.3),
        *device.pressed(40, 0.3),
        *device.pressed(50, 2),
    )
    assert voice.said == ["anna", guest, "anna", plain(MessageId.RECALL_WORDS, language)]
