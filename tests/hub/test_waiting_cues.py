"""A cue is published when the panel has shown it, with the times of both."""

from __future__ import annotations

from hipdrive.hub.waiting_cues import LONGEST_WAIT_NS, WaitingCues
from hipdrive.session.cue_times import CueTime, CueTimes
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.time import NS_PER_MS

FIRST = Cue(1_000_000_000, CueKind.LED_BELOW)
BUZZ = Cue(1_000_000_000, CueKind.BUZZ)
LATER = Cue(1_500_000_000, CueKind.LED_IN_BAND)


def given() -> tuple[CueTimes, WaitingCues]:
    times = CueTimes(lambda at_ns: at_ns, real=True)
    for cue in (FIRST, BUZZ, LATER):
        times.decided(cue, cue.t_ns + NS_PER_MS)
    return times, WaitingCues(times)


def test_a_cue_waits_until_it_is_shown() -> None:
    times, waiting = given()
    waiting.add([FIRST])
    assert list(waiting.ready(FIRST.t_ns)) == []
    times.shown(FIRST, FIRST.t_ns + 3 * NS_PER_MS)
    told = CueTime(FIRST.t_ns + NS_PER_MS, FIRST.t_ns + 3 * NS_PER_MS)
    assert list(waiting.ready(FIRST.t_ns + 16 * NS_PER_MS)) == [(FIRST, told)]
    assert list(waiting.ready(FIRST.t_ns + 32 * NS_PER_MS)) == []


def test_one_whose_place_another_took_waits_no_longer_than_that_one() -> None:
    times, waiting = given()
    waiting.add([FIRST, LATER])
    times.shown(LATER, LATER.t_ns)
    assert [(cue, time and time.shown_ns) for cue, time in waiting.ready(LATER.t_ns)] == [
        (FIRST, None),
        (LATER, LATER.t_ns),
    ]


def test_they_keep_their_order() -> None:
    times, waiting = given()
    waiting.add([FIRST, BUZZ])
    times.shown(BUZZ, BUZZ.t_ns)
    assert [cue for cue, _ in waiting.ready(FIRST.t_ns)] == [FIRST, BUZZ]


def test_pins_that_fail_hold_no_cue_up_for_longer_than_a_second() -> None:
    _, waiting = given()
    waiting.add([FIRST])
    assert list(waiting.ready(FIRST.t_ns + LONGEST_WAIT_NS - 1)) == []
    assert [cue for cue, _ in waiting.ready(FIRST.t_ns + LONGEST_WAIT_NS)] == [FIRST]


def test_nothing_waits_where_nothing_is_shown_or_the_session_ends() -> None:
    without = WaitingCues(None)
    without.add([FIRST, BUZZ])
    assert list(without.ready(FIRST.t_ns)) == [(FIRST, None), (BUZZ, None)]
    _, waiting = given()
    waiting.add([FIRST])
    assert [cue for cue, _ in waiting.ready(None)] == [FIRST]
