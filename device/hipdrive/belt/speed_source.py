"""What every source of the belt's speed offers."""

from __future__ import annotations

from typing import Protocol


class BeltSpeedSource(Protocol):
    """Knows how fast the belt goes: a treadmill's own interface, a wheel sensor, a programme.

    Asked once a frame in the loop's thread, so it answers at once from what it knows already and
    never raises; a treadmill that has to be read is read in a thread of its own.
    """

    def speed_mm_per_s(self, t_ns: int) -> int | None:
        """The belt's speed at the time of a frame, mm/s; None while it is not known.

        Args:
            t_ns: `Frame.t_ns`, the clock of the frames.
        """
        ...
