"""Guards over the conditions: without them neither the band nor the metrics mean anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from hipdrive.coach.guards.history import SOUND_WINDOW
from hipdrive.coach.guards.values import BELT_SPEED, OFF_CENTRE
from hipdrive.types.coach_status import GuardReason
from hipdrive.types.cue import CueKind
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.coach.guards.history import GuardHistory

LEAST_SOUND = 8
"""Of `SOUND_WINDOW` strides; four of five, as the verdict of a session asks for."""
OFF_PERCENT = 5
"""A baseline belongs to one speed of the belt, within so much."""
CHANGE_PERCENT = 2
"""From stride to stride: belts dip by more than 5 % in a stance, and by 2 % on average over
strides (Willwacher 2021)."""
CHANGE_STRIDES = 3
CENTRE_STRIDES = 2
MINUTE_NS = 60 * NS_PER_S
FIRST_WEEK_DOSE_NS = tuple(minutes * MINUTE_NS for minutes in (10, 13, 16, 20))
"""Cues for so long at most, in the first four sessions: 10 to 20 minutes a session in the first
week, at three to four sessions a week; more had the trained runners' calves and Achilles tendons
injured more often (Chan 2018)."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Too many of the latest strides could not be used."""

    name: ClassVar[str] = GuardReason.CONFIDENCE
    cue: ClassVar[CueKind] = CueKind.LED_OFF
    metrics: ClassVar[tuple[str, ...]] = ()

    def trips(self, history: GuardHistory, *, tripped: bool) -> bool:
        """Fewer than four of five; to let go one more has to be sound."""
        lost = history.sound.count(False)
        return lost + tripped > SOUND_WINDOW - LEAST_SOUND


@dataclass(frozen=True, slots=True)
class OffCentre:
    """The runner is not in the middle of the picture, where the camera looks square at them."""

    name: ClassVar[str] = GuardReason.OFF_CENTRE
    cue: ClassVar[CueKind] = CueKind.LED_OFF
    metrics: ClassVar[tuple[str, ...]] = (OFF_CENTRE,)

    def trips(self, history: GuardHistory, *, tripped: bool) -> bool:
        """With the second stride there, until the second one in the middle."""
        latest = history[OFF_CENTRE].recent[-CENTRE_STRIDES:]
        if len(latest) < CENTRE_STRIDES:
            return tripped
        return any(latest) if tripped else all(latest)


@dataclass(frozen=True, slots=True)
class BeltSpeed:
    """The belt's speed changes, is not the baseline's, or is not known any more.

    Only where something measures it: a speed that was never known cannot be seen to change.
    """

    name: ClassVar[str] = GuardReason.BELT_SPEED
    cue: ClassVar[CueKind] = CueKind.LED_OFF
    metrics: ClassVar[tuple[str, ...]] = (BELT_SPEED,)

    def trips(self, history: GuardHistory, *, tripped: bool) -> bool:
        """With the stride that shows it."""
        belt = history[BELT_SPEED]
        if not belt.count:
            return False
        if not belt.recent:
            return tripped
        latest = belt.recent[-CHANGE_STRIDES:]
        known = [speed for speed in latest if speed is not None]
        if len(known) < len(latest):
            return True
        off = abs(known[-1] - belt.mean) * 100 > OFF_PERCENT * belt.mean
        return off or (max(known) - min(known)) * 100 > CHANGE_PERCENT * belt.mean


@dataclass(frozen=True, slots=True)
class FirstWeekDose:
    """Enough cues for today, in a runner's first sessions.

    Attributes:
        sessions_done: by the runner, before this one.
    """

    sessions_done: int
    name: ClassVar[str] = GuardReason.DOSE
    cue: ClassVar[CueKind] = CueKind.LED_OFF
    metrics: ClassVar[tuple[str, ...]] = ()

    def trips(self, history: GuardHistory, *, tripped: bool) -> bool:
        """From the end of the session's dose on."""
        doses_ns = FIRST_WEEK_DOSE_NS[self.sessions_done : self.sessions_done + 1]
        return tripped or any(history.asked_ns >= dose_ns for dose_ns in doses_ns)
