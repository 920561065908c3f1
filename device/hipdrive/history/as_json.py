"""Earlier sessions as JSON values: for programs, and for the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from hipdrive.history.trend import metric_changes, trends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.history.past_session import PastSession
    from hipdrive.history.trend import MeanChange, SessionTrend

HISTORY_SCHEMA = "hipdrive/history/1"
COMPARISON_SCHEMA = "hipdrive/comparison/1"


def history_json(sessions: Sequence[PastSession]) -> dict[str, object]:
    """Sessions, newest first, and the trends over those that can be compared.

    A trend names its sessions, oldest first, with the change of thigh extension against the first.
    `days_known` is false where `detectable` is a lower bound, of the strides' scatter alone.
    """
    return {
        "schema": HISTORY_SCHEMA,
        "sessions": [_session(session) for session in sessions],
        "trends": [_trend(trend) for trend in trends(sessions)],
    }


def comparison_json(earlier: PastSession, later: PastSession) -> dict[str, object]:
    """Two sessions that can be compared, with the change of each metric by its name."""
    changes = metric_changes(earlier, later)
    return {
        "schema": COMPARISON_SCHEMA,
        "earlier": _session(earlier),
        "later": _session(later),
        "changes": {name: _change(change) for name, change in changes.items()},
    }


def _session(session: PastSession) -> dict[str, object]:
    values: dict[str, object] = asdict(session)
    del values["metrics"]
    began = session.began_utc
    return values | {"began_utc": None if began is None else began.isoformat()}


def _trend(trend: SessionTrend) -> dict[str, object]:
    changes = [
        {"id": session.id, **_change(change)}
        for session, change in zip(trend.sessions, trend.changes, strict=True)
    ]
    newest = trend.sessions[-1]
    return {
        "runner": newest.runner,
        "belt_mps": newest.belt_mps,
        "incline_percent": newest.incline_percent,
        "sessions": changes,
    }


def _change(change: MeanChange) -> dict[str, object]:
    detectable = change.detectable
    return {
        "change": round(change.value, 4),
        "detectable": None if detectable is None else round(detectable.least, 4),
        "days_known": detectable is not None and detectable.days_known,
        "beyond_chance": change.beyond_chance,
    }
