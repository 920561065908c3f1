"""Which sessions can be compared, and what is a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.history.past_session import PastSession, past_session
from hipdrive.history.trend import metric_changes, trends, unlike
from hipdrive.session.summary import PoseInfo
from hipdrive.types.side import Side
from support.session.history import SD_DEG, STRIDES, kept, summary_of
from support.session.summaries import CAMERA

if TYPE_CHECKING:
    from pathlib import Path

FIRST = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
OTHER_MODEL = PoseInfo("blazepose-full", "ab" * 32, "ai-edge-litert 2.1.6")


def past(
    tmp_path: Path,
    day: int,
    *,
    mean_deg: float = 20.0,
    belt_mps: float | None = 3.0,
    **values: object,
) -> PastSession:
    began = FIRST + timedelta(days=day)
    summary = summary_of(began, mean_deg=mean_deg, belt_mps=belt_mps, **values)
    return past_session(kept(tmp_path, summary))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({}, {}, ""),
        # 3.00 and 3.15 m/s are 5 % apart, 3.16 are more.
        ({"belt_mps": 3.0}, {"belt_mps": 3.15}, ""),
        ({"belt_mps": 3.15}, {"belt_mps": 3.0}, ""),
        ({"belt_mps": 3.0}, {"belt_mps": 3.16}, "the belt went 3.00 and 3.16 m/s"),
        ({"belt_mps": None}, {}, "belt's speed in 20260105T060000Z-000000 is not known"),
        ({"incline_percent": 0.0}, {"incline_percent": 2.0}, "the belt rose by 0 and 2 %"),
        ({"incline_percent": None}, {"incline_percent": 0.0}, "incline of one"),
        ({"incline_percent": None}, {"incline_percent": None}, ""),
        ({"runner": "anna"}, {"runner": "ben"}, "different runners: anna, ben"),
        ({"runner": None}, {"runner": "ben"}, "different runners: a guest, ben"),
        ({"near_leg": Side.RIGHT}, {}, "the near leg was the right and the left"),
        ({"pose": OTHER_MODEL}, {}, "measured differently: blazepose-full"),
        ({"statement": "this was a walk"}, {}, "has no figures: this was a walk"),
    ],
)
def test_like_speed_and_incline_only(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any], reason: str
) -> None:
    first, second = past(tmp_path, 0, **one), past(tmp_path, 1, **other)
    said = unlike(first, second)
    assert reason in said
    assert bool(reason) == bool(said)


def test_the_camera_knows_the_speed_where_nobody_set_it(tmp_path: Path) -> None:
    camera = replace(CAMERA, belt_mps=2.9)
    assert past(tmp_path, 0, belt_mps=None, camera=camera).belt_mps == 2.9
    assert past(tmp_path, 1, belt_mps=3.2, camera=camera).belt_mps == pytest.approx(3.2)


def test_a_trend_has_the_sessions_like_its_newest_one(tmp_path: Path) -> None:
    """3.3 m/s is like 3.15 and not like 3.0, though 3.15 is like both."""
    days = {0: 3.0, 1: 2.0, 2: 3.15, 3: 2.0, 4: 3.3}
    sessions = [past(tmp_path, day, belt_mps=speed) for day, speed in days.items()]
    found = [[each.belt_mps for each in trend.sessions] for trend in trends(sessions)]
    assert found == [
        pytest.approx([3.15, 3.3]),
        pytest.approx([2.0, 2.0]),
        pytest.approx([3.0]),
    ]


def test_what_has_no_figures_or_no_speed_is_in_no_trend(tmp_path: Path) -> None:
    sessions = [
        past(tmp_path, 0),
        past(tmp_path, 1, belt_mps=None),
        past(tmp_path, 2, statement="this was a walk"),
    ]
    (trend,) = trends(sessions)
    assert [session.id for session in trend.sessions] == [sessions[0].id]


def test_a_change_is_against_the_first_session(tmp_path: Path) -> None:
    """Weir 2005: 1.96 * sqrt(2) * 2° / sqrt(100) = 0.554° can be detected."""
    means = (20.0, 20.5, 20.6, 19.4)
    sessions = [past(tmp_path, day, mean_deg=mean) for day, mean in enumerate(means)]
    (trend,) = trends(sessions)
    assert [change.value for change in trend.changes] == pytest.approx([0.0, 0.5, 0.6, -0.6])
    detectable = 1.96 * 2**0.5 * SD_DEG / STRIDES**0.5
    assert [change.detectable for change in trend.changes] == [pytest.approx(detectable)] * 4
    assert [change.beyond_chance for change in trend.changes] == [False, False, True, True]


def test_of_one_stride_nothing_can_be_detected(tmp_path: Path) -> None:
    angle = replace(summary_of(FIRST).thigh_ext_deg, mean=30.0, sd=None)
    sessions = [past(tmp_path, 0), past(tmp_path, 1, thigh_ext_deg=angle, strides=1)]
    (trend,) = trends(sessions)
    assert trend.changes[1].detectable is None
    assert not trend.changes[1].beyond_chance


def test_metrics_are_compared_by_their_definition(tmp_path: Path) -> None:
    one = past(tmp_path, 0, mean_deg=20.0)
    summary = summary_of(FIRST + timedelta(days=1), mean_deg=21.5)
    metrics = dict(summary.metrics)
    metrics["contact_time"] = replace(metrics["contact_time"], definition="contact_time/2")
    other = past_session(kept(tmp_path, replace(summary, metrics=metrics)))
    changes = metric_changes(one, other)
    assert changes["thigh_ext"].value == pytest.approx(1.5)
    assert changes["thigh_ext"].beyond_chance
    assert changes["stride_time"].value == 0
    assert "contact_time" not in changes
