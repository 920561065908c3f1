"""Foot strike from a heel and a toe whose motion is written down; toe-off from the knee."""

from __future__ import annotations

import pytest

from hipdrive.gait.events.foot_contact import NO_CONTACT, find_contact
from hipdrive.gait.events.leg_track import LegTrack
from hipdrive.gait.joints.samples import LegJoints, LegSample
from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.fixed_point import ONE

MS = 1_000_000
PEAK_NS = 2_000 * MS
LAST_PEAK_NS = PEAK_NS - 700 * MS
FURTHEST_MS, STRAIGHT_MS = -290, -30
"""From the peak: when the foot turns back, and when the knee is straightest."""
BELT_PX_PER_MS = 0.4
FEET = "heel", "toe"


def foot_x_px(t_ms: float, furthest_ms: float) -> float:
    """Ahead to the turning point and back with the belt; the turn is even for 40 ms around it."""
    off_ms, turn_ms = abs(t_ms - furthest_ms), 40.0
    even = off_ms**2 / (2 * turn_ms) if off_ms < turn_ms else off_ms - turn_ms / 2
    return -BELT_PX_PER_MS * even


def track(furthest_ms: float = FURTHEST_MS, *, straight: bool = True) -> LegTrack:
    """A leg whose knee is straightest at one time only, or always bent alike."""
    found = LegTrack()
    t_ns = LAST_PEAK_NS - 4 * PERIOD_NS
    while t_ns <= PEAK_NS + 62.5 * MS:
        t_ms = (t_ns - PEAK_NS) / MS
        ahead = round(foot_x_px(t_ms, furthest_ms) * ONE)
        further = (ahead, 0, ahead + 40 * ONE, 0)
        joints = LegJoints(0, 0, 0, 90 * ONE, 0, 180 * ONE, ONE, further)
        flex_deg = 10 + (t_ms - STRAIGHT_MS) ** 2 / 5_000 if straight else 20.0
        flex_bam = bam_from_deg(flex_deg)
        found.add(LegSample(t_ns, 0, 0, 90 * ONE, 16 * MS, flex_bam, joints))
        t_ns += PERIOD_NS
    return found


def events_ms(found: LegTrack) -> list[float | None]:
    window = found.snapshot(ankle=True)
    contact = find_contact(window, LAST_PEAK_NS, PEAK_NS, further=FEET)
    return [None if t_ns is None else (t_ns - PEAK_NS) / MS for t_ns in contact]


@pytest.mark.parametrize("shift_ms", [0, 5, -9])
def test_the_foot_lands_after_it_turned_back(shift_ms: int) -> None:
    strike_ms, toe_off_ms = events_ms(track(FURTHEST_MS + shift_ms))
    assert strike_ms == pytest.approx(FURTHEST_MS + shift_ms + 18, abs=0.1)
    assert toe_off_ms == pytest.approx(STRAIGHT_MS - 19, abs=0.1)


def test_a_contact_as_long_as_half_the_stride_is_none() -> None:
    assert events_ms(track(furthest_ms=-440)) == list(NO_CONTACT)


def test_a_contact_shorter_than_any_is_none() -> None:
    assert events_ms(track(furthest_ms=-140)) == list(NO_CONTACT)


def test_a_foot_that_is_still_going_back_at_both_ends_has_no_strike() -> None:
    strike_ms, toe_off_ms = events_ms(track(furthest_ms=-900))
    assert strike_ms is None
    assert toe_off_ms is not None


def test_a_knee_that_does_not_tell_toe_off_leaves_no_event() -> None:
    assert events_ms(track(straight=False)) == list(NO_CONTACT)


def test_what_was_not_seen_tells_nothing() -> None:
    assert events_ms(LegTrack()) == list(NO_CONTACT)
