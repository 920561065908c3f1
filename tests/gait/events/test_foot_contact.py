from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.events.foot_contact import NO_CONTACT, KneeTiming, find_contact
from hipdrive.gait.events.leg_track import LegTrack
from hipdrive.gait.joints.samples import LegJoints, LegSample
from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from support.gait.measure import near_strides, recording
from support.keypoints import with_joints
from support.walker import Walker

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

MS = 1_000_000
PEAK_NS = 2_000 * MS
LAST_PEAK_NS = PEAK_NS - 700 * MS
SEEN = LegJoints(0, 0, 0, 90 * ONE, 0, 180 * ONE, ONE)
CYCLE = [(-700, 16), (-640, 80), (-500, 100), (-330, 12), (-200, 42), (-25, 14), (60, 70)]
"""Knee flexion in degrees, ms from the peak of thigh extension: straightest before foot strike at
-330 and after toe-off at -25."""


def flexion_deg(t_ms: float) -> float:
    """Parabolas around the turning points, straight lines elsewhere."""
    for turn_ms, deg in ((-330, 12), (-25, 14)):
        if abs(t_ms - turn_ms) <= 40:
            return deg + (t_ms - turn_ms) ** 2 / 100
    for (a_ms, a), (b_ms, b) in pairwise(CYCLE):
        if a_ms <= t_ms <= b_ms:
            return 28 + (a + (b - a) * (t_ms - a_ms) / (b_ms - a_ms)) * 0.72
    raise AssertionError(t_ms)


def watched(
    first_ms: float = -710,
    last_ms: float = 50,
    *,
    blind_ms: tuple[float, float] = (99, 99),
    wide_ms: tuple[float, float] = (99, 99),
    later_ms: float = 0,
) -> LegTrack:
    """A knee watched for a while; no ankle, or too few frames, between two moments."""
    track = LegTrack()
    t_ns = PEAK_NS + int(first_ms * MS)
    while t_ns <= PEAK_NS + int(last_ms * MS):
        track.add(moment(t_ns, blind_ms, wide_ms, later_ms))
        t_ns += PERIOD_NS
    return track


def moment(
    t_ns: int, blind_ms: tuple[float, float], wide_ms: tuple[float, float], later_ms: float
) -> LegSample:
    t_ms = (t_ns - PEAK_NS) / MS
    blind, wide = (first <= t_ms <= last for first, last in (blind_ms, wide_ms))
    flex_bam = bam_from_deg(flexion_deg(max(-700, t_ms - later_ms if t_ms < -200 else t_ms)))
    joints = SEEN._replace(ankle_score=0) if blind else SEEN
    return LegSample(t_ns, 0, 0, 90 * ONE, (71 if wide else 33) * MS, flex_bam, joints)


def events_of(track: LegTrack, **constants: int) -> tuple[int | None, int | None]:
    leg = track.snapshot(ankle=True)
    return find_contact(leg, LAST_PEAK_NS, PEAK_NS, KneeTiming(**constants))


def test_toe_off_is_19_ms_before_the_knee_is_straightest_after_it() -> None:
    _, toe_off_ns = events_of(watched())
    assert toe_off_ns == pytest.approx(PEAK_NS - 25 * MS - 19 * MS, abs=MS / 100)


def test_foot_strike_is_15_ms_after_the_knee_is_straightest_before_it() -> None:
    foot_strike_ns, _ = events_of(watched())
    assert foot_strike_ns == pytest.approx(PEAK_NS - 330 * MS + 15 * MS, abs=MS / 100)


def test_the_constants_can_be_others() -> None:
    found = events_of(watched(), toe_off_before_ns=5 * MS, foot_strike_after_ns=22 * MS)
    assert found == pytest.approx((PEAK_NS - 308 * MS, PEAK_NS - 30 * MS), abs=MS / 100)


def test_a_knee_that_was_not_watched_tells_nothing() -> None:
    assert events_of(LegTrack()) == NO_CONTACT


