"""The kinds of lights: each is a function that makes another, which lights one colour alone."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

from hipdrive.cues.outputs import Colour
from hipdrive.cues.ws2812 import RATE_HZ, encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.config import LedConfig
    from hipdrive.cues.pin_factory import PinFactory

LightSetter: TypeAlias = Callable[[Colour | None], None]
"""Lights one colour alone; None: all are dark."""
RGB: Mapping[Colour | None, tuple[float, float, float]] = {
    None: (0, 0, 0),
    "green": (0, 1, 0),
    "amber": (1, 0.3, 0),
    "blue": (0, 0, 1),
}
"""Amber is much red and little green; equal parts look yellow-green."""
STRIP_PLACES: tuple[Colour, ...] = ("amber",) * 3 + ("green",) * 2 + ("blue",) * 3
"""Whose each LED of a strip is, from the end with the wire on: left, middle, right."""


def three_lights(config: LedConfig, factory: PinFactory) -> LightSetter:
    """Three LEDs, each on a pin."""
    from gpiozero import LED

    leds = {
        "green": LED(config.green, pin_factory=factory),
        "amber": LED(config.amber, pin_factory=factory),
        "blue": LED(config.blue, pin_factory=factory),
    }

    def light(colour: Colour | None) -> None:
        # The one to be lit comes last, so that never two of them are on.
        for name in sorted(leds, key=lambda name: name == colour):
            leds[name].value = name == colour

    return light


def rgb_light(config: LedConfig, factory: PinFactory) -> LightSetter:
    """One RGB LED with a common cathode; the pin called amber drives its red."""
    from gpiozero import RGBLED

    rgb = RGBLED(config.amber, config.green, config.blue, pin_factory=factory)

    def light(colour: Colour | None) -> None:
        rgb.value = RGB[colour]

    return light


def strip_lights(config: LedConfig, factory: PinFactory) -> LightSetter:
    """A strip of eight WS2812 on the first SPI bus: `STRIP_PLACES` says which are lit."""
    from gpiozero import SPISoftwareFallback

    with warnings.catch_warnings():
        # Bits sent by hand come too slowly for a WS2812, which would show anything.
        warnings.simplefilter("error", SPISoftwareFallback)
        bus = factory.spi(port=0, device=0)
    bus.rate = RATE_HZ
    share = config.brightness_percent / 100

    def light(colour: Colour | None) -> None:
        red, green, blue = (share * part for part in RGB[colour])
        dark = (0.0, 0.0, 0.0)
        bus.write(
            encoded((red, green, blue) if place == colour else dark for place in STRIP_PLACES)
        )

    light(None)
    return light


LIGHTS: Mapping[
    Literal["three", "rgb", "strip"], Callable[[LedConfig, PinFactory], LightSetter]
] = {"three": three_lights, "rgb": rgb_light, "strip": strip_lights}
"""Every kind of lights, by its name in the configuration."""
