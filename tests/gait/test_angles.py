from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hipdrive.gait.angles import (
    _TABLE,
    HALF_TURN,
    QUARTER_TURN,
    TURN,
    atan2,
    bam_from_deg,
    deg_from_bam,
    wrap,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEMANDED_DEG = 0.002
INTERPOLATION_DEG = math.degrees(3 * math.sqrt(3) / 8 / 8 / 256**2)
"""Linear interpolation is off by h^2/8 max|f''|; of the arc tangent, max|f''| = 3 sqrt(3) / 8, at
1 / sqrt(3)."""
ROUNDING_DEG = 3 * 360 / 2**32
"""The table's half a unit, the truncated ratio and the truncated product."""
MAGNITUDES = (2**20, 90 << 16, 2**31 - 1, 2**40, 2**80, 2**300)
DIRECTIONS = 20_011
"""A prime, so that no direction repeats in another quadrant."""

components = st.one_of(st.integers(-300, 300), st.integers(-(2**40), 2**40), st.integers())


def error_deg(y: int, x: int) -> float:
    difference = math.radians(deg_from_bam(atan2(y, x))) - math.atan2(y, x)
    return abs(math.degrees(math.remainder(difference, math.tau)))


def around(magnitude: int) -> Iterator[tuple[int, int]]:
    for i in range(DIRECTIONS):
        turn = math.tau * i / DIRECTIONS
        unit = Fraction(math.sin(turn)), Fraction(math.cos(turn))
        yield round(unit[0] * magnitude), round(unit[1] * magnitude)


def worst(vectors: Iterable[tuple[int, int]]) -> tuple[float, tuple[int, int]]:
    return max((error_deg(y, x), (y, x)) for y, x in vectors)


@pytest.mark.parametrize("magnitude", MAGNITUDES, ids=lambda m: f"2^{m.bit_length()}")
def test_every_direction_is_right_at_any_magnitude(magnitude: int) -> None:
    error, vector = worst(around(magnitude))
    print(f"worst error {error:.2e} degrees at {vector}")  # noqa: T201 - a figure to report
    assert error <= DEMANDED_DEG
    assert error <= INTERPOLATION_DEG + ROUNDING_DEG


def test_every_short_vector_is_right() -> None:
    short = range(-120, 121)
    error, vector = worst((y, x) for y in short for x in short if (y, x) != (0, 0))
    print(f"worst error {error:.2e} degrees at {vector}")  # noqa: T201 - a figure to report
    assert error <= INTERPOLATION_DEG + ROUNDING_DEG


def test_vectors_of_very_unequal_components_are_right() -> None:
    powers = [sign * 2**n for n in range(0, 200, 7) for sign in (1, -1)]
    error, _ = worst((y, x) for y in powers for x in powers)
    assert error <= INTERPOLATION_DEG + ROUNDING_DEG


def decimal_arctan(x: Decimal) -> Decimal:
    """By halving the angle until Gregory's series is short: atan x = 2 atan(x / (1 + r))."""
    halvings = 20
    for _ in range(halvings):
        x /= 1 + (1 + x * x).sqrt()
    terms = ((-1) ** k * x ** (2 * k + 1) / (2 * k + 1) for k in range(8))
    return sum(terms, Decimal(0)) * Decimal(2) ** halvings


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
