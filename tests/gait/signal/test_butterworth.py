from __future__ import annotations

from cmath import exp, phase
from itertools import pairwise
from math import pi, sin, sqrt, tan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.signal.butterworth import COEFFICIENTS, ONE, Butterworth
from hipdrive.types.fixed_point import MAX32, MIN32
from support.walker import dice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.gait.signal.butterworth import Coefficients

GRID_HZ = 64
STRIDE_HZ = 1.4
"""A runner's stride at 168 steps a minute."""

cutoffs = pytest.mark.parametrize("filter_hz", sorted(COEFFICIENTS))
int32 = st.integers(-(2**31), 2**31 - 1)


def by_formula(filter_hz: int) -> tuple[float, float, float]:
    """b0, a1, a2 of the bilinear transform of 1 / (s^2 + sqrt(2) s + 1)."""
    k = tan(pi * filter_hz / GRID_HZ)
    scale = 1 + sqrt(2) * k + k * k
    return k * k / scale, 2 * (k * k - 1) / scale, (1 - sqrt(2) * k + k * k) / scale


def as_floats(c: Coefficients) -> tuple[float, float, float]:
    return c.b0 / ONE, c.a1 / ONE, c.a2 / ONE


def response(filter_hz: int, signal_hz: float) -> complex:
    """What the coefficients, as they are, do to a sine."""
    b0, a1, a2 = as_floats(COEFFICIENTS[filter_hz])
    z1 = exp(-2j * pi * signal_hz / GRID_HZ)
    return b0 * (1 + z1) ** 2 / (1 + a1 * z1 + a2 * z1 * z1)


def filtered(values: Iterable[int], filter_hz: int) -> list[int]:
    lowpass = Butterworth(COEFFICIENTS[filter_hz])
    return [lowpass.step([value])[0] for value in values]


def sine(signal_hz: float, seconds: int) -> list[int]:
    return [round(1e9 * sin(2 * pi * signal_hz * i / GRID_HZ)) for i in range(GRID_HZ * seconds)]


def measured(filter_hz: int, signal_hz: float) -> complex:
    """Gain and phase of the filter in action, from ten settled seconds."""
    skipped = 5 * GRID_HZ
    pairs = list(zip(sine(signal_hz, 15), filtered(sine(signal_hz, 15), filter_hz), strict=True))
    turns = [exp(-2j * pi * signal_hz * i / GRID_HZ) for i in range(len(pairs))]
    went_in, came_out = (
        sum(pair[side] * turn for pair, turn in zip(pairs[skipped:], turns[skipped:], strict=True))
        for side in (0, 1)
    )
    return came_out / went_in


@cutoffs
def test_the_coefficients_follow_the_formula(filter_hz: int) -> None:
    for ours, exact in zip(as_floats(COEFFICIENTS[filter_hz]), by_formula(filter_hz), strict=True):
        assert abs(ours - exact) * ONE <= 2  # one unit moved so that the next test holds


@cutoffs
def test_the_gain_at_rest_is_one_to_the_last_bit(filter_hz: int) -> None:
    c = COEFFICIENTS[filter_hz]
    assert 4 * c.b0 == ONE + c.a1 + c.a2


@cutoffs
def test_half_the_power_passes_at_the_cut_off(filter_hz: int) -> None:
    assert abs(response(filter_hz, filter_hz)) == pytest.approx(1 / sqrt(2), abs=1e-7)
    assert abs(measured(filter_hz, filter_hz)) == pytest.approx(1 / sqrt(2), abs=1e-6)


@cutoffs
@pytest.mark.parametrize("signal_hz", [1.4, 2.8, 12.0, 24.0])
def test_other_frequencies_pass_as_a_butterworth_lets_them(
    filter_hz: int, signal_hz: float
) -> None:
    warped = tan(pi * signal_hz / GRID_HZ) / tan(pi * filter_hz / GRID_HZ)
    assert abs(measured(filter_hz, signal_hz)) == pytest.approx(1 / sqrt(1 + warped**4), abs=1e-5)


@cutoffs
@pytest.mark.parametrize(("stride_hz", "within_ms"), [(0.95, 1.0), (STRIDE_HZ, 1.0), (1.9, 1.5)])
def test_the_delay_is_that_of_a_runner(filter_hz: int, stride_hz: float, within_ms: float) -> None:
    delay_ns = COEFFICIENTS[filter_hz].delay_ns
    for late in (response(filter_hz, stride_hz), measured(filter_hz, stride_hz)):
        assert delay_ns == pytest.approx(
            -phase(late) / (2 * pi * stride_hz) * 1e9, abs=within_ms * 1e6
        )


@cutoffs
@given(value=int32)
def test_a_constant_comes_out_as_it_went_in_for_ever(filter_hz: int, value: int) -> None:
    lowpass = Butterworth(COEFFICIENTS[filter_hz])
    assert lowpass.step([value]) == [value]
    state = lowpass._states
    assert lowpass.step([value]) == [value]
    assert lowpass._states == state  # nothing moves, so nothing ever will


