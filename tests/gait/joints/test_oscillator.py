"""The oscillator between two joints against the sine and the cosine that it stands for."""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.joints.oscillator import GaitOscillator
from hipdrive.types.fixed_point import ONE
from support.walker import NS

W = sqrt(77)
"""Radians a second."""
THIRTIETH_NS = NS // 30

phases = st.floats(0, 2 * pi)
reaches_px = st.floats(1, 500)


def closed_form(reach: float, phase: float, t_ns: int) -> float:
    return reach * cos(W * t_ns / NS + phase)


def swinging(
    x_px: float, vx_px_s: float, y_px: float = 0.0, vy_px_s: float = 0.0
) -> GaitOscillator:
    """At a place and a pace, through the door: it came there in a tenth of a second."""
    oscillator = GaitOscillator()
    came_ns = NS // 10
    oscillator.start(round((x_px - vx_px_s / 10) * ONE), round((y_px - vy_px_s / 10) * ONE))
    oscillator.start_moving(round(x_px * ONE), round(y_px * ONE), came_ns)
    return oscillator


def in_full_swing(reach: float, phase: float) -> GaitOscillator:
    """x at `phase` of its oscillator, y a quarter of a turn later."""
    x, y = closed_form(reach, phase, 0), closed_form(reach, phase - pi / 2, 0)
    return swinging(x, -W * reach * sin(phase), y, -W * reach * sin(phase - pi / 2))


