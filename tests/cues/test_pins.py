from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.config import BuzzerConfig, CuesConfig, LedConfig
from hipdrive.cues.outputs import PanelState
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs, SessionOutputs
from hipdrive.errors import GpioError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.cues.outputs import Colour

GREEN, AMBER, BLUE, BUZZER = 17, 27, 22, 18
"""The pins of the default configuration, as config/hipdrive.toml states them."""
RGB = CuesConfig(leds=LedConfig(kind="rgb"))
PASSIVE = CuesConfig(buzzer=BuzzerConfig(kind="passive"))
COLOURS: tuple[Colour | None, ...] = ("green", "amber", "blue", None)


@pytest.fixture
def factory() -> Iterator[Any]:
    pins = simulated_pins()
    yield pins
    pins.close()


def states(factory: Any, pin: int) -> list[float]:  # noqa: ANN401  # gpiozero has no types
    """Every state the pin has been in since it was made."""
    return [float(state.state) for state in factory.pin(pin).states]


def lit(factory: Any) -> tuple[float, float, float]:  # noqa: ANN401  # gpiozero has no types
    return (
        float(factory.pin(GREEN).state),
        float(factory.pin(AMBER).state),
        float(factory.pin(BLUE).state),
    )


def test_everything_is_off_at_first(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(CuesConfig(), factory)
    assert [states(factory, pin) for pin in (GREEN, AMBER, BLUE, BUZZER)] == [[0.0]] * 4
    assert all(factory.pin(pin).function == "output" for pin in (GREEN, AMBER, BLUE, BUZZER))
    assert outputs.state == PanelState(None, sounding=False)


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("green", (1, 0, 0)), ("amber", (0, 1, 0)), ("blue", (0, 0, 1)), (None, (0, 0, 0))],
)
def test_a_colour_lights_its_led_alone(
    factory: Any,  # noqa: ANN401
    colour: Colour | None,
    expected: tuple[int, int, int],
) -> None:
    outputs = PinOutputs(CuesConfig(), factory)
    outputs.light("green")
    outputs.light(colour)
    assert lit(factory) == expected
    assert outputs.state == PanelState(colour, sounding=False)


