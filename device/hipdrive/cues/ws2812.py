"""The bits of a WS2812 LED as bits of an SPI bus.

A bit of a WS2812 lasts 1.25 us; it is a one when it is high for two thirds of that, a zero for one
third (data sheet: high 0.8 or 0.4 us, each within 0.15 us). So one bit is three bits of SPI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

RATE_HZ = 2_400_000
"""Three bits in 1.25 us."""
RESET_BYTES = 96
"""Low for 320 us, after which the LEDs show what they got; newer ones want 280 us. And more than
the 96 bytes from which the Pi sends by DMA, which leaves no gaps between bytes."""
_ONE, _ZERO = "110", "100"
_BYTES = tuple(
    int("".join(_ONE if bit == "1" else _ZERO for bit in f"{value:08b}"), 2).to_bytes(3, "big")
    for value in range(256)
)


def encoded(pixels: Iterable[tuple[float, float, float]]) -> bytes:
    """What to send, so that a strip shows these.

    Args:
        pixels: red, green and blue of each LED, 0 to 1.
    """
    levels = (round(255 * share) for red, green, blue in pixels for share in (green, red, blue))
    # A byte of rest first: the line must be low before the first bit.
    return b"\0" + b"".join(_BYTES[level] for level in levels) + bytes(RESET_BYTES)
