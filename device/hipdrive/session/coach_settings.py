"""The coach's settings from the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.settings import CoachSettings
from hipdrive.types.angle import bam_from_deg

if TYPE_CHECKING:
    from hipdrive.config import CoachConfig, TreadmillConfig

TENTHS = 10


def coach_settings(config: CoachConfig, treadmill: TreadmillConfig | None = None) -> CoachSettings:
    """The same in the coach's units: BAM instead of degrees; the belt is level if it is not given."""
    incline_percent = 0.0 if treadmill is None else treadmill.incline_percent
    return CoachSettings(
        baseline_strides=config.baseline_strides,
        raise_bam=bam_from_deg(config.raise_deg),
        guard_bam=bam_from_deg(config.band_above_target_deg),
        buzz_gap_strides=config.buzz_gap_strides,
        incline_tenths=round(TENTHS * incline_percent),
    )
