"""Which sessions can be compared, and what is a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.advice.detectable import BETWEEN_DAYS, StrideMean, changes
from hipdrive.history.past_session import PastSession, past_session
from hipdrive.history.trend import metric_changes, trends, unlike
from hipdrive.session.summary import PoseInfo
from hipdrive.types.side import Side
from support.session.history import SD_DEG, STRIDES, figures, kept, summary_of
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
    """Either mean has a standard error of 2° / sqrt(100) = 0.2°, and another day adds 2°.

    So 2.394 * sqrt(4.08)° = 4.84° can be detected, 2.394 the normal quantile of 5 % shared by three
    metrics, both sides.
    """
    means = (20.0, 20.6, 24.8, 15.1)
    sessions = [past(tmp_path, day, mean_deg=mean) for day, mean in enumerate(means)]
    (trend,) = trends(sessions)
    assert [change.value for change in trend.changes] == pytest.approx([0.0, 0.6, 4.8, -4.9])
    found = [change.detectable for change in trend.changes]
    assert [each and each.least for each in found] == [pytest.approx(4.836, abs=0.002)] * 4
    assert [change.beyond_chance for change in trend.changes] == [False, False, False, True]


@pytest.mark.parametrize("later_deg", [24.8, 24.9, 15.2, 15.1])
def test_what_speaks_of_two_days_agrees(tmp_path: Path, later_deg: float) -> None:
    """History, comparison and advice call the same difference a change, by the same amount."""
    one, other = past(tmp_path, 0), past(tmp_path, 1, mean_deg=later_deg)
    (trend,) = trends([one, other])
    history, comparison = trend.changes[1], metric_changes(one, other)["thigh_ext"]
    assert history == comparison
    baseline, now = (
        {"thigh_ext": StrideMean(STRIDES, mean_deg, SD_DEG)} for mean_deg in (20.0, later_deg)
    )
    advised = changes(baseline, now, BETWEEN_DAYS)
    assert history.beyond_chance is bool(advised)
    assert history.detectable is not None
    assert [each.detectable for each in advised.values()] == [history.detectable.least] * len(
        advised
    )


def test_nothing_is_a_change_of_which_days_are_not_known(tmp_path: Path) -> None:
    """0.20 and 0.30 s with an SD of 0.01: no chance, and nobody knows what a day makes of it."""
    summaries = [summary_of(FIRST + timedelta(days=day)) for day in (0, 1)]
    contacts = [{"contact_time": figures("contact_time", mean, 0.01)} for mean in (0.20, 0.30)]
    one, other = (
        past_session(kept(tmp_path, replace(summary, metrics={**summary.metrics, **contact})))
        for summary, contact in zip(summaries, contacts, strict=True)
    )
    change = metric_changes(one, other)["contact_time"]
    assert change.detectable is not None
    assert change.detectable.least < 0.01
    assert not change.beyond_chance


def test_of_one_stride_nothing_can_be_detected(tmp_path: Path) -> None:
    angle = replace(summary_of(FIRST).thigh_ext_deg, mean=30.0, sd=None)
    sessions = [past(tmp_path, 0), past(tmp_path, 1, thigh_ext_deg=angle, strides=1)]
    (trend,) = trends(sessions)
    assert trend.changes[1].detectable is None
    assert not trend.changes[1].beyond_chance


def test_metrics_are_compared_by_their_definition(tmp_path: Path) -> None:
    one = past(tmp_path, 0, mean_deg=20.0)
    summary = summary_of(FIRST + timedelta(days=1), mean_deg=26.5)
    metrics = dict(summary.metrics)
    metrics["contact_time"] = replace(metrics["contact_time"], definition="contact_time/2")
    other = past_session(kept(tmp_path, replace(summary, metrics=metrics)))
    changes = metric_changes(one, other)
    assert changes["thigh_ext"].value == pytest.approx(6.5)
    assert changes["thigh_ext"].beyond_chance
    assert changes["stride_time"].value == 0
    assert "contact_time" not in changes
