"""Whether a body can do what the settings of a rendered runner ask for."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, tan
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.figure import figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.body import Body
    from hipdrive.rendered.figure import Posture
    from hipdrive.rendered.running import Strides
    from hipdrive.rendered.settings import RunnerSettings

CLOSE = radians(0.05)
MOST_KNEE = radians(150)
DEEPEST_M = 0.001
"""So far a sole may be below the belt: less than shoes give way."""
_SAMPLES = 400


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """What a runner is to do.

    Attributes:
        runner: the settings.
        body: whose body.
        slope: of the belt, radians.
        near, far: strides of each leg.
        at: the posture at some times, s.
    """

    runner: RunnerSettings
    body: Body
    slope: float
    near: Strides
    far: Strides
    at: Callable[[Array], Posture]


def problems(plan: PlannedRun) -> Iterator[str]:
    """What is wrong with the strides of the highest and of the lowest peaks of each leg."""
    for strides, near in ((plan.near, True), (plan.far, False)):
        # The outermost have no neighbours of the other leg.
        inner = strides.peak[2:-2]
        for number in {2 + int(inner.argmax()), 2 + int(inner.argmin())}:
            peak_deg = float(np.degrees(strides.peak[number]))
            for problem in _stride(plan, strides, number, near=near):
                yield f"{problem} (at a peak of {peak_deg:.1f}°)"


def _stride(plan: PlannedRun, strides: Strides, number: int, *, near: bool) -> Iterator[str]:
    start_s, end_s = strides.strike_s[number], strides.strike_s[number + 1]
    t_s = np.linspace(start_s, end_s, _SAMPLES, endpoint=False)
    posture = plan.at(t_s)
    leg = posture.near if near else posture.far
    runner = plan.runner
    if not all(np.isfinite(curve).all() for curve in (leg.thigh, leg.knee, leg.foot)):
        yield "no leg reaches so far"
        return
    in_air = t_s - start_s > strides.contact_s[number]
    if leg.knee.min() < 0 or leg.knee.max() > MOST_KNEE:
        yield "a knee would bend the wrong way, or too far"
    if abs(leg.knee[in_air].max() - radians(runner.knee_swing_deg)) > CLOSE:
        yield f"the knee cannot bend to knee_swing_deg {runner.knee_swing_deg:g} in the air"
    if abs(leg.thigh.min() + radians(runner.thigh_swing_deg)) > CLOSE:
        yield f"the thigh cannot swing to thigh_swing_deg {runner.thigh_swing_deg:g}"
    if abs(leg.thigh.max() - strides.peak[number]) > CLOSE:
        yield "the thigh cannot come to rest there"
    if _sole_m(plan, posture, "near" if near else "far").min() < -DEEPEST_M:
        yield "a foot would pass through the belt"


def _sole_m(plan: PlannedRun, posture: Posture, leg: str) -> Array:
    """Height of the lower end of a leg's sole above the belt."""
    positions = figure(plan.body, posture, near_is_left=True)
    lowest: Array = np.min(
        [
            positions[part][:, 2] - positions[part][:, 0] * tan(plan.slope)
            for part in (f"heel_{leg}", f"ball_{leg}")
        ],
        axis=0,
    )
    return lowest * cos(plan.slope)
