"""What heel and toe tell, from true key points of runners of whom all is known."""

from __future__ import annotations

from math import radians
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics.catalogue import METRICS, measures
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.times import seconds
from hipdrive.session.units import in_unit
from support.rendered.feet import with_feet
from support.rendered.runners import truth_of

if TYPE_CHECKING:
    from hipdrive.rendered.stance import Leg
    from hipdrive.rendered.truth import Truth
    from hipdrive.types.stride import Stride
    from support.rendered.runners import Tables

SPEEDS: dict[str, Tables] = {
    "2.5 m/s": {"treadmill": {"speed_mps": 2.5}},
    "3 m/s": {},
    "4 m/s": {"treadmill": {"speed_mps": 4.0}, "runner": {"cadence_spm": 178.0}},
}
MOST_MS = 10.0
"""What is asked of events from a foot, of the mean and of the SD."""


def strides(truth: Truth) -> list[Stride]:
    engine = GaitEngine(truth.near_side, filter_hz="auto")
    found = [s for pose in with_feet(truth) for s in engine.step(pose).strides if s.near]
    assert len(found) >= 6
    assert all(stride.accepted and stride.events_of_foot for stride in found)
    return found


def value(stride: Stride, name: str) -> float | None:
    number, metric = next((i, m) for i, m in enumerate(METRICS) if m.name == name)
    whole = measures(stride)[number]
    return None if whole is None else in_unit(metric.unit, whole)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("fps", [30.0, 60.0])
@pytest.mark.parametrize("facing", ["left", "right"])
def test_the_foot_lands_when_heel_and_toe_say_so(speed: str, fps: float, facing: str) -> None:
    tables: Tables = {key: dict(keys) for key, keys in SPEEDS[speed].items()}
    tables["runner"] = tables.get("runner", {}) | {"facing": facing}
    truth = truth_of(seconds=6.0, camera={"fps": fps}, **tables)
    true = [stride for stride in truth.strides() if stride.near]
    off_ms = []
    for stride in strides(truth):
        right = min(true, key=lambda each: abs(each.peak_s - seconds(stride.t_ns)))
        assert stride.foot_strike_ns is not None
        off_ms.append(1000 * (seconds(stride.foot_strike_ns) - right.strike_s))
    assert abs(fmean(off_ms)) <= MOST_MS
    assert pstdev(off_ms) <= MOST_MS


def test_foot_and_ankle_are_what_they_are_around_the_event() -> None:
    """The low-pass takes a mean over some 40 ms, in which a foot that lands or leaves turns."""
    truth = truth_of(seconds=6.0, camera={"fps": 60.0}, runner={"stride_sd_deg": 0.0})
    for stride in strides(truth):
        assert stride.foot_strike_ns is not None
        landing, leaving = value(stride, "foot_contact_angle"), value(stride, "ankle_toe_off")
        assert landing is not None
        assert leaving is not None
        leg = around(truth, stride.foot_strike_ns)
        assert min(-leg.foot) <= radians(landing) <= max(-leg.foot)
        assert stride.toe_off_ns is not None
        leg = around(truth, stride.toe_off_ns)
        plantar = leg.foot - leg.thigh - leg.knee
        assert min(plantar) <= radians(leaving) <= max(plantar)


def around(truth: Truth, t_ns: int) -> Leg:
    """The near leg in the moments around a time."""
    return truth.at(seconds(t_ns) + np.linspace(-0.04, 0.04, 41)).near


def test_without_heel_and_toe_nothing_is_said_of_foot_and_ankle() -> None:
    truth = truth_of(seconds=6.0)
    engine = GaitEngine(truth.near_side)
    found = [s for pose in KnownPoses(truth, None) for s in engine.step(pose).strides]
    for stride in found:
        assert not stride.events_of_foot
        assert value(stride, "ankle_toe_off") is None
        assert value(stride, "foot_contact_angle") is None
        assert stride.foot_strike_ns is not None
