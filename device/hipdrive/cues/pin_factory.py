"""Where pins come from: the Pi's GPIO chip, or memory."""

from __future__ import annotations

import os
from collections import deque
from typing import Any, Protocol

from hipdrive.errors import GpioError

MOST_TRANSFERS_KEPT = 64


class SpiBus(Protocol):
    """What gpiozero calls an SPI interface."""

    rate: int
    """Bits a second."""

    def write(self, data: bytes) -> int:
        """Send bytes; how many."""
        ...

    def close(self) -> None:
        """Give the bus and its pins back."""
        ...


class PinFactory(Protocol):
    """What gpiozero calls a pin factory: where its devices get their pins from."""

    def pin(self, name: int) -> Any:  # noqa: ANN401  # gpiozero has no types
        """The pin of a GPIO (BCM) number."""
        ...

    def spi(self, *, port: int, device: int) -> SpiBus:
        """An SPI bus, and its pins."""
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

    class SimulatedPins(MockFactory):  # type: ignore[misc]  # gpiozero has no types
        """gpiozero would send every bit of SPI over mock pins, which remember all of them."""

        def spi(self, *, port: int, device: int) -> SpiBus:
            """A bus that keeps what was sent."""
            del port, device
            return SimulatedSpiBus()

    factory: PinFactory = SimulatedPins(pin_class=MockPWMPin)
    return factory


class SimulatedSpiBus:
    """A bus that ends in memory.

    Attributes:
        sent: the newest transfers.
    """

    def __init__(self) -> None:
        self.rate = 0
        self.sent: deque[bytes] = deque(maxlen=MOST_TRANSFERS_KEPT)

    def write(self, data: bytes) -> int:
        """Keep bytes; how many."""
        self.sent.append(data)
        return len(data)

    def close(self) -> None:
        """Nothing is held."""
