"""Every guard, in the order in which they decide what the LEDs show: one cue, never two."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from hipdrive.coach.guards.amounts import (
    BOUNCE_PERCENT,
    CADENCE_PERCENT,
    CONTACT_PERCENT,
    LEAN_DEG,
    LEGS_DEG,
    OVERSTRIDE_PERCENT,
    SHANK_DEG,
)
from hipdrive.coach.guards.conditions import BeltSpeed, Confidence, OffCentre
from hipdrive.coach.guards.metric_guard import MetricGuard
from hipdrive.coach.guards.values import LEG_DIFFERENCE, STRIDE_TIME
from hipdrive.errors import GuardError
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.coach_status import GuardReason
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.guards.guard import Guard

PERCENT = 100
OVERSTRIDE = MetricGuard(
    GuardReason.OVERSTRIDE,
    "overstride",
    "rise",
    Fraction(OVERSTRIDE_PERCENT, PERCENT),
    CueKind.LED_QUICKER_STEPS,
)
SHANK_CONTACT = MetricGuard(
    GuardReason.SHANK_CONTACT,
    "shank_contact",
    "rise",
    bam_from_deg(SHANK_DEG),
    CueKind.LED_QUICKER_STEPS,
)
CADENCE_DROP = MetricGuard(
    GuardReason.CADENCE_DROP,
    STRIDE_TIME,
    "rise",
    Fraction(CADENCE_PERCENT, PERCENT - CADENCE_PERCENT),
    CueKind.LED_QUICKER_STEPS,
)
"""5 % fewer steps a minute are strides of 1 / 0.95 of the time: 1/19 longer."""
CONTACT_TIME = MetricGuard(
    GuardReason.CONTACT_TIME,
    "contact_time",
    "rise",
    Fraction(CONTACT_PERCENT, PERCENT),
    CueKind.LED_QUICKER_STEPS,
)
BOUNCE = MetricGuard(
    GuardReason.BOUNCE,
    "bounce",
    "rise",
    Fraction(BOUNCE_PERCENT, PERCENT),
    CueKind.LED_QUICKER_STEPS,
)
"""Vertical oscillation in percent of the leg, which needs no scale."""
TRUNK_LEAN = MetricGuard(
    GuardReason.TRUNK_LEAN, "trunk_lean", "change", bam_from_deg(LEAN_DEG), CueKind.LED_LOOK_AHEAD
)
LEGS_DIFFER = MetricGuard(GuardReason.LEGS_DIFFER, LEG_DIFFERENCE, "change", bam_from_deg(LEGS_DEG))
CADENCE_RISE = MetricGuard(
    GuardReason.CADENCE_RISE,
    STRIDE_TIME,
    "fall",
    Fraction(CADENCE_PERCENT, PERCENT + CADENCE_PERCENT),
)

GUARDS: tuple[Guard, ...] = (
    Confidence(),
    OffCentre(),
    BeltSpeed(),
    OVERSTRIDE,
    SHANK_CONTACT,
    CADENCE_DROP,
    CONTACT_TIME,
    BOUNCE,
    TRUNK_LEAN,
    LEGS_DIFFER,
    CADENCE_RISE,
)
"""A further one is a declaration here. `conditions.FirstWeekDose` joins for a runner whose
sessions are counted."""
_registered: list[Guard] = list(GUARDS)


def register(guard: Guard) -> None:
    """Add a guard: sessions that begin from here on have it, after the others.

    Raises:
        GuardError: the name is taken.
    """
    if guard.name in {other.name for other in _registered}:
        raise GuardError(f"a guard {guard.name} is there already; choose another name")
    _registered.append(guard)


def unregister(name: str) -> None:
    """Take a guard out that was added.

    Raises:
        GuardError: no such guard was added.
    """
    added = [guard for guard in _registered[len(GUARDS) :] if guard.name == name]
    if not added:
        raise GuardError(f"no guard {name} was added")
    _registered.remove(added[0])


def guards() -> tuple[Guard, ...]:
    """`GUARDS`, and what was added."""
    return tuple(_registered)
