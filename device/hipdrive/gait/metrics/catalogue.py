"""Every metric, in the order in which tables and documents show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import MetricError
from hipdrive.gait.metrics.ankle_toe_off import ANKLE_TOE_OFF
from hipdrive.gait.metrics.cadence import CADENCE
from hipdrive.gait.metrics.contact_time import CONTACT_TIME
from hipdrive.gait.metrics.duty_factor import DUTY_FACTOR
from hipdrive.gait.metrics.flight_time import FLIGHT_TIME
from hipdrive.gait.metrics.foot_contact_angle import FOOT_CONTACT_ANGLE
from hipdrive.gait.metrics.foot_strike import FOOT_STRIKE
from hipdrive.gait.metrics.hip_ext import HIP_EXT
from hipdrive.gait.metrics.knee_flex_contact import KNEE_FLEX_CONTACT
from hipdrive.gait.metrics.knee_flex_stance import KNEE_FLEX_STANCE
from hipdrive.gait.metrics.knee_flex_swing import KNEE_FLEX_SWING
from hipdrive.gait.metrics.knee_flex_toe_off import KNEE_FLEX_TOE_OFF
from hipdrive.gait.metrics.overstride import OVERSTRIDE
from hipdrive.gait.metrics.shank_contact import SHANK_CONTACT
from hipdrive.gait.metrics.step_length import STEP_LENGTH
from hipdrive.gait.metrics.stride_length import STRIDE_LENGTH
from hipdrive.gait.metrics.stride_time import STRIDE_TIME
from hipdrive.gait.metrics.thigh_excursion import THIGH_EXCURSION
from hipdrive.gait.metrics.thigh_ext import THIGH_EXT
from hipdrive.gait.metrics.thigh_ext_difference import THIGH_EXT_DIFFERENCE
from hipdrive.gait.metrics.thigh_ext_drift import THIGH_EXT_DRIFT
from hipdrive.gait.metrics.thigh_ext_in_band import THIGH_EXT_IN_BAND
from hipdrive.gait.metrics.thigh_ext_sd import THIGH_EXT_SD
from hipdrive.gait.metrics.toe_off import TOE_OFF
from hipdrive.gait.metrics.trunk_lean import TRUNK_LEAN
from hipdrive.gait.metrics.vertical_oscillation import VERTICAL_OSCILLATION
from hipdrive.gait.metrics.vertical_oscillation_rel import VERTICAL_OSCILLATION_REL
from hipdrive.gait.metrics.vertical_ratio import VERTICAL_RATIO
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.gait.events.stride_window import StrideWindow
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.skeleton import Skeleton
    from hipdrive.types.stride import Stride

FIELDS = (THIGH_EXT, HIP_EXT, STRIDE_TIME)
"""What every stride has, also a rejected one: fields of `Stride`."""
EVENTS = (FOOT_STRIKE, TOE_OFF)
"""Moments of a stride; fields of `Stride` too."""
METRICS = (
    CONTACT_TIME,
    FLIGHT_TIME,
    DUTY_FACTOR,
    STRIDE_LENGTH,
    STEP_LENGTH,
    THIGH_EXCURSION,
    KNEE_FLEX_CONTACT,
    KNEE_FLEX_STANCE,
    KNEE_FLEX_TOE_OFF,
    KNEE_FLEX_SWING,
    SHANK_CONTACT,
    OVERSTRIDE,
    TRUNK_LEAN,
    VERTICAL_OSCILLATION_REL,
    VERTICAL_OSCILLATION,
    VERTICAL_RATIO,
    ANKLE_TOE_OFF,
    FOOT_CONTACT_ANGLE,
)
"""What is measured of an accepted stride. A new one is a file beside this one and a line here."""
OF_SESSION = (CADENCE, THIGH_EXT_SD, THIGH_EXT_DRIFT, THIGH_EXT_DIFFERENCE, THIGH_EXT_IN_BAND)
"""Figures of a whole session; `session.figures` computes them."""

_STANDARD_JOINTS = frozenset({"shoulder", "hip", "knee", "ankle"})
"""What every skeleton must have for a runner to be measured."""
_registered: list[Metric] = list(METRICS)


def register(metric: Metric) -> None:
    """Add a metric of strides: engines and recordings made from here on have it, after the others.

    Raises:
        MetricError: the name is taken, or the metric measures nothing.
    """
    if metric.measure is None:
        raise MetricError(f"metric {metric.name} has no function that measures a stride")
    if metric.name in {other.name for other in (*FIELDS, *EVENTS, *_registered, *OF_SESSION)}:
        raise MetricError(f"a metric {metric.name} is there already; choose another name")
    _registered.append(metric)


def unregister(name: str) -> None:
    """Take a metric out that was added.

    Raises:
        MetricError: no such metric was added.
    """
    added = [metric for metric in _registered if metric.name == name and metric not in METRICS]
    if not added:
        raise MetricError(f"no metric {name} was added")
    _registered.remove(added[0])


def stride_metrics() -> tuple[Metric, ...]:
    """`METRICS`, and what was added; `Stride.measures` is parallel to it."""
    return tuple(_registered)


def further_joints(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Joints of a leg, such as "heel", that metrics need beside those that every runner has."""
    asked = (joint for metric in metrics for joint in metric.key_points)
    return tuple(dict.fromkeys(joint for joint in asked if joint not in _STANDARD_JOINTS))


def unmeasured(metrics: Iterable[Metric], skeleton: Skeleton) -> list[str]:
    """Names of the metrics that poses of a skeleton lack a joint for."""
    return [
        metric.name
        for metric in metrics
        if any(f"{side}_{joint}" not in skeleton for side in Side for joint in metric.key_points)
    ]


def measure(window: StrideWindow, metrics: Iterable[Metric] = METRICS) -> tuple[int | None, ...]:
    """Metrics of one stride, in their whole units; None where a joint or a value is missing."""
    there = _STANDARD_JOINTS.union(window.further)
    return tuple(
        metric.measure(window) if metric.measure and there.issuperset(metric.key_points) else None
        for metric in metrics
    )


def measures(stride: Stride) -> tuple[int | None, ...]:
    """What was measured of a stride, parallel to `stride_metrics`; all None of a rejected one."""
    found = stride.measures if stride.accepted else ()
    return found + (None,) * (len(_registered) - len(found))


def fields(stride: Stride) -> tuple[int, int, int]:
    """The values of `FIELDS`."""
    return stride.thigh_ext_bam, stride.hip_ext_bam, stride.stride_time_ns
