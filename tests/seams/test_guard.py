"""Another guard: one declaration over a metric, and one line that registers it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.coach.guards import catalogue
from hipdrive.coach.guards.metric_guard import MetricGuard
from hipdrive.config import CoachConfig
from hipdrive.errors import GuardError
from hipdrive.session.coach_settings import coach_settings
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.coach_status import CoachStatus, GuardReason
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from support.coach.running_strides import START_NS, STRIDE_NS, stride

if TYPE_CHECKING:
    from collections.abc import Iterator

STIFF_KNEE = MetricGuard(
    "stiff_knee", "knee_flex_stance", "fall", bam_from_deg(5), CueKind.LED_QUICKER_STEPS
)
CONFIG = CoachConfig()


@pytest.fixture
def registered() -> Iterator[None]:
    catalogue.register(STIFF_KNEE)
    yield
    catalogue.unregister(STIFF_KNEE.name)


def after_a_run(knee_deg: float) -> CoachStatus:
    """Thirty strides with the knee bent by 40 degrees in stance, and ten far below the band."""
    settings = coach_settings(CONFIG)
    coach, knee = Coach(settings), settings.measured.index("knee_flex_stance")
    for index in range(CONFIG.baseline_strides + 10):
        in_baseline = index < CONFIG.baseline_strides
        measures = [None] * len(settings.measured)
        values = [*measures[:knee], bam_from_deg(40 if in_baseline else knee_deg)]
        one = replace(stride(20 if in_baseline else 15), measures=(*values, *measures[knee + 1 :]))
        coach.step(START_NS + index * STRIDE_NS, GaitUpdate(strides=(one,)))
    return coach.status


@pytest.mark.usefixtures("registered")
def test_a_guard_from_outside_stops_the_asking_and_is_counted_by_its_name() -> None:
    status = after_a_run(knee_deg=34)
    assert (status.guard, status.led) == ("stiff_knee", CueKind.LED_QUICKER_STEPS)
    assert status.withheld == {"stiff_knee": 2}, "with the ninth and the tenth stride"
    assert after_a_run(knee_deg=36).guard is None


def test_without_it_nothing_is_left_of_it() -> None:
    assert after_a_run(knee_deg=34).led is CueKind.LED_BELOW


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("name", ["stiff_knee", GuardReason.OVERSTRIDE])
def test_a_guard_has_a_name_of_its_own(name: str) -> None:
    with pytest.raises(GuardError, match=f"a guard {name} is there already"):
        catalogue.register(replace(STIFF_KNEE, name=name))


def test_a_guard_watches_what_is_measured() -> None:
    catalogue.register(replace(STIFF_KNEE, metric="knee_flexion"))
    try:
        with pytest.raises(GuardError, match="stiff_knee watches knee_flexion"):
            coach_settings(CONFIG)
    finally:
        catalogue.unregister(STIFF_KNEE.name)


def test_what_was_not_added_cannot_be_taken_out() -> None:
    with pytest.raises(GuardError, match="no guard overstride was added"):
        catalogue.unregister(GuardReason.OVERSTRIDE)
