"""A session of practice: a runner, the panel and the coach between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.coach.coach import Coach
from hipdrive.coach.programme import plan_for
from hipdrive.practice.runners import DARK, PanelView
from hipdrive.practice.strides import KNOWN_S, START_NS
from hipdrive.session.coach_settings import coach_settings
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.programme import CoachMode
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.coach.programme import SessionPlan
    from hipdrive.coach.speed_baseline import SpeedBaseline
    from hipdrive.config import CoachConfig
    from hipdrive.practice.runners import PracticeRunner
    from hipdrive.practice.strides import StrideMaker
    from hipdrive.types.coach_status import CoachStatus

SESSION_S = 20 * 60


@dataclass(frozen=True, slots=True)
class PracticeStride:
    """A stride of practice.

    Attributes:
        thigh_ext_deg: as it was measured.
        paying: the runner paid for it with something that is guarded.
        seen: what the panel showed after it.
        status: of the coach after it.
    """

    thigh_ext_deg: float
    paying: bool
    seen: PanelView
    status: CoachStatus


def practise(runner: PracticeRunner, coach: Coach, maker: StrideMaker) -> Iterator[PracticeStride]:
    """Stride after stride, for as long as whoever asks wants."""
    seen = DARK
    while True:
        far, near = maker.next(runner.stride(seen))
        known_ns = near.t_ns + round(KNOWN_S * NS_PER_S)
        cues = coach.step(known_ns, GaitUpdate(strides=(far, near)))
        buzz = any(cue.kind is CueKind.BUZZ for cue in cues)
        seen = PanelView(coach.status.led, buzz)
        yield PracticeStride(deg_from_bam(near.thigh_ext_bam), runner.paying, seen, coach.status)


@dataclass(slots=True)
class SessionFigures:
    """What a session came to, of the near leg's strides.

    Attributes:
        feedback_percent: share of the feedback minutes that the programme gave.
        strides: all of them.
        asked: with the amber light on.
        buzzes: tones.
        above: with the light for too much on.
        guarded: while a guard kept the coach from asking, by the guard.
        withheld: at which more was due and not said, by the guard.
        silent_deg, coached_deg: mean thigh extension in the probe, and after it; None: no stride.
    """

    feedback_percent: int | None = None
    strides: int = 0
    asked: int = 0
    buzzes: int = 0
    above: int = 0
    guarded: Counter[str] = field(default_factory=Counter)
    withheld: dict[str, int] = field(default_factory=dict)
    _probe_deg: list[float] = field(default_factory=list)
    _after_deg: list[float] = field(default_factory=list)

    def add(self, stride: PracticeStride) -> None:
        """Take a stride in."""
        status = stride.status
        self.strides += 1
        self.asked += stride.seen.led is CueKind.LED_BELOW
        self.buzzes += stride.seen.buzz
        self.above += stride.seen.led is CueKind.LED_ABOVE
        if status.silence is SilenceReason.GUARD and status.guard:
            self.guarded[status.guard] += 1
        self.withheld = dict(status.withheld)
        probe = status.silence in {SilenceReason.PROBE, SilenceReason.BASELINE}
        (self._probe_deg if probe else self._after_deg).append(stride.thigh_ext_deg)

    @property
    def silent_deg(self) -> float | None:
        """See above."""
        return _mean(self._probe_deg)

    @property
    def coached_deg(self) -> float | None:
        """See above."""
        return _mean(self._after_deg)


def run_programme(
    runner: PracticeRunner, config: CoachConfig, maker: StrideMaker, sessions: int
) -> list[SessionFigures]:
    """A named runner's sessions, from the first one on, each of `SESSION_S`."""
    baselines: tuple[SpeedBaseline, ...] = ()
    found = []
    for done in range(sessions):
        plan = plan_for(CoachMode.PROGRAMME, done, baselines)
        coach = coach_of(config, plan)
        found.append(_session(runner, coach, maker))
        baselines += coach.record.baselines
        runner.rest()
    return found


def coach_of(config: CoachConfig, plan: SessionPlan | None = None) -> Coach:
    """A coach as a session has it; without a plan that of a guest."""
    coach = Coach(coach_settings(config))
    if plan is not None:
        coach.begin_runner(plan)
    return coach


def _session(runner: PracticeRunner, coach: Coach, maker: StrideMaker) -> SessionFigures:
    figures = SessionFigures()
    maker.t_ns = START_NS
    for stride in practise(runner, coach, maker):
        figures.add(stride)
        if maker.t_ns - START_NS >= SESSION_S * NS_PER_S:
            break
    programme = coach.status.programme
    figures.feedback_percent = None if programme is None else programme.feedback_percent
    return figures


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
