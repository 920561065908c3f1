"""Everything the coach remembers from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.coach.baseline import WINDOW_STRIDES, Baseline
from hipdrive.coach.guards.history import GuardHistory
from hipdrive.coach.programme import FREE_PLAN
from hipdrive.coach.record import RunnerRecord
from hipdrive.types.coach_status import CoachStatus, OwnMean, SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import CoachMode, ProgrammeStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.coach.guards.guard import Guard
    from hipdrive.coach.programme import SessionPlan
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.coach.speed_baseline import SpeedBaseline
    from hipdrive.types.band import Band
    from hipdrive.types.programme import Block
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
        plan: of the session.
        began_ns: frame time of the first usable stride; None before it.
        block: of the programme; None in free mode and before the first usable stride.
        feedback_percent: share of the feedback minutes that are given; None: not decided yet.
        belt_mm_per_s: speed of the belt that `baseline`, `probe` and `own` belong to; None: not
            known.
        own: the runner's own mean that the band rests on; None until it is complete.
        probe: strides of the retention probe so far.
        record: what was measured of the runner.
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
    plan: SessionPlan = FREE_PLAN
    began_ns: int | None = None
    block: Block | None = None
    feedback_percent: int | None = None
    belt_mm_per_s: int | None = None
    own: SpeedBaseline | None = None
    probe: Baseline = field(default_factory=Baseline)
    record: RunnerRecord = field(default_factory=RunnerRecord)
    history: GuardHistory = field(default_factory=GuardHistory)
    tripped: tuple[Guard, ...] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)

    @property
    def guard(self) -> Guard | None:
        """The guard that decides what the LEDs show instead of asking; None: none is tripped."""
        return self.tripped[0] if self.tripped else None

    @property
    def dark(self) -> bool:
        """True while the programme wants silence."""
        return self.block is not None and self.block.dark

    @property
    def programme(self) -> ProgrammeStatus | None:
        """Where the runner is in the programme; None in free mode."""
        plan = self.plan
        if plan.mode is CoachMode.FREE:
            return None
        percent = plan.feedback_percent if self.feedback_percent is None else self.feedback_percent
        return ProgrammeStatus(plan.mode, plan.session, percent, self.block)

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
            own=self._own_mean(),
            baseline_strides=self.baseline.count,
            baseline_strides_needed=settings.baseline_strides,
            recent_strides=len(self.recent_bam),
            mean_bam=self.mean_bam,
            target_offset_bam=settings.offset_bam,
            silence=self.silence,
            programme=self.programme,
            guard=None if self.guard is None else self.guard.name,
            withheld=self.withheld,
        )

    def _own_mean(self) -> OwnMean | None:
        own = self.own
        if own is None:
            return None
        return OwnMean(
            earlier=own.session < self.plan.session,
            belt_mm_per_s=own.belt_mm_per_s,
            strides=own.strides,
            mean_bam=own.mean_bam,
            sd_bam=own.sd_bam,
        )
