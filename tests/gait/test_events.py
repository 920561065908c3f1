from __future__ import annotations

from itertools import pairwise

import pytest

from gait.measure import near_strides, recording
from hipdrive.gait.angles import bam_from_deg
from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.events import EventFinder
from hipdrive.gait.keypoints import KEYPOINT_NAMES, Pose, Side
from hipdrive.gait.resample import PERIOD_NS
from walker import Walker

MS = 1_000_000
PEAK_NS = 2_000 * MS
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


def watched(first_ms: float = -690, last_ms: float = 50) -> EventFinder:
    finder = EventFinder()
    t_ns = PEAK_NS + int(first_ms * MS)
    while t_ns <= PEAK_NS + int(last_ms * MS):
        finder.add(t_ns, bam_from_deg(flexion_deg((t_ns - PEAK_NS) / MS)))
        t_ns += PERIOD_NS
    return finder


def test_toe_off_is_19_ms_before_the_knee_is_straightest_after_it() -> None:
    found = watched().find(PEAK_NS - 700 * MS, PEAK_NS)
    assert found.toe_off_ns == pytest.approx(PEAK_NS - 25 * MS - 19 * MS, abs=MS / 100)


def test_foot_strike_is_15_ms_after_the_knee_is_straightest_before_it() -> None:
    found = watched().find(PEAK_NS - 700 * MS, PEAK_NS)
    assert found.foot_strike_ns == pytest.approx(PEAK_NS - 330 * MS + 15 * MS, abs=MS / 100)


def test_a_knee_that_was_not_watched_tells_nothing() -> None:
    assert EventFinder().find(PEAK_NS - 700 * MS, PEAK_NS) == (None, None)


def test_a_contact_that_began_before_the_watch_has_no_foot_strike() -> None:
    found = watched(first_ms=-300).find(PEAK_NS - 700 * MS, PEAK_NS)
    assert found.foot_strike_ns is None
    assert found.toe_off_ns is not None


def test_what_was_before_a_gap_is_forgotten() -> None:
    finder = watched()
    finder.reset()
    assert finder.find(PEAK_NS - 700 * MS, PEAK_NS) == (None, None)


def test_moments_without_an_angle_are_passed_over() -> None:
    finder = watched()
    finder.add(PEAK_NS + 60 * MS, None)
    assert finder.find(PEAK_NS - 700 * MS, PEAK_NS).toe_off_ns is not None


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
    points = list(pose.points)
    for side in Side:
        ankle, knee = (3 * KEYPOINT_NAMES.index(f"{side}_{joint}") for joint in ("ankle", "knee"))
        points[ankle : ankle + 2] = points[knee : knee + 2]
    return Pose(pose.t_ns, tuple(points))
