"""A rule of one's own: one class and one line of registration, with public names alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hipdrive.coach.coach import Coach
from hipdrive.coach.rule import CueContext, Decision
from hipdrive.coach.rules.catalogue import RULES
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from support.coach.running_strides import IN_BAND_DEG, SETTINGS, START_NS, STRIDE_NS, stride

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.coach.rule import CueRule

MS = 1_000_000
BASELINE = SETTINGS.baseline_strides


@dataclass(frozen=True)
class BuzzAtSlowCadence:
    """Sounds the buzzer when a stride takes longer than `most_ns`."""

    most_ns: int

    def judge(self, context: CueContext) -> Decision | None:
        if context.stride is None or context.stride.stride_time_ns <= self.most_ns:
            return None
        return Decision(buzz=True, mean_bam=context.state.mean_bam)


def buzzed(rules: Sequence[CueRule], stride_times_ms: Sequence[int]) -> list[int]:
    """Indices of the strides, all in the band, with which it buzzed."""
    coach = Coach(SETTINGS, rules)
    buzzes = []
    for index, time_ms in enumerate(stride_times_ms):
        angle = 10.0 if index < BASELINE else IN_BAND_DEG
        one = replace(stride(angle), stride_time_ns=time_ms * MS)
        cues = coach.step(START_NS + index * STRIDE_NS, GaitUpdate(strides=(one,)))
        buzzes += [index for cue in cues if cue.kind is CueKind.BUZZ]
    return buzzes


def test_a_rule_behind_the_others_judges_the_strides_that_they_judge() -> None:
    # Five of the baseline, four until the mean is full: the tenth stride, of index 9, is the first.
    rules = (*RULES, BuzzAtSlowCadence(720 * MS))
    assert buzzed(rules, [700] * 9 + [721] * 6) == [9]
    assert buzzed(rules, [700] * 9 + [720] * 6) == []
    assert buzzed(RULES, [721] * 15) == []


def test_the_configured_gap_between_buzzes_holds_for_it_too() -> None:
    rules = (*RULES, BuzzAtSlowCadence(720 * MS))
    again = 9 + SETTINGS.buzz_gap_strides + 1
    assert buzzed(rules, [800] * 30)[:2] == [9, again]


def test_a_rule_before_the_others_judges_the_baseline_too() -> None:
    rules = (BuzzAtSlowCadence(720 * MS), *RULES)
    assert buzzed(rules, [700, 800, 700]) == [1]