def test_no_pin_changes_that_does_not_have_to(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(CuesConfig(), factory)
    for colour in ("green", "green", "amber", "amber", None):
        outputs.light(colour)
    assert states(factory, GREEN) == [0, 1, 0]
    assert states(factory, AMBER) == [0, 1, 0]
    assert states(factory, BLUE) == [0]


@pytest.mark.parametrize("before", COLOURS)
@pytest.mark.parametrize("after", COLOURS)
def test_never_are_two_leds_on(
    before: Colour | None, after: Colour | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpiozero.pins.mock import MockPWMPin

    factory = simulated_pins()
    outputs = PinOutputs(CuesConfig(), factory)
    outputs.light(before)
    lit_together: list[float] = []
    change = MockPWMPin._change_state

    def noted(pin: object, value: float) -> bool:
        changed: bool = change(pin, value)
        lit_together.append(sum(lit(factory)))
        return changed

    monkeypatch.setattr(MockPWMPin, "_change_state", noted)
    outputs.light(after)
    assert lit_together, "no pin was written"
    assert max(lit_together) <= 1
    outputs.close()


def test_the_pins_are_those_of_the_configuration(factory: Any) -> None:  # noqa: ANN401
    leds = LedConfig(green=5, amber=6, blue=13)
    outputs = PinOutputs(CuesConfig(leds=leds, buzzer=BuzzerConfig(pin=19)), factory)
    for colour in ("green", "amber", "blue"):
        outputs.light(colour)
    outputs.sound(on=True)
    assert [states(factory, pin) for pin in (5, 6)] == [[0, 1, 0]] * 2
    assert [states(factory, pin) for pin in (13, 19)] == [[0, 1]] * 2


def test_an_rgb_led_mixes_amber_from_much_red_and_little_green(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(RGB, factory)
    # The pin called amber drives the red anode.
    outputs.light("amber")
    green, red, blue = lit(factory)
    assert red == 1
    assert 0 < green < red / 2
    assert blue == 0


def test_an_rgb_led_shows_green_and_blue_pure(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(RGB, factory)
    outputs.light("amber")
    outputs.light("green")
    assert lit(factory) == (1, 0, 0)
    outputs.light("blue")
    assert lit(factory) == (0, 0, 1)
    outputs.light(None)
    assert lit(factory) == (0, 0, 0)


def test_an_active_buzzer_is_switched_on_and_off(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(CuesConfig(), factory)
    outputs.sound(on=True)
    assert outputs.state == PanelState(None, sounding=True)
    outputs.sound(on=False)
    assert states(factory, BUZZER) == [0, 1, 0]
    assert factory.pin(BUZZER).frequency is None
    assert outputs.state == PanelState(None, sounding=False)


def test_a_passive_buzzer_is_driven_with_a_square_wave_of_880_hz(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(PASSIVE, factory)
    assert states(factory, BUZZER) == [0]
    outputs.sound(on=True)
    assert factory.pin(BUZZER).frequency == pytest.approx(880)
    outputs.sound(on=False)
    assert factory.pin(BUZZER).frequency is None
    # Half of the time on is a square wave.
    assert states(factory, BUZZER) == [0, 0.5, 0]


def test_light_and_sound_do_not_disturb_each_other(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(CuesConfig(), factory)
    outputs.light("blue")
    outputs.sound(on=True)
    outputs.light("amber")
    assert outputs.state == PanelState("amber", sounding=True)
    outputs.sound(on=False)
    assert outputs.state == PanelState("amber", sounding=False)
    assert lit(factory) == (0, 1, 0)


@pytest.mark.parametrize("config", [CuesConfig(), RGB, PASSIVE], ids=["active", "rgb", "passive"])
def test_close_turns_everything_off_and_releases_the_pins(config: CuesConfig) -> None:
    factory = simulated_pins()
    outputs = PinOutputs(config, factory)
    outputs.light("amber")
    outputs.sound(on=True)
    pins = [factory.pin(pin) for pin in (GREEN, AMBER, BLUE, BUZZER)]
    assert [pin.states[-1].state for pin in pins][1] == 1
    outputs.close()
    outputs.close()
    assert [pin.states[-1].state for pin in pins] == [0] * 4
    assert [pin.function for pin in pins] == ["input"] * 4
    assert outputs.state == PanelState(None, sounding=False)


def test_what_fails_while_closing_does_not_keep_the_rest_from_being_switched_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    factory = simulated_pins()
    outputs = PinOutputs(CuesConfig(), factory)
    outputs.light("green")
    green, buzzer = factory.pin(GREEN), factory.pin(BUZZER)
    # A pin that has become an input cannot be driven: gpiozero raises PinSetInput.
    buzzer.function = "input"
    outputs.close()
    assert green.states[-1].state == 0
    assert green.function == "input"
    (record,) = caplog.records
    assert "cannot be switched off" in record.getMessage()


def test_a_pin_that_is_in_use_is_an_error_that_names_it(factory: Any) -> None:  # noqa: ANN401
    from gpiozero import LED

    taken = LED(AMBER, pin_factory=factory)
    with pytest.raises(GpioError, match=r"cannot be driven: .*27"):
        PinOutputs(CuesConfig(), factory)
    taken.close()


def test_no_thread_is_started() -> None:
    before = threading.active_count()
    outputs = PinOutputs(RGB, simulated_pins())
    outputs.light("amber")
    assert threading.active_count() == before
    outputs.close()


def test_outputs_of_a_session_are_off_when_closed_and_serve_the_next(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(CuesConfig(), factory)
    for colour, expected in (("green", (1, 0, 0)), ("blue", (0, 0, 1))):
        session = SessionOutputs(outputs)
        session.light(colour)  # type: ignore[arg-type]
        session.sound(on=True)
        assert lit(factory) == expected
        assert factory.pin(BUZZER).state == 1
        session.close()
        assert lit(factory) == (0, 0, 0)
        assert factory.pin(BUZZER).state == 0


def test_outputs_of_a_session_may_be_closed_after_the_pins_were_released(factory: Any) -> None:  # noqa: ANN401
    outputs = PinOutputs(CuesConfig(), factory)
    outputs.close()
    SessionOutputs(outputs).close()
    assert outputs.state == PanelState(None, sounding=False)


class Bus:
    """An SPI bus that keeps what was sent."""

    def __init__(self) -> None:
        self.rate = 0
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.sent.append(data)
        return len(data)


def led_levels(sent: bytes) -> list[tuple[int, int, int]]:
    """What a strip reads, by the data sheet: high for 0.8 us is a one, for 0.4 a zero; G, R, B."""
    line = "".join(f"{byte:08b}" for byte in sent)
    data, rest = line[8 : 8 + 8 * 24 * 3], line[8 + 8 * 24 * 3 :]
    assert line[:8] == "0" * 8
    assert set(rest) == {"0"}
    assert len(rest) / 2.4 >= 280, "microseconds of rest, after which it shows what it got"
    codes = {"110": "1", "100": "0"}
    bits = "".join(codes[data[place : place + 3]] for place in range(0, len(data), 3))
    levels = [int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)]
    return list(zip(levels[::3], levels[1::3], levels[2::3], strict=True))


def test_a_strip_shows_amber_at_its_left_green_in_the_middle_and_blue_at_its_right(
    factory: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bus, dark = Bus(), (0, 0, 0)
    monkeypatch.setattr(factory, "spi", lambda **_: bus, raising=False)
    leds = LedConfig(kind="strip", brightness_percent=100)
    outputs = PinOutputs(CuesConfig(leds=leds), factory)
    assert bus.rate == 2_400_000, "three bits in the 1.25 us of one"
    assert led_levels(bus.sent[-1]) == [dark] * 8
    outputs.light("amber")
    # Green, red, blue is the order of the wire.
    assert led_levels(bus.sent[-1]) == [(76, 255, 0)] * 3 + [dark] * 5
    outputs.light("green")
    assert led_levels(bus.sent[-1]) == [dark] * 3 + [(255, 0, 0)] * 2 + [dark] * 3
    outputs.light("blue")
    assert led_levels(bus.sent[-1]) == [dark] * 5 + [(0, 0, 255)] * 3
    outputs.close()
    assert led_levels(bus.sent[-1]) == [dark] * 8


def test_a_strip_dazzles_nobody_unless_asked_to(factory: Any) -> None:  # noqa: ANN401
    buses: list[Any] = []
    made = factory.spi

    def noted(**where: int) -> Any:  # noqa: ANN401  # gpiozero has no types
        buses.append(made(**where))
        return buses[-1]

    factory.spi = noted
    PinOutputs(CuesConfig(leds=LedConfig(kind="strip")), factory).light("blue")
    assert led_levels(buses[0].sent[-1])[7] == (0, 0, 76)


def test_a_strip_never_gets_bits_that_come_too_slowly(factory: Any) -> None:  # noqa: ANN401
    from gpiozero import SPISoftwareFallback

    def slow(**_: int) -> Bus:
        warnings.warn("no hardware SPI", SPISoftwareFallback, stacklevel=1)
        return Bus()

    factory.spi = slow
    with pytest.raises(GpioError, match="no hardware SPI"):
        PinOutputs(CuesConfig(leds=LedConfig(kind="strip")), factory)


def test_the_tone_of_a_bare_piezo_is_the_configured_one(factory: Any) -> None:  # noqa: ANN401
    buzzer = BuzzerConfig(kind="passive", tone_hz=2700)
    outputs = PinOutputs(CuesConfig(buzzer=buzzer), factory)
    outputs.sound(on=True)
    assert factory.pin(BUZZER).frequency == pytest.approx(2700)
