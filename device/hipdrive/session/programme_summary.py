"""What the summary says of the runner's programme."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hipdrive.session.verdict import VerdictKind
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.programme import CoachMode
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.coach.programme import SessionPlan
    from hipdrive.coach.record import RunnerRecord
    from hipdrive.coach.speed_baseline import SpeedBaseline

LEAST_RUNNING_S = 300
"""A session that counts has five minutes of usable strides: the probe, a block with feedback and
one without, and what gets lost. Those of the trials had 15 minutes and more."""
MM_PER_M, TENTHS = 1000, 10
DEG_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class SilentMean:
    """Thigh extension over strides without feedback: a baseline, or a retention probe.

    Attributes:
        belt_mps: speed of the belt; None: not known.
        incline_percent: its rise over its run.
        n: strides of the near leg.
        mean_deg, sd_deg: over them.
    """

    belt_mps: float | None
    incline_percent: float
    n: int
    mean_deg: float
    sd_deg: float

    @classmethod
    def of(cls, mean: SpeedBaseline) -> SilentMean:
        """The same in the summary's units."""
        speed = mean.belt_mm_per_s
        return cls(
            None if speed is None else speed / MM_PER_M,
            mean.incline_tenths / TENTHS,
            mean.strides,
            round(deg_from_bam(mean.mean_bam), DEG_DECIMALS),
            round(deg_from_bam(mean.sd_bam), DEG_DECIMALS),
        )


@dataclass(frozen=True, slots=True)
class ProgrammeSummary:
    """A session in the life of its runner.

    Attributes:
        mode: how the runner was coached.
        session: which of the runner's sessions it is, from 1.
        feedback_percent: share of the feedback minutes that were given; None: not decided.
        running_s: sum of the times of the usable strides.
        baselines: measured in this session.
        probe: result of the retention probe; None: there is none.
        counted: it counts as one of the runner's sessions.
        not_counted: why it does not, a sentence; empty when it does.
    """

    mode: CoachMode
    session: int
    feedback_percent: int | None
    running_s: float
    baselines: tuple[SilentMean, ...]
    probe: SilentMean | None
    counted: bool
    not_counted: str = ""

    def without_figures(self) -> ProgrammeSummary:
        """What is left where nobody knows what was measured."""
        return replace(self, baselines=(), probe=None)

    def cut_off(self, *, in_profile: bool) -> ProgrammeSummary:
        """A session that did not come to its end counts only if that was its last moment."""
        why = "" if in_profile else "it was cut off"
        return replace(self, counted=in_profile, not_counted=why)


def programme_summary(
    plan: SessionPlan, record: RunnerRecord, feedback_percent: int | None, verdict: VerdictKind
) -> ProgrammeSummary | None:
    """What is said of a session; None for a guest who is not in the programme.

    Args:
        plan: of the runner.
        record: what was measured.
        feedback_percent: as the coach decided it.
        verdict: of the session.
    """
    if not plan.named and plan.mode is CoachMode.FREE:
        return None
    why = _not_counted(plan, record, verdict)
    return ProgrammeSummary(
        mode=plan.mode,
        session=plan.session,
        feedback_percent=feedback_percent,
        running_s=round(record.running_ns / NS_PER_S, 1),
        baselines=tuple(map(SilentMean.of, record.baselines)),
        probe=None if record.probe is None else SilentMean.of(record.probe),
        counted=not why,
        not_counted=why,
    )


def _not_counted(plan: SessionPlan, record: RunnerRecord, verdict: VerdictKind) -> str:
    if not plan.named:
        return "sessions of guests are not counted"
    if verdict is not VerdictKind.RUNNING:
        return f"its verdict is {verdict.replace('_', ' ')}"
    running_s = record.running_ns / NS_PER_S
    if running_s < LEAST_RUNNING_S:
        return f"it has {running_s:.0f} s of running, and one that counts has {LEAST_RUNNING_S}"
    return ""
