from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hipdrive.gait.signal.atan2 import _TABLE, atan2
from hipdrive.types.angle import HALF_TURN, QUARTER_TURN, TURN, bam_from_deg, deg_from_bam, wrap
from support.gait.series import decimal_arctan

components = st.one_of(st.integers(-300, 300), st.integers(-(2**40), 2**40), st.integers())


def test_each_entry_of_the_table_is_the_nearest_unit() -> None:
    with localcontext() as context:
        context.prec = 60
        turn = 8 * decimal_arctan(Decimal(1))
        assert str(turn).startswith("6.28318530717958647692528676655900576839433879875021")
        for i, entry in enumerate(_TABLE):
            exact = decimal_arctan(Decimal(i) / 256) / turn * TURN
            assert abs(entry - exact) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("y", "x", "bam"),
    [
        (0, 1, 0),
        (1, 1, QUARTER_TURN // 2),
        (1, 0, QUARTER_TURN),
        (1, -1, QUARTER_TURN + QUARTER_TURN // 2),
        (0, -1, -HALF_TURN),
        (-1, -1, -QUARTER_TURN - QUARTER_TURN // 2),
        (-1, 0, -QUARTER_TURN),
        (-1, 1, -QUARTER_TURN // 2),
    ],
)
def test_the_axes_and_diagonals_are_exact(y: int, x: int, bam: int) -> None:
    assert atan2(y, x) == bam
    assert atan2(y << 70, x << 70) == bam


def test_nowhere_has_no_direction() -> None:
    with pytest.raises(ZeroDivisionError):
        atan2(0, 0)


@given(components, components)
@example(0, -1)
def test_a_direction_lies_in_one_turn(y: int, x: int) -> None:
    assume((y, x) != (0, 0))
    assert -HALF_TURN <= atan2(y, x) < HALF_TURN


@given(components, components)
def test_upside_down_is_the_opposite_angle(y: int, x: int) -> None:
    assume((y, x) != (0, 0))
    assert atan2(-y, x) == wrap(-atan2(y, x))


@given(components, components)
def test_back_to_front_is_the_supplement(y: int, x: int) -> None:
    assume((y, x) != (0, 0))
    assert atan2(y, -x) == wrap(HALF_TURN - atan2(y, x))


@given(components, components)
def test_a_quarter_turn_of_the_vector_is_one_of_the_angle(y: int, x: int) -> None:
    assume((y, x) != (0, 0))
    assert atan2(x, -y) == wrap(atan2(y, x) + QUARTER_TURN)


@given(components, components, st.integers(1, 2**70))
def test_length_does_not_matter(y: int, x: int, scale: int) -> None:
    assume((y, x) != (0, 0))
    assert atan2(scale * y, scale * x) == atan2(y, x)


@given(*[st.integers(0, 2**34)] * 2, st.integers(1, 2**34), st.integers(1, 2**34))
def test_a_steeper_vector_never_has_the_smaller_angle(y1: int, y2: int, x1: int, x2: int) -> None:
    flat, steep = sorted([(y1, x1), (y2, x2)], key=lambda v: Fraction(*v))
    assert atan2(*flat) <= atan2(*steep)


@given(st.integers())
@example(HALF_TURN)
@example(-HALF_TURN)
def test_wrapping_keeps_the_direction(bam: int) -> None:
    wrapped = wrap(bam)
    assert -HALF_TURN <= wrapped < HALF_TURN
    assert (wrapped - bam) % TURN == 0


@given(st.integers(-3600_000, 3600_000))
def test_degrees_become_the_nearest_unit(thousandths: int) -> None:
    exact = Fraction(thousandths, 1000) * TURN / 360
    assert abs(bam_from_deg(thousandths / 1000) - exact) <= Fraction(501, 1000)


@given(st.integers(-(2**33), 2**33))
def test_units_survive_a_journey_through_degrees(bam: int) -> None:
    assert bam_from_deg(deg_from_bam(bam)) == bam


@pytest.mark.parametrize(("bam", "degrees"), [(TURN, 360), (HALF_TURN, 180), (-QUARTER_TURN, -90)])
def test_a_turn_has_360_degrees(bam: int, degrees: float) -> None:
    assert deg_from_bam(bam) == degrees
    assert bam_from_deg(degrees) == bam
