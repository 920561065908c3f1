"""What the pins do between two sessions when the button is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from gpiozero.pins import mock

from hipdrive.config import CuesConfig
from hipdrive.cues.idle_panel import IdlePanel
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.health.degraded import DegradedParts, DevicePart
from support.cues.stepped_panel import AMBER, BLUE, GREEN, START_NS, lights_lit, pin_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

MS = 1_000_000


class Idle:
    """An idle panel that is driven five times a second, as an idle device does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        config = CuesConfig()
        self.now_ns = START_NS
        monkeypatch.setattr(mock, "monotonic", lambda: self.now_ns)
        self.factory: Any = simulated_pins()
        self.parts = DegradedParts()
        outputs = PinOutputs(config, self.factory)
        self.panel = IdlePanel(config, outputs, self.parts, lambda: self.now_ns)

    def wait(self, seconds: float, *, letting_go: bool = False) -> None:
        for _ in range(round(5 * seconds)):
            self.panel.drive(letting_go=letting_go)
            self.now_ns += 200 * MS

    def lit(self) -> list[tuple[float, str]]:
        pins = {pin: self.factory.pin(pin) for pin in (GREEN, AMBER, BLUE)}
        return lights_lit(pin_changes(pins, START_NS, *pins), START_NS)


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> Idle:
    return Idle(monkeypatch)


@pytest.mark.parametrize("number", [1, 2, 8])
def test_a_runner_is_as_many_flashes_as_their_number(idle: Idle, number: int) -> None:
    idle.panel.show_runner(number)
    idle.wait(20)
    assert [name for _, name in idle.lit()] == ["blue", "dark"] * number
    assert [t_s for t_s, name in idle.lit() if name == "blue"] == pytest.approx(range(number))


def test_a_guest_is_one_long_light(idle: Idle) -> None:
    idle.panel.show_runner(0)
    idle.wait(20)
    assert idle.lit() == [(0, "blue"), (2.6, "dark")]


def test_another_press_begins_to_count_anew(idle: Idle) -> None:
    idle.panel.show_runner(3)
    idle.wait(1.4)
    idle.panel.show_runner(1)
    idle.wait(20)
    flashes = [t_s for t_s, name in idle.lit() if name == "blue"]
    assert len(flashes) in {2, 3}
    assert idle.lit()[-1][1] == "dark"
    assert flashes[-1] <= 2, "nothing is left of the three"


def test_a_closing_camera_is_told_by_the_lights_from_right_to_left(idle: Idle) -> None:
    idle.panel.show_camera_closed()
    idle.wait(20)
    assert idle.lit() == [(0, "blue"), (0.6, "green"), (1.2, "amber"), (1.8, "dark")]


def test_a_held_button_is_shown_until_it_is_let_go(idle: Idle) -> None:
    idle.wait(1)
    idle.wait(3, letting_go=True)
    idle.wait(10)
    lit = idle.lit()
    assert lit[0] == (1, "amber")
    assert {name for _, name in lit[:-1]} == {"amber", "blue"}
    assert lit[-1] == (4, "dark")


def test_a_fault_flashes_before_and_after(idle: Idle) -> None:
    idle.parts.degrade(DevicePart.BROKER, "away")
    idle.panel.show_runner(2)
    idle.wait(6)
    assert [name for _, name in idle.lit()][:6] == ["blue", "dark", "blue", "dark", "amber", "dark"]


def test_in_the_end_it_is_dark(idle: Idle) -> None:
    idle.wait(1, letting_go=True)
    idle.panel.close()
    assert idle.lit()[-1] == (1, "dark")


def test_the_lights_change_three_times_a_second_at_most_however_it_is_pressed(
    idle: Idle,
) -> None:
    for number in [1, 2, 0, 5, 0, 1, 2]:
        idle.panel.show_runner(number)
        idle.wait(0.4)
        idle.wait(0.2, letting_go=True)
    assert most_in_a_second([t_s for t_s, _ in idle.lit()]) <= 3


def most_in_a_second(times_s: Sequence[float]) -> int:
    return max(sum(0 <= each - first < 0.999 for each in times_s) for first in times_s)
