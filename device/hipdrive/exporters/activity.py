"""A session as an activity of a sports platform: seconds, laps, pauses."""

from __future__ import annotations

import math
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hipdrive.errors import ExportError
from hipdrive.session.retention import started_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hipdrive.api.stored_session import Session
    from hipdrive.api.values import StrideValues

Seconds: TypeAlias = "list[tuple[datetime, StrideValues | None]]"
LONGEST_GAP_S = 10.0
"""A longer time without a usable stride is a pause: the timer stands still."""
LAP_M, LAP_S = 1000.0, 300
"""A lap is a kilometre, as on a watch, or five minutes where the belt's speed is not known."""
S_PER_MIN = 60


class ActivityPoint(NamedTuple):
    """One second of running.

    Attributes:
        utc: a whole second.
        stride: of the near leg, the one that went on then; None where it cannot be used.
        speed_mps: of the belt; None: not known.
        distance_m: from the start; None where the speed is not known.
    """

    utc: datetime
    stride: StrideValues | None
    speed_mps: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Lap:
    """A part of an activity.

    Attributes:
        began, ended: a whole second each.
        timer_s: how long of that was running.
        distance_m: that was run; None: not known.
        strides: accepted ones of the near leg that ended in it.
        by_distance: it ends because of its distance, not of its time.
    """

    began: datetime
    ended: datetime
    timer_s: int
    distance_m: float | None
    strides: tuple[StrideValues, ...]
    by_distance: bool

    @property
    def elapsed_s(self) -> int:
        """From its begin to its end, pauses too."""
        return round((self.ended - self.began).total_seconds())

    @property
    def speed_mps(self) -> float | None:
        """Mean speed while running."""
        return None if self.distance_m is None else self.distance_m / self.timer_s

    @property
    def cadence_rpm(self) -> float | None:
        """Strides of one leg a minute."""
        stride_s = self.mean("stride_time_s")
        return None if stride_s is None else S_PER_MIN / stride_s

    def mean(self, column: str) -> float | None:
        """Mean of a column of `strides.csv` over the strides; None where none has it."""
        values = [value for each in self.strides if (value := value_of(each, column)) is not None]
        return sum(values) / len(values) if values else None


@dataclass(frozen=True, slots=True)
class Activity:
    """A session as sports platforms see it.

    Attributes:
        runs: between the pauses, each with two points at least.
        laps: one at least, in the order of time.
        whole: all of it as one lap.
    """

    runs: tuple[tuple[ActivityPoint, ...], ...]
    laps: tuple[Lap, ...]
    whole: Lap


def value_of(stride: StrideValues, column: str) -> float | None:
    """A figure of a stride by its column in `strides.csv`."""
    if column in stride.metrics:
        return stride.metrics[column]
    value: float | None = getattr(stride, column, None)
    return value


def activity_of(session: Session) -> Activity:
    """The activity of a session.

    Raises:
        ExportError: there is no stride that can be used, or it is not known when it was.
    """
    if session.summary is not None and session.summary.statement:
        raise ExportError(f"{session.folder}: is no activity: {session.summary.statement}")
    strides = [stride for stride in session.strides if stride.near and stride.accepted]
    if not strides:
        raise ExportError(f"{session.folder}: has no stride of a run, so there is no activity")
    clock = _Clock.of(session)
    runs = tuple(_with_distance(_runs(strides, clock), _belt_mps(session)))
    laps = tuple(_laps(runs, strides, clock))
    points = [point for run in runs for point in run]
    timer_s = sum(lap.timer_s for lap in laps)
    whole = _lap(points[0], points[-1], timer_s, strides, by_distance=False)
    return Activity(runs, laps, whole)


class _Clock(NamedTuple):
    """Session times, from the first frame on, and whole seconds of UTC.

    Attributes:
        whole: the last whole second before the first frame.
        fraction_s: from there to the first frame.
    """

    whole: datetime
    fraction_s: float

    @classmethod
    def of(cls, session: Session) -> _Clock:
        began = _began(session)
        whole = began.replace(microsecond=0)
        return cls(whole, (began - whole).total_seconds())

    def second_of(self, t_s: float) -> float:
        """Seconds since `whole`."""
        return t_s + self.fraction_s

    def utc(self, second: int) -> datetime:
        return self.whole + timedelta(seconds=second)


