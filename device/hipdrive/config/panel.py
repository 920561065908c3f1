"""The keys of `[cues]`: lights, sound, button and voice."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hipdrive.config.section import PathText, Section
from hipdrive.cues.patterns import PanelEvent, Pattern, patterns_for

Pin = Annotated[int, Field(ge=2, le=27)]
"""A GPIO number (BCM), as printed on pinout cards; 0 and 1 belong to the HAT's EEPROM."""
SPI_PINS = range(7, 12)
"""What the first SPI bus takes, with both of its chip selects."""
NOT_SPOKEN = "none"
LONGEST_SENTENCE = 60
"""Characters: about three seconds, less than four strides."""


def _sentence(text: str) -> str:
    if len(text) > LONGEST_SENTENCE:
        message = f"has {len(text)} characters, and may have {LONGEST_SENTENCE}"
        raise ValueError(message)
    if not text.isprintable() or text.startswith("-"):
        message = f"{text!r} is no sentence to be spoken"
        raise ValueError(message)
    return text


Sentence = Annotated[str, AfterValidator(_sentence)]


class LedConfig(Section):
    """Three LEDs, one RGB LED, or a strip of eight; `gpio` numbers."""

    kind: Literal["three", "rgb", "strip"] = "three"
    """Strip: eight WS2812 on the first SPI bus (GPIO 10); then the three pins are not used."""
    green: Pin = 17
    amber: Pin = 27
    blue: Pin = 22
    """For `rgb`, `amber` is the pin of the red anode."""
    brightness_percent: int = Field(default=30, ge=5, le=100)
    """Of a strip, whose LEDs dazzle at eye level."""


class LightsConfig(Section):
    """What the lights show when: a pattern each, empty for the default.

    A pattern is a colour, or steps with their milliseconds: see `cues.patterns.parse_pattern`.
    """

    session_begins: str = ""
    baseline: str = ""
    baseline_done: str = ""
    in_band: str = ""
    below: str = ""
    above: str = ""
    quicker_steps: str = ""
    look_ahead: str = ""
    lost: str = ""
    fault: str = ""
    letting_go: str = ""
    camera_closed: str = ""
    guest: str = ""
    runner: str = ""


class BuzzerConfig(Section):
    """The buzzer."""

    kind: Literal["active", "passive"] = "active"
    """Active: sounds by itself when powered. Passive: a bare piezo, driven with a tone."""
    pin: Pin = 18
    buzz_ms: int = Field(default=80, ge=60, le=100)
    tone_hz: int = Field(default=880, ge=220, le=3520)
    """Of a passive one; most are loudest between 2000 and 4000."""


class ButtonConfig(Section):
    """A push button between a pin and ground: short mutes, long begins or ends a session.

    Between two sessions a short press chooses who runs next. Who holds on closes the camera.
    """

    kind: Literal["none", "push"] = "none"
    pin: Pin = 23
    hold_ms: int = Field(default=1000, ge=500, le=5000)
    """Held for so long and let go, a press is a long one."""
    privacy_ms: int = Field(default=6000, ge=6000, le=60_000)
    """Held for so long, the camera is closed, and open after the next long press."""
    chooses_runner: bool = True
    """False: a short press mutes between two sessions too, as where everybody may press it."""
    bounce_ms: int = Field(default=30, ge=5, le=200)
    """A contact that changes again within this time has not settled yet."""


class SpeechConfig(Section):
    """Short sentences over the Pi's sound output, in place of reading the lights."""

    program: Literal["none", "espeak-ng", "piper"] = "none"
    """What speaks; it must be installed."""
    voice: PathText = ""
    """For `espeak-ng` the name of a voice, such as `en-gb`; for `piper` the file of its model."""
    below: Sentence = ""
    above: Sentence = ""
    in_band: Sentence = NOT_SPOKEN
    quicker_steps: Sentence = ""
    look_ahead: Sentence = ""
    baseline_done: Sentence = NOT_SPOKEN
    """Empty: what hipdrive says in `language`. Nothing is said for `none`."""


class CuesConfig(Section):
    """What the runner sees, hears and presses."""

    leds: LedConfig = LedConfig()
    lights: LightsConfig = LightsConfig()
    buzzer: BuzzerConfig = BuzzerConfig()
    button: ButtonConfig = ButtonConfig()
    speech: SpeechConfig = SpeechConfig()

    @property
    def patterns(self) -> dict[PanelEvent, Pattern]:
        """Every event's pattern, for the kind of lights that there are."""
        chosen = {event: str(getattr(self.lights, event.value)) for event in PanelEvent}
        return patterns_for(self.leds.kind, chosen)

    @model_validator(mode="after")
    def _patterns_keep_the_limits(self) -> CuesConfig:
        try:
            patterns = self.patterns
        except ValueError as error:
            message = f"lights: {error}"
            raise ValueError(message) from error
        del patterns
        return self

    @model_validator(mode="after")
    def _pins_differ(self) -> CuesConfig:
        used: dict[int, list[str]] = defaultdict(list)
        used[self.buzzer.pin].append("buzzer.pin")
        if self.leds.kind == "strip":
            for pin in SPI_PINS:
                used[pin].append("the strip's SPI bus")
        else:
            for name in ("green", "amber", "blue"):
                used[getattr(self.leds, name)].append(f"leds.{name}")
        if self.button.kind != "none":
            used[self.button.pin].append("button.pin")
        clashes = [f"{pin} ({', '.join(names)})" for pin, names in used.items() if len(names) > 1]
        if clashes:
            message = f"pins are used twice: {'; '.join(sorted(clashes))}"
            raise ValueError(message)
        return self
