"""LEDs and buzzer on GPIO pins; the only file that knows gpiozero."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from hipdrive.errors import GpioError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import BuzzerConfig, CuesConfig, LedConfig

log = logging.getLogger("hipdrive.cues")

Colour = Literal["green", "amber", "blue"]
RGB: dict[Colour | None, tuple[float, float, float]] = {
    None: (0, 0, 0),
    "green": (0, 1, 0),
    "amber": (1, 0.3, 0),
    "blue": (0, 0, 1),
}
"""Amber is much red and little green; equal parts look yellow-green."""
TONE_HZ = 880
"""A bare piezo is loudest at the top of the range of gpiozero's tonal buzzer, 220 to 880 Hz."""


class PinFactory(Protocol):
    """What gpiozero calls a pin factory: where its devices get their pins from."""

    def pin(self, name: int) -> Any:  # noqa: ANN401  # gpiozero has no types
        """The pin of a GPIO (BCM) number."""
        ...

    def close(self) -> None:
        """Release every pin."""
        ...


def real_pins() -> PinFactory:
    """The Pi's own GPIO chip, through lgpio and nothing else.

    gpiozero's chain of fall-backs would hide lgpio's error behind that of the last one.

    Raises:
        GpioError: no lgpio, no GPIO chip, or no right to use it.
    """
    # lgpio writes a FIFO into the working directory, which a service may not write to.
    os.environ.setdefault("LG_WD", os.environ.get("RUNTIME_DIRECTORY", "/tmp"))  # noqa: S108  # a FIFO, named by lgpio
    try:
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError as error:
        raise GpioError(
            "lgpio is missing; sudo apt install python3-lgpio, and make the virtual environment "
            "with --system-site-packages (or try --simulate-panel)"
        ) from error
    try:
        factory: PinFactory = LGPIOFactory()
    except Exception as error:  # lgpio raises its own, unrelated classes
        raise GpioError(
            f"the GPIO chip cannot be opened ({error}); on a Raspberry Pi add the user to the "
            "group gpio, elsewhere use --simulate-panel"
        ) from error
    return factory


def simulated_pins() -> PinFactory:
    """Pins that exist only in memory and record every transition."""
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    factory: PinFactory = MockFactory(pin_class=MockPWMPin)
    return factory


@dataclass(frozen=True, slots=True)
class PanelState:
    """What the outputs show now.

    Attributes:
        colour: of the LED that is lit; None: all are off.
        sounding: True while the buzzer sounds.
    """

    colour: Colour | None
    sounding: bool


class PinOutputs:
    """The LEDs and the buzzer as configured, all off at first.

    Args:
        config: pins, and of which kind LEDs and buzzer are.
        pin_factory: from `real_pins` or `simulated_pins`; closed by `close`.

    Attributes:
        state: what the outputs show now.

    Raises:
        GpioError: a pin cannot be driven.
    """

    def __init__(self, config: CuesConfig, pin_factory: PinFactory) -> None:
        self._factory: PinFactory | None = pin_factory
        self.state = PanelState(None, sounding=False)
        try:
            self._set_led = _led_setter(config.leds, pin_factory)
            self._set_buzzer = _buzzer_setter(config.buzzer, pin_factory)
        except Exception as error:  # gpiozero, lgpio and the kernel each raise their own
            pin_factory.close()
            raise GpioError(f"the LED or buzzer pins cannot be driven: {error}") from error

    def light(self, colour: Colour | None) -> None:
        """Light the LED of one colour alone; None: all off."""
        self._set_led(colour)
        self.state = PanelState(colour, self.state.sounding)

    def sound(self, *, on: bool) -> None:
        """Start or stop the buzzer."""
        self._set_buzzer(on)
        self.state = PanelState(self.state.colour, on)

    def close(self) -> None:
        """Switch everything off and release the pins. Safe to call twice.

        What fails is logged, and does not keep the rest from being switched off.
        """
        factory, self._factory = self._factory, None
        if factory is not None:
            self._do_all(self._buzzer_off, self._leds_off, factory.close)

    def off(self) -> None:
        """Switch everything off and keep the pins. Fails as `close` does; nothing after it."""
        if self._factory is not None:
            self._do_all(self._buzzer_off, self._leds_off)

    def _buzzer_off(self) -> None:
        self.sound(on=False)

    def _leds_off(self) -> None:
        self.light(None)

    def _do_all(self, *steps: Callable[[], object]) -> None:
        failure: Exception | None = None
        for step in steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001  # as in the constructor
                failure = failure or error
        if failure:
            log.error("the LEDs and the buzzer cannot be switched off: %s", failure)


@dataclass(frozen=True, slots=True)
class SessionOutputs:
    """The outputs for one session: `close` switches them off and keeps the pins for the next.

    A device claims its pins once, for all its sessions.
    """

    outputs: PinOutputs

    def light(self, colour: Colour | None) -> None:
        """Light the LED of one colour alone; None: all off."""
        self.outputs.light(colour)

    def sound(self, *, on: bool) -> None:
        """Start or stop the buzzer."""
        self.outputs.sound(on=on)

    def off(self) -> None:
        """Switch everything off."""
        self.outputs.off()

    def close(self) -> None:
        """The same: the pins are kept."""
        self.outputs.off()


def _led_setter(config: LedConfig, factory: PinFactory) -> Callable[[Colour | None], None]:
    """A function that lights the LED of one colour alone, or none."""
    from gpiozero import LED, RGBLED

    if config.kind == "rgb":
        rgb = RGBLED(config.amber, config.green, config.blue, pin_factory=factory)

        def light_rgb(colour: Colour | None) -> None:
            rgb.value = RGB[colour]

        return light_rgb
    leds = {
        "green": LED(config.green, pin_factory=factory),
        "amber": LED(config.amber, pin_factory=factory),
        "blue": LED(config.blue, pin_factory=factory),
    }

    def light_one(colour: Colour | None) -> None:
        # The one to be lit comes last, so that never two of them are on.
        for name in sorted(leds, key=lambda name: name == colour):
            leds[name].value = name == colour

    return light_one


def _buzzer_setter(config: BuzzerConfig, factory: PinFactory) -> Callable[[bool], None]:
    """A function that starts or stops the sound."""
    if config.kind == "passive":
        from gpiozero import TonalBuzzer
        from gpiozero.tones import Tone

        tonal = TonalBuzzer(config.pin, pin_factory=factory)
        return lambda on: tonal.play(Tone.from_frequency(TONE_HZ) if on else None)
    from gpiozero import Buzzer

    buzzer = Buzzer(config.pin, pin_factory=factory)

    def sound(on: bool) -> None:  # noqa: FBT001  # called by position, as the tonal one is
        buzzer.value = on

    return sound
