from __future__ import annotations

from copy import deepcopy
from itertools import product

import pytest

from hipdrive.coach.coach import advance
from hipdrive.coach.settings import CoachSettings
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import CueKind
from hipdrive.types.stride import Rejection
from support.coach.running_strides import (
    BELOW_DEG,
    IN_BAND_DEG,
    SETTINGS,
    StridesOverTime,
    after_baseline,
    stride,
)

LOW_BAM = -bam_from_deg(1.5)
"""Lower edge of the band for a baseline of zeros and a target that is not raised."""
AT_ZERO = CoachSettings(5, raise_bam=0, guard_bam=bam_from_deg(5), buzz_gap_strides=8)


def buzzes(running: StridesOverTime, *degrees: float) -> list[int]:
    """The indices of the strides that made it buzz."""
    return [i for i, cues in enumerate(running.run(*degrees)) if CueKind.BUZZ in cues]


@pytest.mark.parametrize("below", list(product([True, False], repeat=5)))
def test_it_buzzes_exactly_when_four_of_the_last_five_are_below(below: tuple[bool, ...]) -> None:
    degrees = [BELOW_DEG if each else IN_BAND_DEG for each in below]
    assert buzzes(after_baseline(), *degrees) == ([4] if sum(below) >= 4 else [])


def test_four_strides_alone_are_not_four_of_five() -> None:
    assert buzzes(after_baseline(), *[BELOW_DEG] * 4) == []


def test_a_stride_on_the_edge_of_the_band_is_not_below_it() -> None:
    on_edge = StridesOverTime(AT_ZERO)
    on_edge.run_bam(*[0] * 5)
    assert not any(CueKind.BUZZ in cues for cues in on_edge.run_bam(*[LOW_BAM] * 20))
    under = StridesOverTime(AT_ZERO)
    under.run_bam(*[0] * 5)
    assert [CueKind.BUZZ in cues for cues in under.run_bam(*[LOW_BAM - 1] * 5)] == [False] * 4 + [
        True
    ]


@pytest.mark.parametrize("gap", [8, 9, 10, 25])
def test_after_a_buzz_it_is_silent_for_the_configured_number_of_strides(gap: int) -> None:
    running = after_baseline(CoachSettings(5, SETTINGS.raise_bam, SETTINGS.guard_bam, gap))
    # The fifth stride (index 4) buzzes; `gap` strides of silence; the one after buzzes again.
    again = 4 + gap + 1
    assert buzzes(running, *[BELOW_DEG] * (2 * gap + 10))[:2] == [4, again]


def test_the_gap_is_counted_in_usable_strides_only() -> None:
    running = after_baseline()
    assert buzzes(running, *[BELOW_DEG] * 5) == [4]
    for _ in range(30):
        assert running.take(stride(BELOW_DEG, near=False), after_ns=1) == ()
        assert running.take(stride(BELOW_DEG, rejection=Rejection.GAP), after_ns=1) == ()
    assert buzzes(running, *[BELOW_DEG] * 9) == [8]


def test_after_the_gap_a_runner_who_has_caught_up_hears_nothing() -> None:
    running = after_baseline()
    assert buzzes(running, *[BELOW_DEG] * 5) == [4]
    assert buzzes(running, *[IN_BAND_DEG] * 50) == []


def test_a_buzz_comes_as_soon_as_it_is_due_again() -> None:
    running = after_baseline()
    assert buzzes(running, *[BELOW_DEG] * 5) == [4]
    buzzes(running, *[IN_BAND_DEG] * 20)
    assert buzzes(running, *[BELOW_DEG] * 5) == [3]


def test_strides_that_come_with_one_frame_are_judged_one_by_one() -> None:
    running = after_baseline()
    kinds = [cue.kind for cue in running.take(*[stride(BELOW_DEG)] * 13)]
    assert kinds == [CueKind.LED_BELOW, CueKind.BUZZ]
    kinds = [cue.kind for cue in running.take(stride(BELOW_DEG))]
    assert kinds == [CueKind.BUZZ]


def test_the_state_given_is_left_as_it_was_and_gives_the_same_again() -> None:
    running = after_baseline()
    running.run(*[BELOW_DEG] * 4)
    before = running.state
    copy = deepcopy(before)
    first = advance(before, SETTINGS, running.t_ns + 1, [stride(BELOW_DEG)])
    assert before == copy
    assert advance(before, SETTINGS, running.t_ns + 1, [stride(BELOW_DEG)]) == first
    assert [cue.kind for cue in first[1]] == [CueKind.LED_BELOW, CueKind.BUZZ]
