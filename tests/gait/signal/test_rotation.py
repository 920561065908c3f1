from __future__ import annotations

from math import cos, hypot, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.signal.rotation import Upright, cos_sin
from hipdrive.types.angle import HALF_TURN, QUARTER_TURN, TURN, bam_from_deg
from hipdrive.types.fixed_point import Q30

ONE = 1 << Q30


@given(st.integers(-HALF_TURN, HALF_TURN - 1))
def test_cosine_and_sine_are_right_to_the_last_bit(bam: int) -> None:
    angle = 2 * pi * bam / TURN
    cosine, sine = cos_sin(bam)
    assert abs(cosine - cos(angle) * ONE) <= 0.51
    assert abs(sine - sin(angle) * ONE) <= 0.51


@pytest.mark.parametrize(
    ("bam", "pair"),
    [
        (0, (ONE, 0)),
        (QUARTER_TURN, (0, ONE)),
        (-QUARTER_TURN, (0, -ONE)),
        (-HALF_TURN, (-ONE, 0)),
    ],
)
def test_quarters_of_a_turn_are_exact(bam: int, pair: tuple[int, int]) -> None:
    assert cos_sin(bam) == pair


@given(st.integers(-30, 30), st.integers(-(2**26), 2**26), st.integers(-(2**26), 2**26))
def test_a_camera_turned_clockwise_is_undone_by_turning_its_picture_clockwise(
    roll_deg: int, x: int, y: int
) -> None:
    """On paper with y down, clockwise is from x towards y."""
    angle = radians(roll_deg)
    right = Upright(bam_from_deg(roll_deg), 1).turn([x, y])
    assert right[0] == pytest.approx(x * cos(angle) - y * sin(angle), abs=1)
    assert right[1] == pytest.approx(x * sin(angle) + y * cos(angle), abs=1)
    # Flipped, the same picture turns the other way.
    left = Upright(bam_from_deg(roll_deg), -1).turn([-x, y])
    assert left == pytest.approx([-right[0], right[1]], abs=1)
    assert hypot(*right) == pytest.approx(hypot(x, y), abs=2)