@given(reach=reaches_px, phase=phases, fps=st.sampled_from([10, 24, 30, 60, 120, 240]))
def test_it_swings_like_a_cosine_for_a_tenth_of_a_second(
    reach: float, phase: float, fps: int
) -> None:
    oscillator = in_full_swing(reach, phase)
    for number in range(1, fps // 10 + 1):
        oscillator.advance(NS // fps)
        t_ns = number * (NS // fps)
        assert oscillator.x / ONE == pytest.approx(closed_form(reach, phase, t_ns), abs=reach / 100)
        want_y = closed_form(reach, phase - pi / 2, t_ns)
        assert oscillator.y / ONE == pytest.approx(want_y, abs=reach / 100)


@given(reach=reaches_px, phase=phases)
def test_ten_seconds_leave_the_reach_of_the_swing(reach: float, phase: float) -> None:
    oscillator = in_full_swing(reach, phase)
    for _ in range(300):
        oscillator.advance(THIRTIETH_NS)
        # A place and the one a quarter of a turn earlier lie on a circle.
        assert hypot(oscillator.x, oscillator.y) / ONE == pytest.approx(reach, rel=0.02, abs=0.05)


def test_it_passes_the_middle_after_a_quarter_of_84_strides_a_minute() -> None:
    quarter_ns = round(NS * 60 / 84 / 4)
    oscillator = swinging(100.0, 0.0)
    oscillator.advance(quarter_ns)
    assert oscillator.x / ONE == pytest.approx(0.0, abs=1.0)
    oscillator.advance(quarter_ns)
    assert oscillator.x / ONE == pytest.approx(-100.0, abs=1.0)


@given(elapsed_ns=st.integers(1, NS // 3), frames=st.integers(1, 500))
def test_at_rest_nothing_moves(elapsed_ns: int, frames: int) -> None:
    oscillator = GaitOscillator()
    oscillator.start(0, 0)
    for _ in range(frames):
        oscillator.advance(elapsed_ns)
        oscillator.correct(0, 0, elapsed_ns, ONE)
    assert (oscillator.x, oscillator.y) == (0, 0)


def test_start_is_at_rest_whatever_was_before() -> None:
    oscillator = swinging(50.0, 800.0, -20.0, 300.0)
    oscillator.start(3 * ONE, -4 * ONE)
    assert (oscillator.x, oscillator.y) == (3 * ONE, -4 * ONE)
    oscillator.advance(NS // 1000)
    # W squared times 3 px for a millisecond: a ten thousandth of a pixel.
    assert oscillator.x / ONE == pytest.approx(3.0, abs=0.001)
    assert oscillator.y / ONE == pytest.approx(-4.0, abs=0.001)


def test_go_on_keeps_the_pace_of_the_last_two_places() -> None:
    oscillator = GaitOscillator()
    oscillator.start(-10 * ONE, 5 * ONE)
    oscillator.start_moving(10 * ONE, 2 * ONE, THIRTIETH_NS)
    assert (oscillator.x, oscillator.y) == (10 * ONE, 2 * ONE)
    oscillator.advance(NS // 1000)
    # 20 px and -3 px a thirtieth of a second: 0.6 and -0.09 px a millisecond.
    assert oscillator.x / ONE == pytest.approx(10.6, abs=0.002)
    assert oscillator.y / ONE == pytest.approx(1.91, abs=0.002)


def test_a_place_is_believed_by_six_tenths_and_a_quarter_of_the_pace() -> None:
    oscillator = GaitOscillator()
    oscillator.start(0, 0)
    oscillator.correct(60 * ONE, -30 * ONE, THIRTIETH_NS, ONE)
    assert oscillator.x / ONE == pytest.approx(36, abs=0.2)
    assert oscillator.y / ONE == pytest.approx(-18, abs=0.1)
    before = oscillator.x
    oscillator.advance(NS // 1000)
    # What would have avoided it: 60 px a thirtieth; a quarter of that is 0.45 px a millisecond.
    assert (oscillator.x - before) / ONE == pytest.approx(0.45, abs=0.002)


def test_after_a_longer_while_a_place_is_believed_more() -> None:
    shares = []
    for elapsed_ns in (NS // 120, NS // 60, THIRTIETH_NS, NS // 10, NS // 4):
        oscillator = GaitOscillator()
        oscillator.start(0, 0)
        oscillator.correct(100 * ONE, 0, elapsed_ns, ONE)
        shares.append(oscillator.x / (100 * ONE))
    assert shares == sorted(set(shares))
    assert shares[0] > 0
    assert shares[-1] < 1


@given(reach=reaches_px, phase=phases)
def test_where_it_should_be_changes_nothing(reach: float, phase: float) -> None:
    told, alone = in_full_swing(reach, phase), in_full_swing(reach, phase)
    for _ in range(10):
        told.advance(THIRTIETH_NS)
        alone.advance(THIRTIETH_NS)
        told.correct(alone.x, alone.y, THIRTIETH_NS, ONE)
    assert (told.x, told.y) == (alone.x, alone.y)


@pytest.mark.parametrize("strides_a_minute", [72, 84, 96])
@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("phase_deg", [0, 50, 120, 200, 310])
def test_what_began_wrong_is_caught_up_with(
    strides_a_minute: int, fps: int, phase_deg: int
) -> None:
    """It begins at rest, as far ahead as it should be behind."""
    pace = 2 * pi * strides_a_minute / 60
    oscillator = GaitOscillator()
    oscillator.start(round(-100 * cos(radians(phase_deg)) * ONE), 0)
    misses = []
    for number in range(1, fps + 1):
        x = 100 * cos(pace * number / fps + radians(phase_deg))
        oscillator.advance(NS // fps)
        misses.append(abs(oscillator.x / ONE - x))
        oscillator.correct(round(x * ONE), 0, NS // fps, ONE)
    # All that is left is what another pace than that of 84 strides makes of a frame.
    assert max(misses) > 60
    assert max(misses[fps // 2 :]) < 10


@given(reach=reaches_px, phase=phases, elapsed_ns=st.integers(1_000_000, NS // 4))
def test_turned_round_it_goes_on_on_the_other_side(
    reach: float, phase: float, elapsed_ns: int
) -> None:
    turned, straight = in_full_swing(reach, phase), in_full_swing(reach, phase)
    turned.mirror()
    assert (turned.x, turned.y) == (-straight.x, -straight.y)
    for _ in range(3):
        turned.advance(elapsed_ns)
        straight.advance(elapsed_ns)
        # Whole numbers are rounded down on both sides: some units of 1/65536 px.
        assert turned.x == pytest.approx(-straight.x, abs=1000)
        assert turned.y == pytest.approx(-straight.y, abs=1000)


def test_a_miss_is_the_square_of_the_distance() -> None:
    oscillator = GaitOscillator()
    oscillator.start(10, -20)
    assert oscillator.squared_distance(10, -20) == 0
    assert oscillator.squared_distance(13, -16) == 25


@given(
    places=st.lists(
        st.tuples(st.integers(-(2**22), 2**22), st.integers(-(2**22), 2**22)),
        min_size=2,
        max_size=12,
    ),
    times=st.integers(2, 50),
)
def test_a_picture_of_another_scale_swings_alike(places: list[tuple[int, int]], times: int) -> None:
    small, large = GaitOscillator(), GaitOscillator()
    for number, (x, y) in enumerate(places):
        for oscillator, scale in ((small, 1), (large, times)):
            if number == 0:
                oscillator.start(scale * x, scale * y)
                continue
            if number == 1:
                oscillator.start_moving(scale * x, scale * y, THIRTIETH_NS)
                continue
            oscillator.advance(THIRTIETH_NS)
            oscillator.correct(scale * x, scale * y, THIRTIETH_NS, ONE)
    # A thousandth of a pixel of the picture that is `times` as large.
    assert large.x == pytest.approx(times * small.x, abs=times * ONE / 1000)
    assert large.y == pytest.approx(times * small.y, abs=times * ONE / 1000)
