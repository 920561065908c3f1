"""The engine's metrics of runners of whom all is known, from key points without noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import fmean

import numpy as np
import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics.catalogue import METRICS, further_joints, measures
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.times import seconds
from hipdrive.rendered.true_metrics import true_metrics
from hipdrive.rendered.truth import TrueStride, Truth
from hipdrive.session.units import in_unit
from hipdrive.types.calibration import Calibration
from hipdrive.types.fixed_point import ONE
from support.rendered.low_passed import LowPassed, px_per_m
from support.rendered.runners import MS, RUNNERS, Tables, asked, level

pytestmark = pytest.mark.long

ALIKE = {"stride_sd_deg": 0.0}
SECONDS = 5.0
WITHOUT_FEET = [metric for metric in METRICS if not further_joints((metric,))]
NAMES = [metric.name for metric in WITHOUT_FEET]
OFF_BY = {"deg": 0.4, "percent": 0.6, "m": 0.003, "s": 0.002}
"""What is left of a mean: events read to a ms while knee and shank turn by up to a degree a ms,
peaks to a ms, the parabola through three samples of the grid."""
TURN_S = 3 * MS
CONTACT_S = 25 * MS
"""What the metric's declaration admits."""

each_runner = pytest.mark.parametrize("name", RUNNERS)
each_rate = pytest.mark.parametrize("fps", [30.0, 60.0])


@dataclass(frozen=True)
class Told:
    """What the engine said of one stride, in the units of the metrics."""

    true: TrueStride
    last_peak_s: float
    peak_s: float
    strike_s: float
    toe_off_s: float
    metrics: dict[str, float]


@cache
def runner(name: str, fps: float) -> Truth:
    tables: Tables = {key: dict(keys) for key, keys in RUNNERS[name].items()}
    tables["runner"] = tables.get("runner", {}) | ALIKE
    return Truth(level(asked(**tables | {"seconds": SECONDS, "camera": {"fps": fps}})))


@cache
def told(name: str, fps: float, *, near: bool = True) -> tuple[Told, ...]:
    truth = runner(name, fps)
    calibration = Calibration(
        px_per_m=round(px_per_m(truth) * ONE),
        belt_mm_per_s=round(1000 * truth.settings.treadmill.speed_mps),
    )
    engine = GaitEngine(truth.near_side, calibration=calibration)
    found = []
    true = [stride for stride in truth.strides() if stride.near == near]
    for pose in KnownPoses(truth, None):
        for stride in engine.step(pose).strides:
            if stride.near is not near:
                continue
            assert stride.accepted
            assert stride.foot_strike_ns is not None
            assert stride.toe_off_ns is not None
            peak_s = seconds(stride.t_ns)
            values = {
                metric.name: in_unit(metric.unit, whole)
                for metric, whole in zip(METRICS, measures(stride), strict=True)
                if whole is not None
            }
            found.append(
                Told(
                    min(true, key=lambda each: abs(each.peak_s - seconds(stride.t_ns))),
                    seconds(stride.t_ns - stride.stride_time_ns),
                    peak_s,
                    seconds(stride.foot_strike_ns),
                    seconds(stride.toe_off_ns),
                    values,
                )
            )
    assert len(found) >= 5
    return tuple(found)


@each_runner
@each_rate
def test_every_metric_is_measured_of_every_stride(name: str, fps: float) -> None:
    for stride in told(name, fps):
        assert list(stride.metrics) == NAMES


def test_the_far_leg_is_measured_by_the_same_rules() -> None:
    truth = runner("usual", 60.0)
    for stride in told("usual", 60.0, near=False):
        right = true_metrics(truth, near=False)[stride.true.peak_s]
        assert list(stride.metrics) == NAMES
        assert stride.metrics["contact_time"] == pytest.approx(right["contact_time"], abs=CONTACT_S)
        swing = right["knee_flex_swing"]
        assert stride.metrics["knee_flex_swing"] == pytest.approx(swing, abs=2)


