"""What the runner gets while a guard is tripped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.coach.programme import SessionPlan
from hipdrive.coach.rules.watch_guards import dose_of
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from support.coach.running_strides import (
    ABOVE_DEG,
    BELOW_DEG,
    IN_BAND_DEG,
    SETTINGS,
    START_NS,
    STRIDE_NS,
    after_baseline,
    stride,
)

if TYPE_CHECKING:
    from hipdrive.coach.guards.history import GuardHistory

AWAY_NS = 60_000_000_001


@dataclass(frozen=True)
class Switched:
    """Tripped as long as strides take longer than 0.7 s."""

    name: str
    cue: CueKind
    metrics: ClassVar[tuple[str, ...]] = ("stride_time",)

    def trips(self, history: GuardHistory, *, tripped: bool) -> bool:
        del tripped
        recent = history["stride_time"].recent
        return bool(recent) and (recent[-1] or 0) > STRIDE_NS


QUICKER = Switched("slow", CueKind.LED_QUICKER_STEPS)
AHEAD = Switched("slow too", CueKind.LED_LOOK_AHEAD)
DARK = Switched("slow and dark", CueKind.LED_OFF)


def coach_with(*guards: Switched) -> GuardedCoach:
    return GuardedCoach(Coach(replace(SETTINGS, guards=guards)))


@dataclass
class GuardedCoach:
    """Fed stride by stride, after a baseline of 10 degrees."""

    coach: Coach
    t_ns: int = START_NS

    def __post_init__(self) -> None:
        self.run(*[10.0] * SETTINGS.baseline_strides)

    def run(
        self, *degrees: float, slow: bool = False, after_ns: int = STRIDE_NS
    ) -> list[list[CueKind]]:
        shown = []
        for each in degrees:
            self.t_ns += after_ns
            one = replace(stride(each), stride_time_ns=STRIDE_NS + slow)
            cues = self.coach.step(self.t_ns, GaitUpdate(strides=(one,)))
            shown.append([cue.kind for cue in cues])
        return shown


@pytest.mark.parametrize("degrees", [BELOW_DEG, IN_BAND_DEG])
def test_its_cue_is_shown_instead_of_amber_and_of_green(degrees: float) -> None:
    runner = coach_with(QUICKER)
    assert list(chain(*runner.run(*[degrees] * 30, slow=True))) == [CueKind.LED_QUICKER_STEPS]


def test_blue_stays_because_it_asks_for_less() -> None:
    runner = coach_with(QUICKER)
    assert list(chain(*runner.run(*[ABOVE_DEG] * 30, slow=True))) == [CueKind.LED_ABOVE]


def test_amber_goes_out_with_the_stride_that_trips_it_and_comes_back_with_the_next() -> None:
    runner = coach_with(DARK)
    runner.run(*[BELOW_DEG] * 20)
    assert runner.coach.status.led is CueKind.LED_BELOW
    assert runner.run(BELOW_DEG, slow=True) == [[CueKind.LED_OFF]]
    assert CueKind.LED_BELOW in runner.run(BELOW_DEG)[0]


def test_of_two_the_first_one_decides() -> None:
    for guards in ((QUICKER, AHEAD), (AHEAD, QUICKER)):
        runner = coach_with(*guards)
        shown = set(chain(*runner.run(*[BELOW_DEG] * 20, slow=True)))
        assert shown == {guards[0].cue}
        assert runner.coach.status.guard == guards[0].name


def test_what_is_withheld_is_counted_once_a_stride_and_only_where_it_was_due() -> None:
    runner = coach_with(QUICKER, AHEAD)
    # The fifth stride is the first with a full mean; light and sound are due with it: once.
    runner.run(*[BELOW_DEG] * 12, slow=True)
    assert runner.coach.status.withheld == {"slow": 8}
    runner.run(*[ABOVE_DEG] * 12, slow=True)
    runner.run(*[BELOW_DEG] * 12)
    counted = runner.coach.status.withheld["slow"]
    # Of the first strides above the band the mean was still below it.
    assert 8 <= counted <= 10
    runner.run(*[BELOW_DEG] * 30)
    assert runner.coach.status.withheld == {"slow": counted}


def test_the_status_says_that_it_is_a_guard() -> None:
    runner = coach_with(QUICKER)
    runner.run(*[BELOW_DEG] * 6, slow=True)
    tripped = runner.coach.status
    assert tripped.silence is SilenceReason.GUARD
    runner.run(BELOW_DEG)
    let_go = runner.coach.status
    assert (let_go.silence, let_go.guard) == (None, None)


def test_counts_are_the_sessions_and_outlast_the_runner() -> None:
    runner = coach_with(QUICKER)
    runner.run(*[BELOW_DEG] * 6, slow=True)
    runner.run(10.0, after_ns=AWAY_NS)
    assert runner.coach.status.band is None
    assert runner.coach.status.withheld == {"slow": 2}
    runner.coach.begin_runner(SessionPlan(named=True))
    assert runner.coach.status.withheld == {"slow": 2}


def test_the_dose_counts_the_strides_at_which_more_could_be_asked_for() -> None:
    running = after_baseline()
    running.run(*[IN_BAND_DEG] * 4)
    assert running.state.history.asked_ns == 0
    running.run(*[IN_BAND_DEG] * 6)
    assert running.state.history.asked_ns == 6 * STRIDE_NS


def test_a_guest_has_no_dose_and_a_runner_that_of_the_session() -> None:
    assert dose_of(SessionPlan()) == ()
    assert [guard.sessions_done for guard in dose_of(SessionPlan(session=3, named=True))] == [2]


def test_a_session_of_the_first_week_ends_its_cues_after_ten_minutes() -> None:
    coach = Coach(replace(SETTINGS, guards=()))
    coach.begin_runner(SessionPlan(named=True))
    asked, t_ns = 0, START_NS
    for index in range(1200):
        t_ns += STRIDE_NS
        one = stride(10.0 if index < SETTINGS.baseline_strides else BELOW_DEG)
        coach.step(t_ns, GaitUpdate(strides=(one,)))
        asked += coach.status.led is CueKind.LED_BELOW
    # 600 s of strides of 0.7 s.
    assert asked == 858
    assert (coach.status.guard, coach.status.led) == ("dose", CueKind.LED_OFF)
