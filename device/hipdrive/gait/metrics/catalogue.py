"""Every metric, in the order in which tables and documents show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.bounce import BOUNCE
from hipdrive.gait.metrics.cadence import CADENCE
from hipdrive.gait.metrics.contact_time import CONTACT_TIME
from hipdrive.gait.metrics.duty_factor import DUTY_FACTOR
from hipdrive.gait.metrics.flight_time import FLIGHT_TIME
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
from hipdrive.gait.metrics.vertical_ratio import VERTICAL_RATIO

if TYPE_CHECKING:
    from hipdrive.gait.events.stride_window import StrideWindow
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
    BOUNCE,
    VERTICAL_OSCILLATION,
    VERTICAL_RATIO,
)
"""What is measured of an accepted stride; `Stride.measures` is parallel to it."""
OF_SESSION = (CADENCE, THIGH_EXT_SD, THIGH_EXT_DRIFT, THIGH_EXT_DIFFERENCE, THIGH_EXT_IN_BAND)
"""What is told of a session; `session.figures` makes them."""

UNMEASURED: tuple[int | None, ...] = (None,) * len(METRICS)


def measure(window: StrideWindow) -> tuple[int | None, ...]:
    """All of `METRICS` of one stride, in their whole units."""
    return tuple(metric.measure(window) if metric.measure else None for metric in METRICS)


def measures(stride: Stride) -> tuple[int | None, ...]:
    """What was measured of a stride, parallel to `METRICS`; all None of a rejected one."""
    return stride.measures if stride.accepted and stride.measures else UNMEASURED


def fields(stride: Stride) -> tuple[int, int, int]:
    """The values of `FIELDS`."""
    return stride.thigh_ext_bam, stride.hip_ext_bam, stride.stride_time_ns
