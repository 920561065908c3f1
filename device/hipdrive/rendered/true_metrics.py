"""The true value of each metric of a rendered runner's stride, from the kinematics alone.

In the units of the metrics, but from positions in metres and angles in radians: no picture, no
filter, no event found in a knee. Heel and toe are those of the figure that is drawn: of the mesh
the ends of the shoe, of the capsules the ends of the sole.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import UnknownMetricError
from hipdrive.rendered.figure import figure
from hipdrive.rendered.mesh.feet import DrawnFeet
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.truth import TrueStride, Truth

STEP_S = 1e-3
"""Between the times that are evaluated; turning points of a runner are flat for longer."""


def true_metrics(truth: Truth, *, near: bool) -> dict[float, dict[str, float]]:
    """Metrics by name of each stride of a leg, by the time of the peak that ends it, s.

    The first peak ends no stride.
    """
    strides = [stride for stride in truth.strides() if stride.near == near]
    feet = DrawnFeet(truth) if truth.settings.runner.figure == "mesh" else None
    return {
        stride.peak_s: _metrics(truth, feet, before, stride) for before, stride in pairwise(strides)
    }


def true_value(values: Mapping[str, float], name: str) -> float:
    """The true value of a metric.

    Raises:
        UnknownMetricError: no formula is written down for it here.
    """
    try:
        return values[name]
    except KeyError:
        raise UnknownMetricError(
            f"the true value of {name} is not known: a metric that is measured needs an entry in "
            "hipdrive/rendered/true_metrics.py, so that `hipdrive validate` can measure its error"
        ) from None


def _metrics(
    truth: Truth, feet: DrawnFeet | None, before: TrueStride, stride: TrueStride
) -> dict[str, float]:
    stride_s = stride.peak_s - before.peak_s
    contact_s = stride.toe_off_s - stride.strike_s
    speed_mps = truth.settings.treadmill.speed_mps
    bob_m = _bob_m(truth, before.peak_s, stride.peak_s)
    whole = _Leg(truth, np.arange(before.peak_s, stride.peak_s, STEP_S), near=stride.near)
    stance = _Leg(truth, np.arange(stride.strike_s, stride.toe_off_s, STEP_S), near=stride.near)
    events_s = np.array([stride.strike_s, stride.toe_off_s])
    events = _Leg(truth, events_s, near=stride.near)
    toes_down_deg = _toes_down_deg(truth, feet, events_s, near=stride.near)
    leg_m = truth.body.thigh_m + truth.body.shank_m
    return {
        "stride_time": stride_s,
        "contact_time": contact_s,
        "flight_time": stride_s / 2 - contact_s,
        "duty_factor": 100 * contact_s / stride_s,
        "stride_length": speed_mps * stride_s,
        "step_length": speed_mps * stride_s / 2,
        "thigh_excursion": stride.thigh_ext_deg - whole.thigh_deg.min(),
        "knee_flex_contact": events.knee_deg[0],
        "knee_flex_stance": stance.knee_deg.max(),
        "knee_flex_toe_off": events.knee_deg[1],
        "knee_flex_swing": whole.knee_deg.max(),
        "shank_contact": -(events.thigh_deg[0] + events.knee_deg[0]),
        "overstride": 100 * events.ankle_ahead_m[0] / leg_m,
        "trunk_lean": float(np.degrees(truth.at(whole.t_s).lean).mean()),
        "bounce": 100 * bob_m / leg_m,
        "vertical_oscillation": bob_m,
        "vertical_ratio": 100 * bob_m / (speed_mps * stride_s / 2),
        "ankle_toe_off": toes_down_deg[1] - events.thigh_deg[1] - events.knee_deg[1],
        "foot_contact_angle": -toes_down_deg[0],
    }


class _Leg:
    """One leg at some times: degrees, and the ankle ahead of the hip in metres."""

    def __init__(self, truth: Truth, t_s: Array, *, near: bool) -> None:
        posture = truth.at(t_s)
        name = "near" if near else "far"
        positions = figure(truth.body, posture, near_is_left=True)
        leg = posture.near if near else posture.far
        self.t_s = t_s
        self.thigh_deg, self.knee_deg = np.degrees(leg.thigh), np.degrees(leg.knee)
        self.ankle_ahead_m = positions[f"ankle_{name}"][:, 0] - positions[f"hip_{name}"][:, 0]


def _toes_down_deg(truth: Truth, feet: DrawnFeet | None, t_s: Array, *, near: bool) -> Array:
    """How far the toe is lower than the heel, against the level, at some times."""
    posture = truth.at(t_s)
    leg = posture.near if near else posture.far
    if feet is None:
        sole: Array = np.degrees(leg.foot)
        return sole
    positions = figure(truth.body, posture, near_is_left=truth.near_side is Side.LEFT)
    places, end = feet.at(positions), "near" if near else "far"
    ahead, _, up = (places[f"toe_{end}"] - places[f"heel_{end}"]).T
    line: Array = np.degrees(np.arctan2(-up, ahead))
    return line


def _bob_m(truth: Truth, start_s: float, end_s: float) -> float:
    """How far the hips go up and down in a step, mean of two."""
    middle_s = (start_s + end_s) / 2
    steps = ((start_s, middle_s), (middle_s, end_s))
    heights = [truth.at(np.arange(*step, STEP_S)).hip_height_m for step in steps]
    return float(np.mean([np.ptp(height) for height in heights]))
