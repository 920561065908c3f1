"""Ids that sort by time: UUIDs of version 7 (RFC 9562, section 5.7)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable

RANDOM_BITS = 74
"""128 bits less 48 of time, 4 of version and 2 of variant."""
STEP_BITS = 32
LATEST_MS = (1 << 48) - 2
"""One less than fits, so that a step after it stays within 48 bits."""


class IdGenerator:
    """Makes ids that grow strictly, as numbers and as text.

    When the wall clock stands still or jumps back, the next id is the last one and a random step
    (section 6.2, method 2), so that the order holds; the time in it is then that of the last.

    Args:
        random_bits: returns so many random bits as an integer.
    """

    def __init__(self, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._random_bits = random_bits
        self._last = -1

    def continue_after(self, last_id: str) -> None:
        """Make the next id greater than this one, which another run may have used."""
        self._last = max(self._last, _packed(UUID(last_id).int))

    def make(self, utc_ns: int) -> str:
        """Make the next id.

        Args:
            utc_ns: the wall clock, ns since 1970.
        """
        ms = min(max(utc_ns // NS_PER_MS, 0), LATEST_MS)
        fresh = ms << RANDOM_BITS | self._random_bits(RANDOM_BITS)
        step = self._last + 1 + self._random_bits(STEP_BITS)
        self._last = fresh if fresh > self._last else step
        return str(UUID(int=_unpacked(self._last)))


def _unpacked(value: int) -> int:
    """Time, 12 and 62 random bits, with version and variant inserted."""
    ms, high, low = value >> 74, value >> 62 & 0xFFF, value & (1 << 62) - 1
    return ms << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low


def _packed(uuid: int) -> int:
    ms, high, low = uuid >> 80, uuid >> 64 & 0xFFF, uuid & (1 << 62) - 1
    return ms << 74 | high << 62 | low