def test_a_contact_that_began_before_the_watch_has_no_foot_strike() -> None:
    foot_strike_ns, toe_off_ns = events_of(watched(first_ms=-300))
    assert foot_strike_ns is None
    assert toe_off_ns is not None


def test_what_was_before_a_gap_is_forgotten() -> None:
    track = watched()
    track.reset()
    assert events_of(track) == NO_CONTACT


def test_a_moment_that_is_missing_is_a_gap() -> None:
    track = watched(last_ms=-400)
    for t_ns in range(PEAK_NS - 370 * MS, PEAK_NS + 50 * MS, PERIOD_NS):
        track.add(moment(t_ns, (99, 99), (99, 99), 0))
    foot_strike_ns, toe_off_ns = events_of(track)
    assert foot_strike_ns is None
    assert toe_off_ns is not None


@pytest.mark.parametrize("cause", ["wide", "blind"])
def test_a_landing_that_was_not_seen_has_no_foot_strike(cause: str) -> None:
    """Too few frames for a moment, or no ankle for most of the swing."""
    unseen = (-640.0, -250.0)
    track = watched(wide_ms=unseen) if cause == "wide" else watched(blind_ms=unseen)
    foot_strike_ns, toe_off_ns = events_of(track)
    assert foot_strike_ns is None
    assert toe_off_ns is not None


def test_a_toe_off_that_was_not_seen_leaves_no_event() -> None:
    """Where the contact ended is needed to tell where it began."""
    assert events_of(watched(wide_ms=(-40, -10))) == NO_CONTACT


def test_a_moment_without_a_knee_angle_costs_what_is_looked_for_there() -> None:
    track = LegTrack()
    for t_ns in range(PEAK_NS - 710 * MS, PEAK_NS + 50 * MS, PERIOD_NS):
        here = moment(t_ns, (99, 99), (99, 99), 0)
        track.add(here._replace(knee_flex_bam=None) if t_ns < PEAK_NS - 450 * MS else here)
    assert events_of(track)[0] is None


@pytest.mark.parametrize(("later_ms", "told"), [(-60, True), (-90, False)])
def test_a_contact_of_half_the_stride_is_not_told(later_ms: float, told: bool) -> None:  # noqa: FBT001
    """It is 271 ms of a stride of 700; 60 ms more are less than half of it, 90 ms more are not."""
    found = events_of(watched(later_ms=later_ms))
    assert (None not in found) == told
    assert told or found == NO_CONTACT


@pytest.mark.parametrize("faces", list(Side))
def test_the_engine_tells_toe_off_of_a_runner_made_of_geometry(faces: Side) -> None:
    """That runner's knee is straightest 20 degrees of phase before the thigh is furthest back."""
    walker = Walker(faces=faces, knee_lag_deg=-20.0)
    strides = near_strides(GaitEngine(faces, 8), recording(walker, 60, 6))
    assert len(strides) == 6
    for stride in strides:
        assert stride.toe_off_ns is not None
        late_ns = stride.toe_off_ns + 19 * MS - (stride.t_ns - walker.stride_ns * 20 / 360)
        assert abs(late_ns) < 6 * MS


def test_an_ankle_on_its_knee_costs_the_events_and_nothing_else() -> None:
    walker = Walker()
    whole = recording(walker, 60, 6)
    plain = near_strides(GaitEngine(walker.faces), whole)
    folded = near_strides(GaitEngine(walker.faces), [without_shanks(pose) for pose in whole])
    assert [stride.thigh_ext_bam for stride in folded] == [stride.thigh_ext_bam for stride in plain]
    assert {(stride.foot_strike_ns, stride.toe_off_ns) for stride in folded} == {(None, None)}


def without_shanks(pose: Pose) -> Pose:
    return with_joints(
        pose,
        {
            f"{side}_ankle": pose[f"{side}_knee"]._replace(score=pose[f"{side}_ankle"].score)
            for side in Side
        },
    )
