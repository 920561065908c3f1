from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hipdrive.types.fixed_point import MAX32, MIN32, divide_round, saturate, shift_round


def half_away(exact: Fraction) -> int:
    """The nearest integer, and of two the one further from zero."""
    nearest = floor(abs(exact) + Fraction(1, 2))
    return nearest if exact >= 0 else -nearest


@given(st.integers(), st.integers(1, 100))
@example(3, 1)
@example(-3, 1)
@example(-1, 1)
def test_a_shift_rounds_half_away_from_zero(value: int, bits: int) -> None:
    assert shift_round(value, bits) == half_away(Fraction(value, 1 << bits))


@given(st.integers(), st.integers(1, 2**40))
@example(3, 2)
@example(-3, 2)
@example(-1, 3)
@example(7, 3)
def test_a_division_rounds_half_away_from_zero(numerator: int, denominator: int) -> None:
    assert divide_round(numerator, denominator) == half_away(Fraction(numerator, denominator))


@given(st.integers(), st.integers(1, 64))
def test_rounding_does_not_favour_a_sign(value: int, bits: int) -> None:
    assert shift_round(-value, bits) == -shift_round(value, bits)
    assert divide_round(-value, bits) == -divide_round(value, bits)


@given(st.integers(-(2**31), 2**31 - 1))
def test_what_fits_32_bits_is_left_alone(value: int) -> None:
    assert saturate(value) == value


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        (2**31 - 1, 2**31 - 1),
        (2**31, 2**31 - 1),
        (2**90, 2**31 - 1),
        (-(2**31), -(2**31)),
        (-(2**31) - 1, -(2**31)),
        (-(2**90), -(2**31)),
    ],
)
def test_what_does_not_fit_becomes_the_nearest_that_does(value: int, nearest: int) -> None:
    assert saturate(value) == nearest
    assert (MIN32, MAX32) == (-(2**31), 2**31 - 1)
