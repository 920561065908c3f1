"""The runner's own baseline, and the target band that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band

if TYPE_CHECKING:
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.coach.speed_baseline import SpeedBaseline

WINDOW_STRIDES = 5
"""The LEDs show a mean of this many strides; a clinician needs about six for a stable mean."""
LEAST_SLACK_BAM = bam_from_deg(1.5)
"""The band reaches at least this far below the target, or one standard deviation of the baseline:
a runner whose strides scatter is not nagged for the scatter."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Running sums of thigh extension over the strides of the silent baseline."""

    count: int = 0
    total_bam: int = 0
    squares_bam2: int = 0

    def with_stride(self, thigh_ext_bam: int) -> Baseline:
        """The baseline with one more stride."""
        return Baseline(
            self.count + 1,
            self.total_bam + thigh_ext_bam,
            self.squares_bam2 + thigh_ext_bam * thigh_ext_bam,
        )

    @property
    def mean_bam(self) -> int:
        """Mean, rounded down, BAM; of one stride at least."""
        return self.total_bam // self.count

    @property
    def sd_bam(self) -> int:
        """Standard deviation, rounded down, BAM; of two strides at least."""
        n = self.count
        spread = n * self.squares_bam2 - self.total_bam * self.total_bam
        return isqrt(spread // (n * (n - 1)))


def target_band(
    own: SpeedBaseline, settings: CoachSettings, ceiling_bam: int | None = None
) -> Band:
    """The band around the target, which lies a little above the runner's own mean.

    It ends below at target - max(1.5 degrees, standard deviation) and above at target + guard.

    Args:
        own: the runner's mean and standard deviation.
        settings: how far above it the target lies.
        ceiling_bam: the target never lies above it; None: there is none.
    """
    target_bam = own.mean_bam + settings.raise_bam + settings.offset_bam
    if ceiling_bam is not None:
        target_bam = min(target_bam, ceiling_bam)
    return Band(
        low_bam=target_bam - max(LEAST_SLACK_BAM, own.sd_bam),
        target_bam=target_bam,
        high_bam=target_bam + settings.guard_bam,
        mean_error_bam=isqrt(own.sd_bam * own.sd_bam // WINDOW_STRIDES),
    )
