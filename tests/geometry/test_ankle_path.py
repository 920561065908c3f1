"""The path of one foot, from points made by hand."""

from __future__ import annotations

from math import radians, tan

import pytest

from hipdrive.geometry.ankle_path import AnkleSample, ankle_path
from hipdrive.types.fixed_point import ONE, Q30

MS = 1_000_000
STRIKE_NS, CONTACT_NS = 5_000 * MS, 240 * MS
LEG = 200 * ONE
SPEED_PX_S = 700


def contact(
    rise_deg: float, *, swapped: frozenset[int] = frozenset(), apart_px: float = 80.0
) -> list[AnkleSample]:
    """Every 20 ms for half a second around the contact; the other foot swings past above."""
    samples = []
    for number in range(-6, 18):
        since_s = number / 50
        x = 400 - SPEED_PX_S * since_s
        foot = (x, 440 - (x - 400) * tan(radians(rise_deg)))
        other = (foot[0] - apart_px, foot[1] - 60)
        pair = (other, foot) if number in swapped else (foot, other)
        places = [round(value * ONE) for place in pair for value in place]
        samples.append(AnkleSample(STRIKE_NS + number * 20 * MS, *places))
    return samples


@pytest.mark.parametrize("rise_deg", [-12.0, -3.0, 0.0, 1.0, 8.0])
def test_a_straight_path_gives_its_slope_and_its_speed(rise_deg: float) -> None:
    found = ankle_path(contact(rise_deg), STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG)
    assert found is not None
    assert found.slope / (1 << Q30) == pytest.approx(-tan(radians(rise_deg)), abs=1e-5)
    assert found.speed / ONE == pytest.approx(SPEED_PX_S, abs=0.01)


def test_an_ankle_taken_for_the_other_in_between_is_found_under_its_other_name() -> None:
    swapped = contact(4.0, swapped=frozenset({4, 5, 6}))
    assert ankle_path(swapped, STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG) == ankle_path(
        contact(4.0), STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG
    )


def test_where_the_ankles_cross_the_direction_is_not_asked_for() -> None:
    """Less than a twelfth of the leg apart all along: nothing is left to tell a direction by."""
    assert ankle_path(contact(0.0, apart_px=16.0), STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG) is None
    assert ankle_path(contact(0.0, apart_px=18.0), STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG)


def test_a_foot_that_goes_forwards_or_stands_is_not_on_a_belt() -> None:
    backwards = contact(0.0)
    forwards = [m._replace(x=-m.x, other_x=-m.other_x) for m in backwards]
    standing = [m._replace(x=0, y=0) for m in backwards]
    for samples in (forwards, standing, [], backwards[:8]):
        assert ankle_path(samples, STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG) is None


def test_a_path_too_steep_for_any_camera_is_none() -> None:
    assert ankle_path(contact(30.0), STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG) is None


def test_a_foot_that_jumps_about_is_none() -> None:
    wild = [m._replace(y=m.y + (i % 2) * 60 * ONE) for i, m in enumerate(contact(0.0))]
    assert ankle_path(wild, STRIKE_NS, STRIKE_NS + CONTACT_NS, LEG) is None
