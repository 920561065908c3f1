"""Everything the coach remembers from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.coach.baseline import WINDOW_STRIDES, Baseline
from hipdrive.coach.guards.history import GuardHistory
from hipdrive.types.coach_status import CoachStatus, SilenceReason
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.coach.guards.guard import Guard
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.types.band import Band
    from hipdrive.types.stride import Stride


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
        history: what the guards remember.
        tripped: the guards for which nobody is asked for more, in their order.
        withheld: at how many strides "more" was due and not said, by the first of the guards.
    """

    baseline: Baseline = field(default_factory=Baseline)
    band: Band | None = None
    recent_bam: tuple[int, ...] = ()
    led: CueKind = CueKind.LED_OFF
    strides_since_buzz: int | None = None
    last_stride_ns: int | None = None
    silence: SilenceReason | None = SilenceReason.NO_STRIDE_YET
    history: GuardHistory = field(default_factory=GuardHistory)
    tripped: tuple[Guard, ...] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)

    @property
    def guard(self) -> Guard | None:
        """The guard that decides what the LEDs show instead of asking; None: none is tripped."""
        return self.tripped[0] if self.tripped else None

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

    def with_withheld(self) -> CoachState:
        """The state after "more" was due; it was not said if a guard is tripped."""
        if self.guard is None:
            return self
        name = self.guard.name
        return replace(self, withheld={**self.withheld, name: self.withheld.get(name, 0) + 1})

    def after(self, stride: Stride) -> CoachState:
        """The state after a stride was judged: silent for a guard, or a stride of the dose."""
        if self.silence is not None:
            return self
        if self.guard is not None:
            return replace(self, silence=SilenceReason.GUARD)
        return replace(self, history=self.history.with_asked(stride.stride_time_ns))

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
            guard=None if self.guard is None else self.guard.name,
            withheld=self.withheld,
        )
