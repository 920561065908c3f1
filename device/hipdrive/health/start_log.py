"""Starts of the service that came to nothing, and when to stop trying the camera.

A camera that is unplugged fails every start. After five within ten minutes the device comes up
without it: the hub, the page and `hipdrive doctor` work, and say what is wrong.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.private_file import private
from hipdrive.small_file import read_small_file
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FAILED_STARTS = 5
WITHIN_NS = 600 * NS_PER_S
GOOD_NS = 60 * NS_PER_S
"""A start is good once frames have gone on for so long."""
LOG_NAME = "starts.json"


def boot_time_ns() -> int:
    """Time since the machine was switched on, ns: no clock that somebody sets."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class StartLog:
    """Remembers starts that were not good, over restarts and not over a reboot.

    Args:
        file: where; in memory (`/run`), kept by systemd over restarts. None: nothing is
            remembered, as where a person starts the program.
        clock_ns: time since the machine was switched on, ns.
    """

    def __init__(self, file: Path | None, clock_ns: Callable[[], int] = boot_time_ns) -> None:
        self._file = file
        self._clock_ns = clock_ns
        self._since_ns: int | None = None

    @classmethod
    def of_service(cls, environ: Mapping[str, str]) -> StartLog:
        """That of the service, in its folder below `/run`."""
        folder = environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
        return cls(Path(folder) / LOG_NAME if folder else None)

    def begin(self) -> bool:
        """Note a start; False, and no note, where the camera is not to be tried."""
        now_ns = self._clock_ns()
        failed = [start for start in self._read() if 0 <= now_ns - start < WITHIN_NS]
        if len(failed) >= FAILED_STARTS:
            return False
        self._write([*failed, now_ns])
        return True

    def frame(self) -> None:
        """A frame has gone through the loop: after a minute of them the start was a good one."""
        if self._file is None:
            return
        now_ns = self._clock_ns()
        if self._since_ns is None:
            self._since_ns = now_ns
        elif now_ns - self._since_ns >= GOOD_NS:
            self.good()

    def good(self) -> None:
        """The start was good, or its end was wanted: forget those that failed."""
        self._write([])
        self._file = None

    def _read(self) -> list[int]:
        if self._file is None:
            return []
        try:
            found = json.loads(read_small_file(self._file))
        except (OSError, ValueError, RecursionError):
            return []
        return [each for each in found if isinstance(each, int)] if isinstance(found, list) else []

    def _write(self, starts: list[int]) -> None:
        if self._file is None:
            return
        try:
            with open(self._file, "w", encoding="ascii", opener=private) as file:
                json.dump(starts, file)
        except OSError:
            # Without it the device only tries its camera more often.
            self._file = None
