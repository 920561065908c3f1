"""Lights, sound and button on the pins of a Raspberry Pi, real or simulated."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.cues.lights import LIGHTS
from hipdrive.cues.outputs import DARK, PanelState
from hipdrive.cues.sounds import SOUNDS
from hipdrive.errors import GpioError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import CuesConfig
    from hipdrive.cues.button import ButtonPresses
    from hipdrive.cues.lights import LightSetter
    from hipdrive.cues.outputs import Colour
    from hipdrive.cues.pin_factory import PinFactory
    from hipdrive.cues.sounds import SoundSetter

log = logging.getLogger("hipdrive.cues")


class PinOutputs:
    """The lights and the buzzer as configured, all off at first; and the button.

    Args:
        config: pins, and of which kind lights, buzzer and button are.
        pin_factory: from `real_pins` or `simulated_pins`; closed by `close`. None: there were no
            pins, and `renewed` is asked for some when one is to be driven.
        renewed: another factory, for when the pins of this one have failed; None: there is none.
        presses: told what the button does; None: nobody asks.

    Attributes:
        state: what the outputs show now.

    Raises:
        GpioError: a pin cannot be driven.
    """

    def __init__(
        self,
        config: CuesConfig,
        pin_factory: PinFactory | None,
        renewed: Callable[[], PinFactory] | None = None,
        presses: ButtonPresses | None = None,
    ) -> None:
        self._config = config
        self._factory = pin_factory
        self._closed = False
        self._renewed = renewed
        self._presses = presses
        self._off_failed = False
        self._set_light: LightSetter = self._late_light
        self._set_sound: SoundSetter = self._late_sound
        if pin_factory is not None:
            self._set_light, self._set_sound = self._claimed(pin_factory)
        self.state = DARK

    def _claimed(self, factory: PinFactory) -> tuple[LightSetter, SoundSetter]:
        """Claim the pins."""
        config = self._config
        try:
            setters = (
                LIGHTS[config.leds.kind](config.leds, factory),
                SOUNDS[config.buzzer.kind](config.buzzer, factory),
            )
            if self._presses is not None and config.button.kind != "none":
                self._watch(self._presses, factory)
        except Exception as error:  # gpiozero, lgpio and the kernel each raise their own
            factory.close()
            raise GpioError(f"the LED or buzzer pins cannot be driven: {error}") from error
        return setters

    def _watch(self, presses: ButtonPresses, factory: PinFactory) -> None:
        # Not a `Button`: that is this device and a thread for presses that are held.
        from gpiozero import DigitalInputDevice

        contact = DigitalInputDevice(self._config.button.pin, pull_up=True, pin_factory=factory)
        contact.when_activated = lambda: presses.contact(closed=True)
        contact.when_deactivated = lambda: presses.contact(closed=False)
        # gpiozero does not keep a device whose last reference is gone.
        self._button = contact

    def renew(self) -> None:
        """Claim the pins anew after a failure, where that can be done.

        Raises:
            GpioError: they cannot be claimed.
        """
        if self._renewed is None or self._closed:
            return
        if self._factory is not None:
            self._do_all(self._factory.close)
        self._factory = factory = self._renewed()
        self._set_light, self._set_sound = self._claimed(factory)
        self.state = DARK

    def _late_light(self, colour: Colour | None) -> None:
        self._claim_late()
        self._set_light(colour)

    def _late_sound(self, on: bool) -> None:  # noqa: FBT001  # as every setter
        self._claim_late()
        self._set_sound(on)

    def _claim_late(self) -> None:
        if self._renewed is None or self._closed:
            raise GpioError("there are no pins")
        self.renew()

    def light(self, colour: Colour | None) -> None:
        """Light the LED of one colour alone; None: all off."""
        self._set_light(colour)
        self.state = PanelState(colour, self.state.sounding)

    def sound(self, *, on: bool) -> None:
        """Start or stop the buzzer."""
        self._set_sound(on)
        self.state = PanelState(self.state.colour, on)

    def close(self) -> None:
        """Switch everything off and release the pins. Safe to call twice.

        What fails is logged, and does not keep the rest from being switched off.
        """
        self._closed = True
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
        if failure and not self._off_failed:
            log.error("the LEDs and the buzzer cannot be switched off: %s", failure)
        self._off_failed = failure is not None


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

    def renew(self) -> None:
        """Claim the pins anew after a failure."""
        self.outputs.renew()

    def off(self) -> None:
        """Switch everything off."""
        self.outputs.off()

    def close(self) -> None:
        """The same: the pins are kept."""
        self.outputs.off()
