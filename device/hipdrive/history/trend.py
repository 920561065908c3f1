"""Which sessions can be compared, and how thigh extension went over those that can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.advice.detectable import StrideMean, detectable_between_days
from hipdrive.gait.metrics.thigh_ext import THIGH_EXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hipdrive.advice.detectable import Detectable
    from hipdrive.history.past_session import PastSession

MOST_APART = 0.05
"""Of the slower belt: thigh extension rises with the speed."""
ROUNDING_MPS = 0.0005
"""Of lengths and times in a summary, which the speed comes from."""
MOST_INCLINE_APART_PERCENT = 0.5
"""What belts of one setting differ by."""


@dataclass(frozen=True, slots=True)
class MeanChange:
    """How the mean of a metric in one session differs from that in another, in its unit.

    Attributes:
        value: later minus earlier.
        detectable: what it has to exceed; None where a session has too few strides.
    """

    value: float
    detectable: Detectable | None

    @property
    def beyond_chance(self) -> bool:
        """Whether the difference is more than chance and another day's set-up make."""
        found = self.detectable
        return found is not None and found.days_known and abs(self.value) > found.least


@dataclass(frozen=True, slots=True)
class SessionTrend:
    """Sessions that can be compared.

    Attributes:
        sessions: oldest first, one at least.
        changes: of thigh extension in each against the first.
    """

    sessions: tuple[PastSession, ...]
    changes: tuple[MeanChange, ...]

    @classmethod
    def over(cls, sessions: Iterable[PastSession]) -> SessionTrend:
        """The trend over sessions with figures, in any order."""
        ordered = tuple(sorted(sessions, key=lambda session: session.place))
        return cls(ordered, tuple(_change(ordered[0], each) for each in ordered))


def _change(earlier: PastSession, later: PastSession) -> MeanChange:
    """Of thigh extension; both have figures."""
    return _difference(
        THIGH_EXT.name,
        (earlier.mean_deg or 0.0, earlier.sd_deg, earlier.strides),
        (later.mean_deg or 0.0, later.sd_deg, later.strides),
    )


def metric_changes(earlier: PastSession, later: PastSession) -> dict[str, MeanChange]:
    """How every metric changed that both sessions have by the same definition, by its name."""
    found = {}
    for name, one in earlier.metrics.items():
        other = later.metrics.get(name)
        if other is None or other.definition != one.definition:
            continue
        if one.n and other.n and one.mean is not None and other.mean is not None:
            before, after = (one.mean, one.sd, one.n), (other.mean, other.sd, other.n)
            found[name] = _difference(name, before, after)
    return found


def _difference(
    name: str, before: tuple[float, float | None, int], after: tuple[float, float | None, int]
) -> MeanChange:
    """From mean, SD and count of either."""
    (mean, sd, count), (other_mean, other_sd, other_count) = before, after
    detectable = None
    if sd is not None and other_sd is not None:
        one, other = StrideMean(count, mean, sd), StrideMean(other_count, other_mean, other_sd)
        detectable = detectable_between_days(name, one, other)
    return MeanChange(other_mean - mean, detectable)


def unlike(one: PastSession, other: PastSession) -> str:
    """Why two sessions cannot be compared, in words; empty where they can."""
    for session in (one, other):
        if session.problem:
            return f"{session.id} has no figures: {session.problem}"
        if session.belt_mps is None:
            return f"the belt's speed in {session.id} is not known (treadmill.belt_mps)"
    return next((reason for check in CHECKS if (reason := check(one, other))), "")


def _speeds(one: PastSession, other: PastSession) -> str:
    first, second = one.belt_mps or 0.0, other.belt_mps or 0.0
    if abs(first - second) <= MOST_APART * min(first, second) + ROUNDING_MPS:
        return ""
    most = f"{100 * MOST_APART:g} % apart is the most"
    return f"the belt went {first:.2f} and {second:.2f} m/s; {most}"


def _inclines(one: PastSession, other: PastSession) -> str:
    first, second = one.incline_percent, other.incline_percent
    if first is None or second is None:
        # Before summaries had it: the same belt, as far as anybody knows.
        return "" if first is second else "the incline of one of them is not known"
    if abs(first - second) <= MOST_INCLINE_APART_PERCENT:
        return ""
    return f"the belt rose by {first:g} and {second:g} %"


def _runners(one: PastSession, other: PastSession) -> str:
    if one.runner == other.runner:
        return ""
    return f"they are of different runners: {one.runner or 'a guest'}, {other.runner or 'a guest'}"


def _measures(one: PastSession, other: PastSession) -> str:
    if one.near_leg != other.near_leg:
        return f"the near leg was the {one.near_leg or 'one or the other'} and the {other.near_leg}"
    for first, second in ((one.definition, other.definition), (one.model, other.model)):
        if first != second:
            return f"they were measured differently: {first}, {second}"
    return ""


CHECKS: tuple[Callable[[PastSession, PastSession], str], ...] = (
    _runners,
    _speeds,
    _inclines,
    _measures,
)
"""In the order in which reasons are told."""


def trends(sessions: Iterable[PastSession]) -> list[SessionTrend]:
    """Trends, that of the newest session first.

    Each is over the sessions that can be compared with its newest one and are in none before; a
    session without figures, or whose belt's speed is not known, is in none.
    """
    groups: dict[tuple[str | None, ...], list[PastSession]] = {}
    for session in sorted(sessions, key=lambda session: session.place, reverse=True):
        if not unlike(session, session):
            # What must be the same, so that only few are held against one another.
            measured = (session.near_leg, session.definition, session.model)
            groups.setdefault((session.runner, *measured), []).append(session)
    found = []
    for group in groups.values():
        left = group
        while left:
            apart = [session for session in left if unlike(session, left[0])]
            ids = {session.id for session in apart}
            found.append(SessionTrend.over(each for each in left if each.id not in ids))
            left = apart
    return sorted(found, key=lambda trend: trend.sessions[-1].place, reverse=True)