@each_runner
@each_rate
def test_events_are_where_the_low_passed_knee_turns(name: str, fps: float) -> None:
    passed = LowPassed(runner(name, fps), fps)
    for stride in told(name, fps):
        strike_s, toe_off_s = passed.events(stride.true.strike_s, stride.true.toe_off_s)
        assert stride.strike_s == pytest.approx(strike_s, abs=TURN_S)
        assert stride.toe_off_s == pytest.approx(toe_off_s, abs=TURN_S)


@each_runner
@each_rate
def test_a_contact_time_is_no_further_off_than_it_says(name: str, fps: float) -> None:
    true = true_metrics(runner(name, fps), near=True)
    for stride in told(name, fps):
        right_s = true[stride.true.peak_s]["contact_time"]
        assert stride.metrics["contact_time"] == pytest.approx(right_s, abs=CONTACT_S)


@each_runner
@each_rate
def test_metrics_are_the_truth_but_for_what_the_low_pass_and_the_events_take(
    name: str, fps: float
) -> None:
    """Means over strides whose frames fall differently; an instant between two frames is guessed.

    The reference knows the true motion, what the low-pass does to it and where its knee turns then,
    and nothing of the engine.
    """
    truth, strides = runner(name, fps), told(name, fps)
    passed = LowPassed(truth, fps)
    references = [
        passed.metrics(
            stride.true.peak_s - truth.stride_s,
            stride.true.peak_s,
            *passed.events(stride.true.strike_s, stride.true.toe_off_s),
        )
        for stride in strides
    ]
    off = {}
    for metric in WITHOUT_FEET:
        errors = [
            s.metrics[metric.name] - r[metric.name]
            for s, r in zip(strides, references, strict=True)
        ]
        if abs(fmean(errors)) > OFF_BY[metric.unit.name]:
            off[metric.name] = fmean(errors)
    assert off == {}


def test_the_true_metrics_are_those_that_the_runner_was_told_to_have() -> None:
    truth = runner("other knees", 60.0)
    runs, belt = truth.settings.runner, truth.settings.treadmill
    for metrics in true_metrics(truth, near=True).values():
        assert metrics["stride_time"] == pytest.approx(120 / runs.cadence_spm, abs=1e-6)
        assert metrics["step_length"] == pytest.approx(60 * belt.speed_mps / runs.cadence_spm)
        assert metrics["knee_flex_contact"] == pytest.approx(runs.knee_contact_deg, abs=0.1)
        assert metrics["knee_flex_stance"] == pytest.approx(runs.knee_stance_deg, abs=0.1)
        assert metrics["knee_flex_swing"] == pytest.approx(runs.knee_swing_deg, abs=0.1)
        excursion_deg = runs.thigh_ext_deg + runs.thigh_swing_deg
        assert metrics["thigh_excursion"] == pytest.approx(excursion_deg, abs=0.1)
        assert metrics["trunk_lean"] == pytest.approx(runs.trunk_lean_deg, abs=0.05)
        bob_m = 2 * truth.running.hips.bob_m
        assert metrics["vertical_oscillation"] == pytest.approx(bob_m, abs=2e-4)
        leg_m = truth.body.thigh_m + truth.body.shank_m
        # The heel is up by some degrees when the foot lands, which brings the ankle forward.
        assert 0 <= metrics["overstride"] - 100 * runs.overstride_m / leg_m < 2


def test_low_passing_nothing_gives_the_motion_back() -> None:
    """The reference of these tests, without frames and with a filter that passes all."""
    truth = runner("usual", 60.0)
    t_s = np.array([1.3, 1.7, 2.0])
    knee = LowPassed(truth, fps=1e9, cutoff_hz=31.99, trunk_s=0).angles(t_s)["knee"]
    assert knee == pytest.approx(np.degrees(truth.at(t_s).near.knee), abs=0.3)
