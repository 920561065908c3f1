"""LEDs and buzzer on GPIO pins; the only file that knows gpiozero."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

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


def real_pins() -> Any:  # noqa: ANN401  # gpiozero has no types
    """The Pi's own GPIO chip, through lgpio and nothing else.

    gpiozero's chain of fall-backs would hide why lgpio failed behind the error of the last one.

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
        return LGPIOFactory()
    except Exception as error:  # lgpio raises its own, unrelated classes
        raise GpioError(
            f"the GPIO chip cannot be opened ({error}); on a Raspberry Pi add the user to the "
            "group gpio, elsewhere use --simulate-panel"
        ) from error


def simulated_pins() -> Any:  # noqa: ANN401  # gpiozero has no types
    """Pins that exist only in memory and record every transition."""
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    return MockFactory(pin_class=MockPWMPin)


@dataclass(frozen=True, slots=True)
class PanelState:
    """What the outputs show at this moment."""

    colour: Colour | None
    sounding: bool


class PinOutputs:
    """The LEDs and the buzzer as configured, all off at first.

    Args:
        config: pins and kinds.
        pin_factory: from `real_pins` or `simulated_pins`; closed by `close`.

    Raises:
        GpioError: a pin cannot be driven.
    """

    def __init__(self, config: CuesConfig, pin_factory: Any) -> None:  # noqa: ANN401  # gpiozero has no types
        self._factory = pin_factory
        self.state = PanelState(None, sounding=False)
        try:
            self._leds = _leds(config.leds, pin_factory)
            self._buzzer = _buzzer(config.buzzer, pin_factory)
        except Exception as error:  # gpiozero, lgpio and the kernel each raise their own
            pin_factory.close()
            raise GpioError(f"the LED or buzzer pins cannot be driven: {error}") from error

    def light(self, colour: Colour | None) -> None:
        """Light one colour, or none."""
        self._leds(colour)
        self.state = PanelState(colour, self.state.sounding)

    def sound(self, *, on: bool) -> None:
        """Start or stop the buzzer."""
        self._buzzer(on)
        self.state = PanelState(self.state.colour, on)

    def close(self) -> None:
        """Everything off, and the pins given back. Safe to call twice.

        What fails is logged, and does not keep the rest from being switched off.
        """
        factory, self._factory = self._factory, None
        if factory is not None:
            self._each(self._silence, self._darken, factory.close)

    def off(self) -> None:
        """Everything off, and the pins kept. Fails as `close` does, and does nothing after it."""
        if self._factory is not None:
            self._each(self._silence, self._darken)

    def _silence(self) -> None:
        self.sound(on=False)

    def _darken(self) -> None:
        self.light(None)

    def _each(self, *steps: Callable[[], object]) -> None:
        failure: Exception | None = None
        for step in steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001  # as in the constructor
                failure = failure or error
        if failure:
            log.error("the LEDs and the buzzer cannot be switched off: %s", failure)


@dataclass(frozen=True, slots=True)
class LentOutputs:
    """Outputs whose user switches them off when done, for the next; pins are claimed once."""

    outputs: PinOutputs

    def light(self, colour: Colour | None) -> None:
        """Light one colour, or none."""
        self.outputs.light(colour)

    def sound(self, *, on: bool) -> None:
        """Start or stop the buzzer."""
        self.outputs.sound(on=on)

    def close(self) -> None:
        """Everything off."""
        self.outputs.off()


def _leds(config: LedConfig, factory: Any) -> Any:  # noqa: ANN401  # gpiozero has no types
    """A function that lights a colour."""
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
        # The one that is to shine comes last: at no moment are two of them on.
        for name in sorted(leds, key=lambda name: name == colour):
            leds[name].value = name == colour

    return light_one


def _buzzer(config: BuzzerConfig, factory: Any) -> Any:  # noqa: ANN401  # gpiozero has no types
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
