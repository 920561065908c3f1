"""The runner's own mean becomes the band: from a stored baseline, or from strides just measured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.coach.baseline import target_band
from hipdrive.coach.speed_baseline import SpeedBaseline, first_fitting
from hipdrive.types.angle import bam_from_deg

if TYPE_CHECKING:
    from hipdrive.coach.baseline import Baseline
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.coach.state import CoachState
    from hipdrive.types.band import Band

CAREFUL_SESSIONS = 4
MOST_ABOVE_FIRST_DEG = 5
MOST_ABOVE_FIRST_BAM = bam_from_deg(MOST_ABOVE_FIRST_DEG)
"""In the first `CAREFUL_SESSIONS` sessions the target is never further above the first baseline
of the speed: tissue takes weeks to follow (`CAREFUL_SESSIONS` are one or two of them)."""


def with_own(state: CoachState, settings: CoachSettings, own: SpeedBaseline) -> CoachState:
    """The state with a baseline, stored or measured, and the band that follows from it."""
    state = replace(state, own=own)
    return replace(state, band=band_of(state, settings))


def band_of(state: CoachState, settings: CoachSettings) -> Band | None:
    """The band with these settings; None before there is a baseline."""
    if state.own is None:
        return None
    return target_band(state.own, settings, _ceiling_bam(state, state.own))


def with_measured(state: CoachState, settings: CoachSettings) -> CoachState:
    """The state with the band of the strides that were measured, once they are enough."""
    if state.baseline.count < settings.baseline_strides:
        return state
    own = summed(state.baseline, state, settings)
    state = replace(state, record=state.record.with_baseline(own))
    return with_own(state, settings, own)


def summed(sums: Baseline, state: CoachState, settings: CoachSettings) -> SpeedBaseline:
    """Sums over silent strides, with the speed and the session that they belong to."""
    return SpeedBaseline(
        session=state.plan.session,
        belt_mm_per_s=state.belt_mm_per_s,
        incline_tenths=settings.incline_tenths,
        strides=sums.count,
        mean_bam=sums.mean_bam,
        sd_bam=sums.sd_bam,
    )


def _ceiling_bam(state: CoachState, own: SpeedBaseline) -> int | None:
    plan = state.plan
    if not plan.named or plan.session > CAREFUL_SESSIONS or own.belt_mm_per_s is None:
        return None
    first = first_fitting((*plan.baselines, own), own.belt_mm_per_s, own.incline_tenths)
    return None if first is None else first.mean_bam + MOST_ABOVE_FIRST_BAM
