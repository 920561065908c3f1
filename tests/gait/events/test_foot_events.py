"""Foot strike and toe-off from a heel and a toe whose motion is written down."""

from __future__ import annotations

import pytest

from hipdrive.gait.events.foot_contact import NO_CONTACT
from hipdrive.gait.events.foot_events import find_contact_of_foot
from hipdrive.gait.events.leg_track import LegTrack
from hipdrive.gait.joints.samples import LegJoints, LegSample
from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.fixed_point import ONE

MS = 1_000_000
PEAK_NS = 2_000 * MS
LAST_PEAK_NS = PEAK_NS - 700 * MS
FURTHEST_MS, THROWN_MS = -290, -20
"""From the peak: when the foot turns back, and when it is thrown back hardest."""
WIDTH_MS = 30.0
BELT_PX_PER_MS = 0.4


def foot_x_px(t_ms: float, furthest_ms: float, thrown_ms: float) -> float:
    """Ahead to the turning point and back with the belt; then thrown back.

    The acceleration of the throw rises and falls in straight lines over `WIDTH_MS` around its time;
    that of the turn is even for 40 ms around it.
    """
    off_ms, turn_ms = abs(t_ms - furthest_ms), 40.0
    even = off_ms**2 / (2 * turn_ms) if off_ms < turn_ms else off_ms - turn_ms / 2
    from_start = t_ms - (thrown_ms - WIDTH_MS)
    past = [max(from_start - offset, 0.0) for offset in (0.0, WIDTH_MS, 2 * WIDTH_MS)]
    return -BELT_PX_PER_MS * even - (past[0] ** 3 - 2 * past[1] ** 3 + past[2] ** 3) / 10_000


def track(
    furthest_ms: float = FURTHEST_MS, thrown_ms: float = THROWN_MS, last_ms: float = 62.5
) -> LegTrack:
    found = LegTrack()
    t_ns = LAST_PEAK_NS - 4 * PERIOD_NS
    while t_ns <= PEAK_NS + last_ms * MS:
        t_ms = (t_ns - PEAK_NS) / MS
        ahead = round(foot_x_px(t_ms, furthest_ms, thrown_ms) * ONE)
        further = (ahead, 0, ahead + 40 * ONE, 0)
        joints = LegJoints(0, 0, 0, 90 * ONE, 0, 180 * ONE, ONE, further)
        found.add(LegSample(t_ns, 0, 0, 90 * ONE, 16 * MS, 0, joints))
        t_ns += PERIOD_NS
    return found


def events_ms(found: LegTrack) -> list[float | None]:
    window = found.snapshot(ankle=True)
    contact = find_contact_of_foot(window, ("heel", "toe"), LAST_PEAK_NS, PEAK_NS)
    return [None if t_ns is None else (t_ns - PEAK_NS) / MS for t_ns in contact]


@pytest.mark.parametrize("shift_ms", [0, 5, -9])
def test_the_foot_lands_after_it_turned_back_and_leaves_before_it_is_thrown_back(
    shift_ms: int,
) -> None:
    strike_ms, toe_off_ms = events_ms(track(FURTHEST_MS + shift_ms, THROWN_MS + shift_ms))
    assert strike_ms == pytest.approx(FURTHEST_MS + shift_ms + 18, abs=0.1)
    # A tent is no parabola: between two moments of the grid its top is told to a fifth of them.
    assert toe_off_ms == pytest.approx(THROWN_MS + shift_ms - 20, abs=3)


def test_a_contact_as_long_as_half_the_stride_is_none() -> None:
    assert events_ms(track(furthest_ms=-440)) == list(NO_CONTACT)


def test_a_contact_shorter_than_any_is_none() -> None:
    assert events_ms(track(furthest_ms=-110)) == list(NO_CONTACT)


def test_a_foot_that_is_still_going_back_at_both_ends_has_no_strike() -> None:
    strike_ms, toe_off_ms = events_ms(track(furthest_ms=-900))
    assert strike_ms is None
    assert toe_off_ms is not None


def test_what_was_not_seen_tells_nothing() -> None:
    assert events_ms(LegTrack()) == list(NO_CONTACT)
