"""Earlier sessions as lines of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.counted import counted
from hipdrive.gait.metrics.catalogue import FIELDS, stride_metrics
from hipdrive.history.trend import metric_changes, trends
from hipdrive.printable import printable
from hipdrive.texts.phrases import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hipdrive.advice.detectable import Detectable
    from hipdrive.history.past_session import PastSession
    from hipdrive.history.trend import MeanChange, SessionTrend

S_PER_MIN = 60
NONE = "-"
HEADINGS = (
    *("session", "runner", "min", "strides", "belt m/s", "incline %"),
    *("thigh extension", "band", "change", ""),
)
EXPLANATION = (
    "change: of mean thigh extension against the first session of the same runner at like belt "
    "speed and incline;\n* more than the strides' scatter and another day make, whose mean differs "
    "by 2° where the camera is set up anew."
)
FINE = {"s": 3, "m": 3}
"""Decimals of the units for which one decimal is too coarse."""


def history_lines(sessions: Sequence[PastSession]) -> Iterator[str]:
    """A line a session, newest first, then a line for each trend over two sessions or more."""
    found = trends(sessions)
    changes = {
        session.id: change
        for trend in found
        for session, change in list(zip(trend.sessions, trend.changes, strict=True))[1:]
    }
    yield from _table([HEADINGS, *(_row(each, changes.get(each.id)) for each in sessions)])
    several = [trend for trend in found if len(trend.sessions) > 1]
    if several:
        yield f"\n{EXPLANATION}\n"
        yield from map(_trend, several)


def compare_lines(earlier: PastSession, later: PastSession) -> Iterator[str]:
    """The two sessions, and how every metric of both changed."""
    yield from _table([HEADINGS[:-2], *(_row(each, None)[:-2] for each in (earlier, later))])
    yield ""
    rows = [("", "before", "after", "change", "detectable", "strides")]
    changes = metric_changes(earlier, later)
    for metric in (*FIELDS, *stride_metrics()):
        if change := changes.get(metric.name):
            places = FINE.get(metric.unit.name, 1)
            one, other = earlier.metrics[metric.name], later.metrics[metric.name]
            rows.append(
                (
                    f"{named('metric', metric.name, 'en')}, {metric.unit.symbol}",
                    f"{one.mean:.{places}f}",
                    f"{other.mean:.{places}f}",
                    _marked(change, places),
                    _detectable(change.detectable, places + 1),
                    f"{one.n}, {other.n}",
                )
            )
    yield from _table(rows)
    yield (
        "\n* more than the strides' scatter and another day make.\n> of the strides alone: nothing "
        "is published of how much it differs from day to day, so no change is surely one."
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell; what comes from files is made fit for a terminal."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield line.rstrip()


def _row(session: PastSession, change: MeanChange | None) -> tuple[str, ...]:
    minutes = None if session.duration_s is None else session.duration_s / S_PER_MIN
    band = session.band
    shown = not session.problem
    return (
        session.id,
        session.runner or NONE,
        _number(minutes),
        f"{session.strides}" if shown else NONE,
        _number(session.belt_mps, 2) if shown else NONE,
        _number(session.incline_percent),
        _angle(session) if shown else NONE,
        NONE if band is None else f"{band.low_deg:.1f} to {band.high_deg:.1f}°",
        NONE if change is None else _marked(change, 1, "°"),
        session.problem or _programme(session),
    )


def _programme(session: PastSession) -> str:
    """What it was in the runner's programme; empty for nothing."""
    programme = session.programme
    if programme is None:
        return ""
    probe = programme.probe
    result = "" if probe is None else f", retention probe {probe.mean_deg:.1f}°"
    return f"{programme.mode}, session {programme.session}{result}"


def _trend(trend: SessionTrend) -> str:
    first, newest, change = trend.sessions[0], trend.sessions[-1], trend.changes[-1]
    incline = newest.incline_percent
    detectable = change.detectable
    said = "" if detectable is None else f" ({detectable.least:.1f}° can be detected)"
    return (
        f"{newest.runner or 'guests'}, {newest.belt_mps:.2f} m/s, incline "
        f"{'not known' if incline is None else f'{incline:g} %'}: "
        f"{counted(len(trend.sessions), 'session')}, {first.mean_deg:.1f} to "
        f"{newest.mean_deg:.1f}°, change {_marked(change, 1, '°')}{said}"
    )


def _angle(session: PastSession) -> str:
    spread = "" if session.sd_deg is None else f" ± {session.sd_deg:.1f}"
    return f"{session.mean_deg:.1f}{spread}°"


def _number(value: float | None, places: int = 1) -> str:
    return NONE if value is None else f"{value:.{places}f}"


def _detectable(found: Detectable | None, places: int) -> str:
    """What can be detected; where it is a lower bound, with a sign before it."""
    if found is None:
        return NONE
    return f"{'' if found.days_known else '> '}{found.least:.{places}f}"


def _marked(change: MeanChange, places: int, symbol: str = "") -> str:
    """The change, with a star where it is more than chance."""
    return f"{change.value:+.{places}f}{symbol}{'*' if change.beyond_chance else ''}"
