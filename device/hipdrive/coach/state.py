"""Everything the coach remembers from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.coach.baseline import Baseline
from hipdrive.types.coach_status import CoachStatus, SilenceReason
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.types.band import Band

WINDOW_STRIDES = 5
"""The LEDs show a mean of this many strides; a clinician needs about six for a stable mean."""


@dataclass(frozen=True, slots=True)
class CoachState:
    """Everything the coach remembers.

    Attributes:
        baseline: strides seen while measuring the runner's own mean.
        band: None until the baseline is complete.
        recent_bam: thigh extension of up to the last `WINDOW_STRIDES` strides, oldest first, BAM.
        led: what the LEDs show.
        strides_since_buzz: usable strides after the last buzz; None before the first.
        last_stride_ns: frame time at which the last usable stride became known.
        silence: why no stride is judged; None while they are judged.
    """

    baseline: Baseline = field(default_factory=Baseline)
    band: Band | None = None
    recent_bam: tuple[int, ...] = ()
    led: CueKind = CueKind.LED_OFF
    strides_since_buzz: int | None = None
    last_stride_ns: int | None = None
    silence: SilenceReason | None = SilenceReason.NO_STRIDE_YET

    @property
    def mean_bam(self) -> int | None:
        """Mean of the recent strides, rounded down, BAM; None without one."""
        return sum(self.recent_bam) // len(self.recent_bam) if self.recent_bam else None

    def with_recent(self, thigh_ext_bam: int) -> CoachState:
        """The state with one more stride in the window of recent ones."""
        since = self.strides_since_buzz
        return replace(
            self,
            recent_bam=(*self.recent_bam, thigh_ext_bam)[-WINDOW_STRIDES:],
            strides_since_buzz=None if since is None else since + 1,
        )

    def may_buzz(self, gap_strides: int) -> bool:
        """True when more than `gap_strides` usable strides have passed since the last buzz."""
        return self.strides_since_buzz is None or self.strides_since_buzz > gap_strides

    def status(self, settings: CoachSettings) -> CoachStatus:
        """What the coach publishes of this state."""
        return CoachStatus(
            led=self.led,
            band=self.band,
            baseline_strides=self.baseline.count,
            baseline_strides_needed=settings.baseline_strides,
            recent_strides=len(self.recent_bam),
            mean_bam=self.mean_bam,
            target_offset_bam=settings.offset_bam,
            silence=self.silence,
        )
