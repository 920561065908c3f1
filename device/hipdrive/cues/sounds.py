"""The kinds of buzzers: each is a function that makes another, which starts or stops the sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.config import BuzzerConfig
    from hipdrive.cues.pin_factory import PinFactory

SoundSetter: TypeAlias = Callable[[bool], None]
OCTAVES = 3
"""Around 440 Hz: up to 3520."""


def active_buzzer(config: BuzzerConfig, factory: PinFactory) -> SoundSetter:
    """A buzzer that sounds by itself when it is powered."""
    from gpiozero import Buzzer

    buzzer = Buzzer(config.pin, pin_factory=factory)

    def sound(on: bool) -> None:  # noqa: FBT001  # called by position, as the tone is
        buzzer.value = on

    return sound


def passive_buzzer(config: BuzzerConfig, factory: PinFactory) -> SoundSetter:
    """A bare piezo, driven with a square wave."""
    from gpiozero import TonalBuzzer
    from gpiozero.tones import Tone

    tonal = TonalBuzzer(config.pin, octaves=OCTAVES, pin_factory=factory)
    tone = Tone.from_frequency(config.tone_hz)
    return lambda on: tonal.play(tone if on else None)


SOUNDS: Mapping[Literal["active", "passive"], Callable[[BuzzerConfig, PinFactory], SoundSetter]] = {
    "active": active_buzzer,
    "passive": passive_buzzer,
}
"""Every kind of buzzer, by its name in the configuration."""
