"""The wall clock and the monotonic clock, read together."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TIMESYNCD = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd creates it when it has set the clock (systemd-timesyncd.service(8)); the folder
is empty again after a start. Where another program keeps the time it does not exist."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One point in time on both clocks.

    Attributes:
        utc_ns: wall clock, ns since 1970; wrong before it is synchronised, and may jump.
        monotonic_ns: on Linux since the start of the machine, ns; never jumps.
    """

    utc_ns: int
    monotonic_ns: int


def synchronised_by_timesyncd() -> bool:
    """True once systemd-timesyncd has set the wall clock since the start of the machine."""
    return TIMESYNCD.exists()


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks of this machine, or those of a test.

    Attributes:
        utc_ns, monotonic_ns: as in `Stamp`.
        synchronised: True when the wall clock can be believed; may look at files.
    """

    utc_ns: Callable[[], int] = time.time_ns
    monotonic_ns: Callable[[], int] = time.monotonic_ns
    synchronised: Callable[[], bool] = synchronised_by_timesyncd

    def stamp(self) -> Stamp:
        """The time now."""
        return Stamp(self.utc_ns(), self.monotonic_ns())
