"""The coach's settings from the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.guards.catalogue import guards
from hipdrive.coach.guards.values import FIELDS, LEG_DIFFERENCE
from hipdrive.coach.programme import SessionPlan
from hipdrive.coach.settings import CoachSettings
from hipdrive.errors import GuardError
from hipdrive.gait.metrics.catalogue import stride_metrics
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.programme import CoachMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.coach.guards.guard import Guard
    from hipdrive.config import CoachConfig, TreadmillConfig

TENTHS = 10


def coach_settings(config: CoachConfig, treadmill: TreadmillConfig | None = None) -> CoachSettings:
    """The same in the coach's units: BAM instead of degrees.

    Args:
        config: how to judge.
        treadmill: the belt; None: a level one.

    Raises:
        GuardError: a guard watches a metric that nobody measures.
    """
    incline_percent = 0.0 if treadmill is None else treadmill.incline_percent
    measured = tuple(metric.name for metric in stride_metrics())
    watching = guards()
    _check(watching, {LEG_DIFFERENCE, *FIELDS, *measured})
    return CoachSettings(
        baseline_strides=config.baseline_strides,
        raise_bam=bam_from_deg(config.raise_deg),
        guard_bam=bam_from_deg(config.band_above_target_deg),
        buzz_gap_strides=config.buzz_gap_strides,
        guest=guest_plan(config),
        incline_tenths=round(TENTHS * incline_percent),
        guards=watching,
        measured=measured,
    )


def guest_plan(config: CoachConfig) -> SessionPlan:
    """How somebody is coached who has given no name."""
    return SessionPlan(CoachMode(config.guest_mode))


def _check(watching: Iterable[Guard], known: set[str]) -> None:
    for guard in watching:
        for metric in guard.metrics:
            if metric not in known:
                raise GuardError(
                    f"guard {guard.name} watches {metric}, which nobody measures; register the "
                    f"metric, or use one of {', '.join(sorted(known))}"
                )