def in_floats(values: list[int], b0: float, a1: float, a2: float) -> list[float]:
    x1 = x2 = y1 = y2 = float(values[0])
    out = []
    for value in values:
        y = b0 * (value + 2 * x1 + x2) - a1 * y1 - a2 * y2
        x1, x2, y1, y2 = float(value), x1, y, y1
        out.append(y)
    return out


def most_rounding(a1: float, a2: float) -> float:
    """Half a unit lost each sample and put back in the next, through 1 / (1 + a1 z + a2 z^2)."""
    kernel = [0.0, 1.0]
    for _ in range(400):
        kernel.append(-a1 * kernel[-1] - a2 * kernel[-2])
    return sum(abs(b - a) for a, b in pairwise(kernel)) / 2


@cutoffs
@pytest.mark.parametrize("seed", range(3))
def test_noise_comes_out_as_in_floating_point(filter_hz: int, seed: int) -> None:
    chance = dice(seed)
    pixels = [chance.randrange(1280 << 16) for _ in range(4000)]
    ours = filtered(pixels, filter_hz)
    own = as_floats(COEFFICIENTS[filter_hz])
    same = in_floats(pixels, *own)
    ideal = in_floats(pixels, *by_formula(filter_hz))
    assert (
        max(abs(a - b) for a, b in zip(ours, same, strict=True)) <= most_rounding(*own[1:]) + 0.01
    )
    assert max(abs(a - b) for a, b in zip(ours, ideal, strict=True)) <= 4  # 6e-5 of a pixel


def clipped_in_floats(values: list[int], filter_hz: int) -> list[float]:
    """The same filter with an output that stops at 32 bits, past outputs included."""
    b0, a1, a2 = as_floats(COEFFICIENTS[filter_hz])
    x1 = x2 = y1 = y2 = float(values[0])
    out = []
    for value in values:
        y = b0 * (value + 2 * x1 + x2) - a1 * y1 - a2 * y2
        y = min(max(y, MIN32), MAX32)
        x1, x2, y1, y2 = float(value), x1, y, y1
        out.append(y)
    return out


@cutoffs
def test_what_overshoots_32_bits_stops_there_and_comes_back(filter_hz: int) -> None:
    """A Butterworth overshoots a step by 4 %; nothing wraps, and nothing is kept for later."""
    second = [1] * GRID_HZ
    steps = [edge * one for edge in (MIN32, MAX32, MIN32, MAX32, 0, 0) for one in second]
    found = filtered(steps, filter_hz)
    expected = clipped_in_floats(steps, filter_hz)
    assert (max(found), min(found)) == (MAX32, MIN32)
    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) <= 4
    assert found[-GRID_HZ:] == [0] * GRID_HZ


def direct_form(values: list[int], c: Coefficients) -> list[int]:
    """Direct form 1 as it is written: what rounding cuts off is carried on, but not at the stop."""
    x1 = x2 = y1 = y2 = values[0]
    carry = 0
    out = []
    for value in values:
        exact = c.b0 * (value + 2 * x1 + x2) - c.a1 * y1 - c.a2 * y2 + carry
        rounded = (exact + ONE // 2) // ONE
        y = min(max(rounded, MIN32), MAX32)
        carry = exact - y * ONE if y == rounded else 0
        x1, x2, y1, y2 = value, x1, y, y1
        out.append(y)
    return out


@cutoffs
@given(
    levels=st.lists(
        st.tuples(st.sampled_from([MIN32, MAX32]) | int32, st.integers(1, 20)),
        min_size=1,
        max_size=8,
    )
)
def test_it_is_the_direct_form_to_the_last_bit(
    filter_hz: int, levels: list[tuple[int, int]]
) -> None:
    """Levels that last for so many samples: the output overshoots, and stops at 32 bits."""
    values = [level for level, count in levels for _ in range(count)]
    assert filtered(values, filter_hz) == direct_form(values, COEFFICIENTS[filter_hz])


@cutoffs
@given(columns=st.lists(st.tuples(int32, int32), min_size=1, max_size=40))
def test_signals_do_not_touch_each_other(filter_hz: int, columns: list[tuple[int, int]]) -> None:
    together = Butterworth(COEFFICIENTS[filter_hz])
    both = [together.step(list(pair)) for pair in columns]
    for side in (0, 1):
        assert [pair[side] for pair in both] == filtered([p[side] for p in columns], filter_hz)


def test_after_a_reset_the_first_value_is_the_past() -> None:
    lowpass = Butterworth(COEFFICIENTS[6])
    lowpass.step([5])
    lowpass.step([MAX32])
    lowpass.reset()
    assert [lowpass.step([-7]) for _ in range(3)] == [[-7]] * 3


def test_a_signal_does_not_get_lost_on_the_way() -> None:
    lowpass = Butterworth(COEFFICIENTS[6])
    lowpass.step([1, 2])
    with pytest.raises(ValueError, match="zip"):
        lowpass.step([1])
