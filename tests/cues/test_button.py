from __future__ import annotations

import random
from typing import Any

import pytest

from hipdrive.config import ButtonConfig, CuesConfig
from hipdrive.cues.button import ButtonPresses, Press
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.errors import GpioError

MS = 1_000_000
PUSH = CuesConfig(button=ButtonConfig(kind="push", pin=23))


class Pressed:
    """A button and a clock that stands until it is stepped.

    Attributes:
        told: every press, and after how many ms it was known.
    """

    def __init__(self) -> None:
        self.now_ns = 0
        self.presses = ButtonPresses(30 * MS, 1000 * MS, lambda: self.now_ns)
        self.told: list[tuple[int, Press]] = []

    def wait(self, ms: int) -> None:
        """Let time pass; a frame comes every 10 ms and asks."""
        for _ in range(ms // 10):
            self.now_ns += 10 * MS
            while (press := self.presses.next_press()) is not None:
                self.told.append((self.now_ns // MS, press))

    def contact(self, *, closed: bool) -> None:
        self.presses.contact(closed=closed)

    def hold(self, ms: int) -> None:
        self.contact(closed=True)
        self.wait(ms)
        self.contact(closed=False)


@pytest.fixture
def button() -> Pressed:
    return Pressed()


@pytest.mark.parametrize("ms", [30, 200, 990])
def test_a_press_shorter_than_a_second_is_short_and_known_when_it_has_ended(
    button: Pressed, ms: int
) -> None:
    button.hold(ms)
    button.wait(2000)
    assert button.told == [(ms + 30, Press.SHORT)]


@pytest.mark.parametrize("ms", [1000, 1010, 5000])
def test_a_long_press_is_known_when_the_button_is_let_go_and_once(button: Pressed, ms: int) -> None:
    button.hold(ms)
    button.wait(2000)
    assert button.told == [(ms + 30, Press.LONG)]


def test_what_letting_go_would_do_is_known_as_long_as_the_button_is_held() -> None:
    now_ns = 0
    presses = ButtonPresses(30 * MS, 1000 * MS, lambda: now_ns, 6000 * MS)
    held: list[int] = []
    presses.contact(closed=True)
    for ms in range(0, 9000, 10):
        now_ns = ms * MS
        if presses.long_so_far():
            held.append(ms)
    assert (held[0], held[-1], len(held)) == (1000, 5990, 500)
    presses.contact(closed=False)
    now_ns += 100 * MS
    assert not presses.long_so_far()


def test_a_short_press_is_at_no_time_a_long_one(button: Pressed) -> None:
    button.hold(990)
    assert not button.presses.long_so_far()
    button.wait(2000)
    assert not button.presses.long_so_far()


def test_two_presses_are_two(button: Pressed) -> None:
    for _ in range(2):
        button.hold(100)
        button.wait(100)
    assert [press for _, press in button.told] == [Press.SHORT] * 2


@pytest.mark.parametrize("seed", range(20))
def test_a_contact_that_bounces_is_one_press(button: Pressed, seed: int) -> None:
    chance = random.Random(seed)

    def bounce(*, closed: bool) -> None:
        for _ in range(2 * chance.randrange(1, 20)):
            closed = not closed
            button.now_ns += chance.randrange(1, 29 * MS)
            button.contact(closed=closed)

    button.contact(closed=True)
    bounce(closed=True)
    button.wait(300)
    button.contact(closed=False)
    bounce(closed=False)
    button.wait(300)
    assert [press for _, press in button.told] == [Press.SHORT]


def test_what_is_shorter_than_a_bounce_is_no_press(button: Pressed) -> None:
    for _ in range(50):
        button.contact(closed=True)
        button.now_ns += 29 * MS
        button.contact(closed=False)
        button.wait(100)
    assert button.told == []


def test_nobody_who_asks_seldom_misses_a_press_or_sees_two(button: Pressed) -> None:
    """A camera that stalls: everything is known with the next frame."""
    button.contact(closed=True)
    button.now_ns += 200 * MS
    button.contact(closed=False)
    button.now_ns += 3000 * MS
    assert button.presses.next_press() is Press.SHORT
    assert button.presses.next_press() is None


def test_a_pin_that_goes_low_is_a_press() -> None:
    now_ns = 0
    presses = ButtonPresses(30 * MS, 1000 * MS, lambda: now_ns)
    factory: Any = simulated_pins()
    outputs = PinOutputs(PUSH, factory, presses=presses)
    pin = factory.pin(23)
    assert pin.pull == "up", "an open contact is high"
    pin.drive_low()
    now_ns = 100 * MS
    pin.drive_high()
    now_ns = 200 * MS
    assert presses.next_press() is Press.SHORT
    outputs.close()


def test_the_button_works_on_the_pins_that_were_claimed_anew() -> None:
    now_ns = 0
    presses = ButtonPresses(30 * MS, 1000 * MS, lambda: now_ns)
    made: list[Any] = []

    def make() -> Any:  # noqa: ANN401  # gpiozero has no types
        made.append(simulated_pins())
        return made[-1]

    outputs = PinOutputs(PUSH, make(), make, presses)
    outputs.renew()
    made[1].pin(23).drive_low()
    now_ns = 1500 * MS
    assert presses.long_so_far()
    made[1].pin(23).drive_high()
    now_ns = 1600 * MS
    assert presses.next_press() is Press.LONG
    outputs.close()


def test_without_a_button_its_pin_is_left_alone() -> None:
    factory: Any = simulated_pins()
    outputs = PinOutputs(CuesConfig(), factory, presses=ButtonPresses(1, 1))
    factory.pin(23).drive_low()
    assert not factory.pin(23).when_changed
    outputs.close()


def test_a_button_on_a_pin_in_use_is_an_error_that_names_it() -> None:
    from gpiozero import LED

    factory: Any = simulated_pins()
    taken = LED(23, pin_factory=factory)
    with pytest.raises(GpioError, match=r"cannot be driven: .*23"):
        PinOutputs(PUSH, factory, presses=ButtonPresses(1, 1))
    taken.close()


def test_a_press_that_is_held_on_is_no_long_one_and_known_while_it_is_held() -> None:
    now_ns = 0
    presses = ButtonPresses(30 * MS, 1000 * MS, lambda: now_ns, 6000 * MS)
    told = []
    presses.contact(closed=True)
    for _ in range(900):
        now_ns += 10 * MS
        while (press := presses.next_press()) is not None:
            told.append((now_ns // MS, press))
    presses.contact(closed=False)
    now_ns += 40 * MS
    assert told == [(6000, Press.HELD)]
    assert presses.next_press() is None


def test_a_press_that_was_held_on_while_nobody_asked_is_no_long_one() -> None:
    now_ns = 0
    presses = ButtonPresses(30 * MS, 1000 * MS, lambda: now_ns, 6000 * MS)
    presses.contact(closed=True)
    now_ns = 7000 * MS
    presses.contact(closed=False)
    now_ns = 9000 * MS
    assert presses.next_press() is Press.HELD
    assert presses.next_press() is None
