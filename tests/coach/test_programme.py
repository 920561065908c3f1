"""How a session's time is shared between feedback and silence, against the published schedule."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from hipdrive.coach.programme import (
    BLOCK_NS,
    FEEDBACK_PERCENT,
    PROBE_NS,
    SESSIONS,
    block_at,
    plan_for,
)
from hipdrive.types.programme import Block, BlockKind, CoachMode

BEGAN_NS = 7_000_000_000_123
MINUTE_NS = 60_000_000_000
PROBE, FEEDBACK, OFF = BlockKind.PROBE, BlockKind.FEEDBACK, BlockKind.OFF


def minutes(percent: int, count: int) -> list[BlockKind]:
    """What each minute of a session is for, asked in its middle."""
    middle_ns = BEGAN_NS + MINUTE_NS // 2
    return [
        block_at(BEGAN_NS, middle_ns + minute * MINUTE_NS, percent, probe=True).kind
        for minute in range(count)
    ]


def test_a_first_session_is_a_probe_and_then_every_other_minute_has_feedback() -> None:
    """SCIENCE: two silent minutes, then 60 s with and 60 s without."""
    assert minutes(100, 8) == [PROBE, PROBE, FEEDBACK, OFF, FEEDBACK, OFF, FEEDBACK, OFF]


def test_the_schedule_fades_from_everything_to_nothing_over_eight_sessions() -> None:
    assert SESSIONS == 8
    assert (FEEDBACK_PERCENT[0], FEEDBACK_PERCENT[3]) == (100, 80)
    assert FEEDBACK_PERCENT[4:] == (60, 40, 20, 0)
    assert list(FEEDBACK_PERCENT) == sorted(FEEDBACK_PERCENT, reverse=True)


@pytest.mark.parametrize("percent", FEEDBACK_PERCENT)
def test_the_share_of_the_feedback_minutes_is_given_evenly(percent: int) -> None:
    shown = [kind is FEEDBACK for kind in minutes(percent, 2 + 200)[2:]]
    assert not any(shown[1::2])
    given = shown[::2]
    assert sum(given) == percent
    for pairs in range(1, len(given) + 1):
        # Never further from the share than the one that is not over.
        assert 0 <= sum(given[:pairs]) - Fraction(pairs * percent, 100) < 1
    assert given[0] is (percent > 0)


@pytest.mark.parametrize("percent", [100, 80, 20])
def test_the_next_change_is_told_to_the_nanosecond(percent: int) -> None:
    t_ns = BEGAN_NS
    blocks: list[Block] = []
    while len(blocks) < 12:
        block = block_at(BEGAN_NS, t_ns, percent, probe=True)
        blocks.append(block)
        assert block.ends_ns is not None
        assert block_at(BEGAN_NS, block.ends_ns - 1, percent, probe=True) == block
        t_ns = block.ends_ns
    assert [block.number for block in blocks] == list(range(1, 13))
    assert blocks[0] == Block(PROBE, 1, BEGAN_NS + PROBE_NS)
    assert [b.kind for b in blocks[1:]] == [FEEDBACK, OFF] * 5 + [FEEDBACK]
    if percent == 20:
        # Of five minutes that may have feedback the first has: then nine without.
        lengths = [b.ends_ns - a.ends_ns for a, b in pairwise(blocks) if a.ends_ns and b.ends_ns]
        assert lengths[:3] == [BLOCK_NS, 9 * BLOCK_NS, BLOCK_NS]


def test_an_eighth_session_is_silent_to_its_end() -> None:
    block = block_at(BEGAN_NS, BEGAN_NS + PROBE_NS, 0, probe=True)
    assert block == Block(OFF, 2, None)


def test_without_a_probe_feedback_begins_at_once() -> None:
    block = block_at(BEGAN_NS, BEGAN_NS, 100, probe=False)
    assert block == Block(FEEDBACK, 1, BEGAN_NS + BLOCK_NS)


@pytest.mark.parametrize(
    ("wanted", "done", "mode", "session"),
    [
        (CoachMode.PROGRAMME, 0, CoachMode.PROGRAMME, 1),
        (CoachMode.PROGRAMME, 7, CoachMode.PROGRAMME, 8),
        (CoachMode.PROGRAMME, 8, CoachMode.MAINTENANCE, 9),
        (CoachMode.FREE, 3, CoachMode.FREE, 4),
        (CoachMode.MAINTENANCE, 2, CoachMode.MAINTENANCE, 3),
    ],
)
def test_what_a_runner_gets_follows_from_the_sessions_done(
    wanted: CoachMode, done: int, mode: CoachMode, session: int
) -> None:
    plan = plan_for(wanted, done)
    assert (plan.mode, plan.session, plan.named) == (mode, session, True)
