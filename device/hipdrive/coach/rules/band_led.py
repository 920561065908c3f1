"""The LEDs show on which side of the band the mean of the recent strides lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.rule import Decision
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueContext
    from hipdrive.types.band import Band

HYSTERESIS_BAM = bam_from_deg(1)
"""To leave amber or blue the mean must lie this far inside of where they are lit."""
SURE_HALF_ERRORS = 3
"""A mean is outside the band when it is so by one and a half of its standard errors."""


class BandLed:
    """Below, in or above the band, with hysteresis towards the inside."""

    def judge(self, context: CueContext) -> Decision | None:
        """The LED of the recent strides' mean."""
        state = context.state
        if context.stride is None or state.band is None or state.mean_bam is None:
            return None
        mean_bam = state.mean_bam
        return Decision(led=led_of(mean_bam, state.band, state.led), mean_bam=mean_bam)


def led_of(mean_bam: int, band: Band, led: CueKind) -> CueKind:
    """The LED for a mean, BAM, when `led` is the one that is lit.

    Amber and blue are lit by a mean that is surely outside the band. By any mean outside it, a
    runner at the target with 2.5 degrees of scatter was told wrongly that they were low 2.8 times
    in 200 strides, with one standard error 0.6 times (more than once in 13 of 100 runs), and with
    one and a half 0.2 times (in 4 of 100). Who is 4 degrees below the band is told within eight
    strides in 98 of 100 runs all the same (`tests/coach/test_cue_rates.py`).
    """
    doubt_bam = SURE_HALF_ERRORS * band.mean_error_bam // 2
    low_bam, high_bam = band.low_bam - doubt_bam, band.high_bam + doubt_bam
    if led is CueKind.LED_BELOW:
        low_bam += HYSTERESIS_BAM
    if led is CueKind.LED_ABOVE:
        high_bam -= HYSTERESIS_BAM
    if mean_bam < low_bam:
        return CueKind.LED_BELOW
    return CueKind.LED_ABOVE if mean_bam > high_bam else CueKind.LED_IN_BAND
