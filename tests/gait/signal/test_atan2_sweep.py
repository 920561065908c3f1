"""The engine's atan2 against the true direction, all the way round."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import pytest

from support.gait import atan2_sweep as sweep
from support.gait.atan2_sweep import ALLOWED_DEG, DEMANDED_DEG, MAGNITUDES, around, worst
from support.gait.series import decimal_atan2
from support.walker import dice

if TYPE_CHECKING:
    from collections.abc import Iterable

PARTS = {name: getattr(sweep, name) for name in ("knots", "edges", "short", "unequal")}


def check(vectors: Iterable[tuple[int, int]]) -> None:
    error, vector = worst(vectors)
    print(f"worst error {error:.3e} degrees at {vector}")  # noqa: T201 - a figure to report
    assert error <= DEMANDED_DEG
    assert error <= ALLOWED_DEG


@pytest.mark.parametrize("name", MAGNITUDES)
def test_every_direction_is_right_at_any_length(name: str) -> None:
    """A million directions for the longest vector there is, 131,072 for each of the others."""
    every = 1 << (12 if name == "from edge to edge" else 15)
    check(around(MAGNITUDES[name], every))


@pytest.mark.parametrize("name", PARTS)
def test_special_vectors_are_right(name: str) -> None:
    check(PARTS[name]())


def test_what_it_is_judged_by_is_right() -> None:
    """`math.atan2` against a series of 60 digits."""
    chance = dice(3)
    with localcontext() as context:
        context.prec = 60
        for _ in range(200):
            y, x = (chance.randrange(-(2**32), 2**32) for _ in range(2))
            assert abs(Decimal(math.atan2(y, x)) - decimal_atan2(y, x)) < Decimal("1e-15")
