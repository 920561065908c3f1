"""Profiles as rows of the store, and back."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from hipdrive.coach.speed_baseline import SpeedBaseline
from hipdrive.control.runner_name import runner_name
from hipdrive.runners.profile import CountedSession, DatedMean, RunnerProfile
from hipdrive.runners.tables import BASELINE, PROBE, RUNNER, SESSION
from hipdrive.sqlite_errors import corrupt
from hipdrive.types.programme import CoachMode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from hipdrive.runners.tables import Cell, ChecksummedTable

MM_PER_M = 1000


def put_runner(db: sqlite3.Connection, profile: RunnerProfile) -> None:
    """Write the row of a runner, new or changed."""
    height_m = profile.height_m
    height_mm = None if height_m is None else round(MM_PER_M * height_m)
    RUNNER.insert(db, profile.profile_id, profile.name, height_mm, str(profile.mode))


def add_session(db: sqlite3.Connection, runner: int, session: CountedSession) -> None:
    """Write the row of a session."""
    SESSION.insert(db, runner, session.number, session.session_id, session.utc, session.running_ms)


def add_mean(
    db: sqlite3.Connection, table: ChecksummedTable, runner: int, dated: DatedMean
) -> None:
    """Write the row of a baseline or of a probe."""
    of = dated.of
    table.insert(
        db,
        runner,
        of.session,
        of.belt_mm_per_s,
        of.incline_tenths,
        of.strides,
        of.mean_bam,
        of.sd_bam,
        dated.utc,
    )


def read_profiles(db: sqlite3.Connection, *, sound_only: bool = False) -> list[RunnerProfile]:
    """Every profile, those with the newest session first.

    Args:
        db: the open store.
        sound_only: leave out rows that are damaged.

    Raises:
        sqlite3.DatabaseError: a row is not what was stored.
    """
    sessions, baselines, probes = (
        _by_runner(table.rows(db, sound_only=sound_only)) for table in (SESSION, BASELINE, PROBE)
    )
    order = {runner: place for place, runner in enumerate(_runners(db, sound_only=sound_only))}
    found = []
    for row in RUNNER.rows(db, sound_only=sound_only):
        try:
            found.append(_profile(row, sessions, baselines, probes))
        except ValueError as error:
            if not sound_only:
                raise corrupt(f"a profile in it is damaged ({error})") from error
    return sorted(found, key=lambda each: (order.get(each.profile_id, -1), each.profile_id))[::-1]


def _runners(db: sqlite3.Connection, *, sound_only: bool) -> Iterable[Cell]:
    """Whose each session was, oldest first."""
    return (row[0] for row in SESSION.rows(db, sound_only=sound_only))


def _by_runner(rows: Iterable[tuple[Cell, ...]]) -> Mapping[Cell, list[tuple[Cell, ...]]]:
    found: defaultdict[Cell, list[tuple[Cell, ...]]] = defaultdict(list)
    for runner, *cells in rows:
        found[runner].append(tuple(cells))
    return found


def _profile(
    row: tuple[Cell, ...],
    sessions: Mapping[Cell, list[tuple[Cell, ...]]],
    baselines: Mapping[Cell, list[tuple[Cell, ...]]],
    probes: Mapping[Cell, list[tuple[Cell, ...]]],
) -> RunnerProfile:
    """Raises ValueError: these are rows that hipdrive would not have written."""
    key, name, height_mm, mode = cast("tuple[int, str, int | None, str]", row)
    if not name or runner_name(name) != name:
        raise ValueError("a name that is none")
    counted = tuple(map(_session, sessions.get(key, ())))
    if any(after.number <= before.number for before, after in pairwise(counted)):
        raise ValueError("sessions out of order")
    return RunnerProfile(
        profile_id=key,
        name=name,
        height_m=None if height_mm is None else height_mm / MM_PER_M,
        mode=CoachMode(mode),
        sessions=counted,
        baselines=tuple(map(_mean, baselines.get(key, ()))),
        probes=tuple(map(_mean, probes.get(key, ()))),
    )


def _session(cells: tuple[Cell, ...]) -> CountedSession:
    return CountedSession(*cast("tuple[int, str, str, int]", cells))


def _mean(cells: tuple[Cell, ...]) -> DatedMean:
    *figures, utc = cast("tuple[int, int | None, int, int, int, int, str]", cells)
    return DatedMean(
        SpeedBaseline(*cast("tuple[int, int | None, int, int, int, int]", tuple(figures))), utc
    )
