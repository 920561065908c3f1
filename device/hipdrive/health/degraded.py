"""What of the device does not work: told by whoever notices, read by all who report it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from enum import StrEnum

log = logging.getLogger("hipdrive.health")


class DevicePart(StrEnum):
    """A part of the device whose failure the coach survives."""

    CUES = "cues"
    RECORDER = "recorder"
    CALIBRATION = "calibration"
    CAMERA = "camera"
    BROKER = "broker"
    PROFILES = "profiles"
    SAFE_MODE = "safe_mode"


@dataclass(frozen=True, slots=True)
class DegradedPart:
    """A part that does not do what it is for.

    Attributes:
        part: which.
        reason: what is wrong and what to do, a sentence without its full stop.
    """

    part: DevicePart
    reason: str


class DegradedParts:
    """The parts that do not work now, and those that did not at some time of the session.

    The summary, the health report, the panel and the exit code read it. Any thread may call it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[DevicePart, DegradedPart] = {}
        self._session: dict[DevicePart, DegradedPart] = {}
        self.ever = False

    def degrade(self, part: DevicePart, reason: str, *, logged: bool = False) -> None:
        """The part does not work; a reason is logged once until it works again.

        Args:
            part: which.
            reason: as in `DegradedPart`.
            logged: True where the caller logs or raises it.
        """
        degraded = DegradedPart(part, reason)
        with self._lock:
            known = self._now.get(part) == degraded
            self._now[part] = degraded
            self._session.setdefault(part, degraded)
            self.ever = True
        if not known and not logged:
            log.error("%s: %s", part, reason)

    def recover(self, part: DevicePart) -> None:
        """The part works again; quick where it always did."""
        if part not in self._now:
            return
        with self._lock:
            known = self._now.pop(part, None)
        if known is not None:
            log.warning("%s: works again", part)

    def begin_session(self) -> None:
        """Forget what has passed; what does not work now concerns the new session too."""
        with self._lock:
            self._session = dict(self._now)

    @property
    def now(self) -> tuple[DegradedPart, ...]:
        """What does not work now, in the order of `DevicePart`."""
        found = dict(self._now)
        return tuple(found[part] for part in DevicePart if part in found)

    @property
    def warnings(self) -> list[str]:
        """What did not work at some time of this session, one sentence each; for the summary."""
        found = dict(self._session)
        return [found[part].reason for part in DevicePart if part in found]
