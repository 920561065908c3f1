"""What is kept of a runner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.types.programme import CoachMode

if TYPE_CHECKING:
    from hipdrive.coach.speed_baseline import SpeedBaseline


@dataclass(frozen=True, slots=True)
class DatedMean:
    """A mean of thigh extension, and the date for people; nothing is ordered by it.

    Attributes:
        of: the mean, with session, speed and incline.
        utc: wall clock at the start of the session, ISO 8601; it may have been wrong.
    """

    of: SpeedBaseline
    utc: str


@dataclass(frozen=True, slots=True)
class CountedSession:
    """A session that counted.

    Attributes:
        number: of the runner's sessions, from 1.
        session_id: its id, which is the name of its folder.
        utc: wall clock at its start, ISO 8601.
        running_ms: sum of the times of the usable strides.
    """

    number: int
    session_id: str
    utc: str
    running_ms: int


@dataclass(frozen=True, slots=True)
class RunnerProfile:
    """A runner.

    Attributes:
        profile_id: of this profile; one that is made after it was forgotten has another.
        name: a pseudonym, as `control.runner_name.runner_name` returns it; unique.
        height_m: None: not known.
        mode: what the runner wants.
        sessions: that counted, oldest first, by their numbers.
        baselines: oldest first.
        probes: results of the retention probes, oldest first.
    """

    profile_id: int
    name: str
    height_m: float | None = None
    mode: CoachMode = CoachMode.PROGRAMME
    sessions: tuple[CountedSession, ...] = ()
    baselines: tuple[DatedMean, ...] = ()
    probes: tuple[DatedMean, ...] = ()

    @property
    def sessions_done(self) -> int:
        """How many sessions counted."""
        return self.sessions[-1].number if self.sessions else 0


@dataclass(frozen=True, slots=True)
class SessionResult:
    """What a session that counts adds to a profile.

    Attributes:
        name: the runner's.
        profile_id: of the profile that the session was coached by; None: there was none.
        mode: of a profile that is made now.
        session_id: its id.
        utc: wall clock at its start, ISO 8601.
        running_ms: sum of the times of the usable strides.
        baselines: measured in it, of known speeds.
        probe: result of the retention probe; None: there is none.
    """

    name: str
    profile_id: int | None
    mode: CoachMode
    session_id: str
    utc: str
    running_ms: int
    baselines: tuple[SpeedBaseline, ...] = ()
    probe: SpeedBaseline | None = None