def _began(session: Session) -> datetime:
    """When the first frame was: as the summary says, or the folder's name where there is none."""
    if session.summary is not None:
        with suppress(ValueError):
            began = datetime.fromisoformat(session.summary.started_utc)
            return began.astimezone(UTC) if began.tzinfo else began.replace(tzinfo=UTC)
    by_name = started_of(session.folder.resolve().name)
    if by_name is None:
        raise ExportError(
            f"{session.folder}: neither session.json nor the name of the folder says when it was"
        )
    return by_name


def _belt_mps(session: Session) -> float | None:
    """The belt's speed as the camera found it, for strides that do not know better."""
    camera = session.summary.camera if session.summary else None
    return camera.belt_mps if camera else None


def _runs(strides: Sequence[StrideValues], clock: _Clock) -> Iterator[Seconds]:
    """The whole seconds between pauses, each with the stride that went on then."""
    ends = [clock.second_of(stride.t_s) for stride in strides]
    begins = [end - stride.stride_time_s for end, stride in zip(ends, strides, strict=True)]
    pauses = [
        number
        for number, (end, begin) in enumerate(zip(ends, begins[1:], strict=False), 1)
        if begin - end > LONGEST_GAP_S
    ]
    for first, last in pairwise([0, *pauses, len(strides)]):
        found: Seconds = []
        for second in range(math.floor(begins[first]), math.ceil(ends[last - 1]) + 1):
            place = bisect_left(ends, second)
            inside = place < len(strides) and begins[place] < second
            found.append((clock.utc(second), strides[place] if inside else None))
        yield found


def _with_distance(
    runs: Iterable[Seconds], belt_mps: float | None
) -> Iterator[tuple[ActivityPoint, ...]]:
    """The points of each run; where no stride tells the speed, it is that of the last that did."""
    distance_m = 0.0
    for run in runs:
        told = (_speed_mps(stride) for _, stride in run if stride is not None)
        speed_mps = next((speed for speed in told if speed is not None), belt_mps)
        points = []
        for number, (utc, stride) in enumerate(run):
            if stride is not None:
                speed_mps = _speed_mps(stride) or speed_mps
            # The timer starts with the first second.
            distance_m += (speed_mps or 0.0) * (number > 0)
            travelled_m = None if speed_mps is None else distance_m
            points.append(ActivityPoint(utc, stride, speed_mps, travelled_m))
        yield tuple(points)


def _speed_mps(stride: StrideValues) -> float | None:
    length_m = stride.metrics.get("stride_length_m")
    return None if length_m is None else length_m / stride.stride_time_s


def _laps(
    runs: Sequence[Sequence[ActivityPoint]], strides: Sequence[StrideValues], clock: _Clock
) -> Iterator[Lap]:
    """Whole kilometres or whole five minutes, and what is left."""
    by_distance = all(point.distance_m is not None for run in runs for point in run)
    began, last = runs[0][0], runs[-1][-1]
    timer_s, full_m = 0, LAP_M
    for run in runs:
        for point in run[1:]:
            timer_s += 1
            # A sum of many speeds is off by less than a micrometre.
            done_m = round(point.distance_m or 0.0, 6)
            full = done_m >= full_m if by_distance else timer_s >= LAP_S
            if full or point is last:
                inside = _ended_between(strides, clock, began.utc, point.utc)
                yield _lap(began, point, timer_s, inside, by_distance=by_distance and full)
                began, timer_s, full_m = point, 0, full_m + LAP_M


def _ended_between(
    strides: Sequence[StrideValues], clock: _Clock, began: datetime, ended: datetime
) -> list[StrideValues]:
    first, last = ((utc - clock.whole).total_seconds() for utc in (began, ended))
    return [stride for stride in strides if first < clock.second_of(stride.t_s) <= last]


def _lap(
    began: ActivityPoint,
    ended: ActivityPoint,
    timer_s: int,
    strides: Sequence[StrideValues],
    *,
    by_distance: bool,
) -> Lap:
    distance_m = None
    if began.distance_m is not None and ended.distance_m is not None:
        distance_m = ended.distance_m - began.distance_m
    return Lap(began.utc, ended.utc, timer_s, distance_m, tuple(strides), by_distance)
