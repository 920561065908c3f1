"""The phase of the gait: waves of known pace and reach are followed, also where none is seen."""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.joints.gait_phase import TORSO, GaitPhase
from support.walker import NS

KNEES, ANKLES_X, ANKLES_Y = 0.7, 1.3, 0.5
LAGS_DEG = (0.0, 0.0, 25.0, 70.0)
"""On people: ankles forwards a quarter of a radian and more behind the knees, and up after that."""

fpss = pytest.mark.parametrize("fps", [30, 60])
paces = pytest.mark.parametrize("strides_a_minute", [70, 84, 95])


class LegWaves:
    """What lies between knees and ankles, in torsos, at a time."""

    def __init__(self, strides_a_minute: float, phase_deg: float, sign: int = 1) -> None:
        self._turns_per_s = strides_a_minute / 60
        self._phase_deg = phase_deg
        self._reach = (sign * KNEES, 0.0, sign * ANKLES_X, ANKLES_Y)

    def at(self, t_s: float) -> list[float]:
        turned = 2 * pi * self._turns_per_s * t_s + radians(self._phase_deg)
        return [
            reach * cos(turned - radians(lag))
            for reach, lag in zip(self._reach, LAGS_DEG, strict=True)
        ]


def whole(places: list[float]) -> list[int]:
    return [round(place * TORSO) for place in places]


def started(legs: LegWaves) -> GaitPhase:
    phase = GaitPhase()
    knees_x, _, ankles_x, _ = whole(legs.at(0.0))
    phase.start(knees_x, ankles_x)
    return phase


def follow(phase: GaitPhase, legs: LegWaves, fps: int, first: int, last: int) -> list[float]:
    """Distances, in torsos, between what was expected of knees and ankles and where they were."""
    off = []
    for number in range(first, last):
        phase.advance(NS // fps)
        seen = whole(legs.at(number / fps))
        misses = [a - b for a, b in zip(seen, phase.expected, strict=True)]
        off.append(max(hypot(*misses[:2]), hypot(*misses[2:])) / TORSO)
        phase.correct(misses, NS // fps)
    return off


@fpss
@paces
@pytest.mark.parametrize("phase_deg", range(0, 360, 60))
@pytest.mark.parametrize("sign", [1, -1])
def test_two_strides_are_enough_to_know_where_the_joints_will_be(
    fps: int, strides_a_minute: int, phase_deg: int, sign: int
) -> None:
    """Whoever runs to the left has x the other way round, and y as ever."""
    legs = LegWaves(strides_a_minute, phase_deg, sign)
    off = follow(started(legs), legs, fps, 1, 4 * fps)
    # A joint of a model is off by 0.14 torsos and more; knees are taken for lost at 0.45.
    assert max(off[: 2 * fps]) < 1.5
    assert max(off[2 * fps :]) < 0.15


@fpss
@paces
@pytest.mark.parametrize("phase_deg", range(0, 360, 60))
def test_a_third_of_a_second_without_any_joint_is_bridged(
    fps: int, strides_a_minute: int, phase_deg: int
) -> None:
    """That is half a stride: whoever went by place alone would take left for right."""
    legs = LegWaves(strides_a_minute, phase_deg)
    phase = started(legs)
    follow(phase, legs, fps, 1, 5 * fps)
    unseen = round(0.3 * fps)
    for number in range(5 * fps, 5 * fps + unseen):
        phase.advance(NS // fps)
        seen = legs.at(number / fps)
        for pair in (slice(0, 2), slice(2, 4)):
            expected = [at / TORSO for at in phase.expected[pair]]
            apart = hypot(*(a - b for a, b in zip(seen[pair], expected, strict=True)))
            assert apart < 0.3


@fpss
def test_a_runner_who_gets_faster_is_followed(fps: int) -> None:
    """From 150 to 180 steps a minute within ten seconds."""
    phase, turned, off = GaitPhase(), 0.0, []
    phase.start(*whole([KNEES, ANKLES_X * cos(radians(25))]))
    for number in range(1, 10 * fps):
        turned += 2 * pi * (75 + 15 * number / (10 * fps)) / 60 / fps
        legs = LegWaves(0, turned * 180 / pi)
        off += follow(phase, legs, fps, number, number + 1)
    assert max(off[2 * fps :]) < 0.2


@given(
    phase_deg=st.floats(0, 360), pace=st.floats(70, 95), seconds=st.floats(0.5, 3), fps=st.just(30)
)
def test_with_its_sides_swapped_it_expects_the_other_side(
    phase_deg: float, pace: float, seconds: float, fps: int
) -> None:
    legs = LegWaves(pace, phase_deg)
    straight, turned = started(legs), started(legs)
    for phase in (straight, turned):
        follow(phase, legs, fps, 1, round(seconds * fps))
    turned.swap_sides()
    for phase in (straight, turned):
        phase.advance(NS // fps)
    # The table of cosines has steps of a third of a degree.
    assert turned.expected == pytest.approx([-at for at in straight.expected], abs=0.01 * TORSO)


@pytest.mark.parametrize("phase_deg", range(0, 360, 45))
def test_with_time_reversed_it_goes_back_the_way_it_came(phase_deg: int) -> None:
    fps, legs = 60, LegWaves(84, phase_deg)
    phase = started(legs)
    follow(phase, legs, fps, 1, 3 * fps)
    phase.reverse()
    for number in reversed(range(3 * fps - round(0.3 * fps), 3 * fps - 1)):
        phase.advance(NS // fps)
        assert phase.expected == pytest.approx(whole(legs.at(number / fps)), abs=0.3 * TORSO)


def test_nothing_to_see_is_no_error() -> None:
    phase = GaitPhase()
    phase.start(0, 0)
    for _ in range(100):
        phase.advance(NS // 30)
        phase.correct([-at for at in phase.expected], NS // 30)
    # What is always in the middle has no wave.
    assert max(map(abs, phase.expected)) < 0.1 * TORSO


def test_a_cosine_of_the_table_is_one() -> None:
    from hipdrive.gait.joints.gait_phase import _COSINE_BITS, _first_and_third

    for deg in range(-720, 720):
        both = _first_and_third(round(deg / 360 * (1 << 32)))
        for found, turned in zip(both, (radians(deg), 3 * radians(deg)), strict=True):
            want = (cos(turned), sin(turned))
            assert [at / (1 << _COSINE_BITS) for at in found] == pytest.approx(want, abs=0.0065)
