from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MuteSwitch
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from support.coach.running_strides import (
    BELOW_DEG,
    IN_BAND_DEG,
    SETTINGS,
    START_NS,
    STRIDE_NS,
    stride,
)

if TYPE_CHECKING:
    from hipdrive.types.cue import Cue

BASELINE = [10.0] * SETTINGS.baseline_strides


class MutedRunner:
    """Runs before a coach that can be muted, a frame a stride."""

    def __init__(self) -> None:
        self.inner = Coach(SETTINGS)
        self.coach = MuteSwitch(self.inner)
        self.t_ns = START_NS

    def run(self, *degrees: float) -> list[CueKind]:
        cues: list[Cue] = []
        for angle in degrees:
            self.t_ns += STRIDE_NS
            cues += self.coach.step(self.t_ns, GaitUpdate(strides=(stride(angle),)))
        return [cue.kind for cue in cues]

    def wait(self, t_ns: int) -> list[CueKind]:
        self.t_ns += t_ns
        return [cue.kind for cue in self.coach.step(self.t_ns, GaitUpdate())]


def test_unmuted_it_says_what_the_coach_says() -> None:
    runner, plain = MutedRunner(), Coach(SETTINGS)
    t_ns = START_NS
    degrees = [*BASELINE, *[IN_BAND_DEG] * 6, *[BELOW_DEG] * 20]
    expected = []
    for angle in degrees:
        t_ns += STRIDE_NS
        expected += [cue.kind for cue in plain.step(t_ns, GaitUpdate(strides=(stride(angle),)))]
    assert runner.run(*degrees) == expected
    assert CueKind.BUZZ in expected


def test_muting_puts_the_light_out_at_once_and_only_once() -> None:
    runner = MutedRunner()
    runner.run(*BASELINE, *[IN_BAND_DEG] * 5)
    runner.coach.muted = True
    assert runner.wait(1) == [CueKind.LED_OFF]
    assert runner.run(*[BELOW_DEG] * 30) == []


def test_muted_from_the_start_nothing_is_shown_at_all() -> None:
    runner = MutedRunner()
    runner.coach.muted = True
    assert runner.run(*BASELINE, *[BELOW_DEG] * 30) == []
    assert runner.wait(10_000_000_000) == []


def test_the_baseline_is_measured_all_the_same() -> None:
    runner = MutedRunner()
    runner.coach.muted = True
    runner.run(*BASELINE)
    assert runner.inner.status.band is not None
    assert runner.inner.status.band.target_bam == bam_from_deg(10) + SETTINGS.raise_bam


def test_afterwards_the_light_is_what_it_should_be_by_then() -> None:
    runner = MutedRunner()
    runner.run(*BASELINE, *[IN_BAND_DEG] * 5)
    runner.coach.muted = True
    runner.run(*[BELOW_DEG] * 5)
    runner.coach.muted = False
    assert runner.wait(1) == [CueKind.LED_BELOW]
    assert runner.wait(1) == []


def test_unmuting_where_there_is_no_judgement_shows_nothing() -> None:
    runner = MutedRunner()
    runner.coach.muted = True
    runner.wait(1)
    runner.coach.muted = False
    assert runner.wait(1) == []
