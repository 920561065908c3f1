"""Every metric is declared whole, once, and promises nothing that the camera cannot see."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from hipdrive.gait import metrics
from hipdrive.gait.metrics.catalogue import EVENTS, FIELDS, METRICS, OF_SESSION
from hipdrive.gait.metrics.hip_ext import HIP_EXT
from hipdrive.gait.metrics.metric import DEGREES, METRES, PERCENT, SECONDS, Metric, Unit
from hipdrive.gait.metrics.thigh_ext import THIGH_EXT
from hipdrive.session.units import in_unit, rounded
from hipdrive.types import stride as update
from hipdrive.types.angle import bam_from_deg

ALL = tuple(chain(FIELDS, EVENTS, METRICS, OF_SESSION))
SEEN = {"shoulder", "hip", "knee", "ankle", "heel", "toe"}
UNSEEN = re.compile("pelvi|lumbar|push|lordosis|arch")
UNSEEN_WITHOUT_FEET = re.compile("foot_contact|ankle")
PYTHON_NAMES = {"bounce": "vertical_oscillation_rel"}
"""A published name stays what it is."""
NOT_METRICS = {"__init__", "metric", "catalogue"}

each_metric = pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.name)


def test_names_and_columns_are_unique() -> None:
    assert (
        len({metric.name for metric in ALL}) == len({metric.column for metric in ALL}) == len(ALL)
    )


def test_every_metric_has_the_file_of_its_name() -> None:
    assert metrics.__file__
    files = {file.stem for file in Path(metrics.__file__).parent.glob("*.py")}
    names = {PYTHON_NAMES.get(metric.name, metric.name) for metric in ALL}
    assert files - NOT_METRICS == names


@each_metric
def test_a_declaration_is_whole(metric: Metric) -> None:
    assert re.fullmatch("[a-z][a-z0-9_]+", metric.name)
    assert metric.definition == f"{metric.name}/{metric.version}"
    assert metric.meaning.endswith(".")
    assert metric.formula
    assert metric.limits
    assert metric.key_points
    assert set(metric.key_points) <= SEEN
    assert (metric.measure is not None) == (metric in METRICS)


@each_metric
def test_nothing_is_named_after_what_cannot_be_seen(metric: Metric) -> None:
    assert not UNSEEN.search(metric.name)
    assert "heel" in metric.key_points or not UNSEEN_WITHOUT_FEET.search(metric.name)


@each_metric
def test_what_needs_heel_and_toe_says_which_model_has_them(metric: Metric) -> None:
    assert ("heel" in metric.key_points) == ("model with heel and toe" in metric.limits)


def test_what_rests_on_a_strike_told_by_the_foot_is_another_version() -> None:
    def both(name: str) -> list[str]:
        metric = next(each for each in ALL if each.name == name)
        return [metric.definition_with(events_of_foot=feet) for feet in (False, True)]

    assert both("contact_time") == ["contact_time/1", "contact_time/2"]
    assert both("foot_strike") == ["foot_strike/1", "foot_strike/2"]
    assert both("thigh_ext") == ["thigh_ext/1", "thigh_ext/1"]
    assert both("knee_flex_toe_off") == ["knee_flex_toe_off/1", "knee_flex_toe_off/1"]
    assert both("ankle_toe_off") == ["ankle_toe_off/1", "ankle_toe_off/1"]


@each_metric
def test_what_rests_on_an_event_is_called_an_estimate(metric: Metric) -> None:
    """But for a turning point or a mean between two events, which hardly depend on them."""
    tame = {"knee_flex_stance", "bounce"}
    events = {"foot_strike", "toe_off", "contact_time"}
    rests = any(event in metric.formula for event in events) or metric in EVENTS
    assert (metric.confidence == "estimated") == (rests and metric.name not in tame)


def test_definitions_are_those_that_strides_have_always_had() -> None:
    assert (THIGH_EXT.definition, HIP_EXT.definition) == (update.THIGH_EXT, update.HIP_EXT)


@pytest.mark.parametrize(
    ("unit", "whole", "value"),
    [
        (DEGREES, bam_from_deg(90), 90),
        (SECONDS, 231_000_000, 0.231),
        (METRES, 3 << 15, 1.5),
        (PERCENT, 25 << 14, 6.25),
    ],
)
def test_whole_units_are_read_in_units(unit: Unit, whole: int, value: float) -> None:
    assert in_unit(unit, whole) == value


def test_a_value_has_the_decimals_of_its_unit_and_none_stays_none() -> None:
    assert rounded(SECONDS, 123_456_789) == 0.1235
    assert rounded(SECONDS, None) is None
