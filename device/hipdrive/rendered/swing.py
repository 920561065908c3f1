"""Smooth curves through given values, slopes and turning points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.rendered.arrays import Array

MOST_OF_GENTLER = 3.0
"""How many times the gentler curvature at a knot may be: beyond 20 / 6 a quintic passes the turning
point."""


@dataclass(frozen=True, slots=True)
class Knot:
    """Where a curve passes: arrays of one value a stride.

    Attributes:
        t_s: when.
        value, slope: what, and how fast it changes.
    """

    t_s: Array
    value: Array
    slope: Array


def through(knots: Sequence[Knot], t_s: Array) -> Array:
    """A curve with two continuous derivatives through the knots of each stride.

    Quintic Hermite pieces. The curvature at an inner knot lies between what cubic pieces on both
    sides would have; at an outer knot it is that of the only side.

    Args:
        knots: in order; each array has the length of `t_s`, one entry for the stride at that time.
        t_s: times within the knots; those outside are taken at the nearest end.
    """
    t_s = np.clip(t_s, knots[0].t_s, knots[-1].t_s)
    ends = [_curvatures(a, b) for a, b in pairwise(knots)]
    bend = [ends[0][0]]
    bend += [_between(before[1], after[0]) for before, after in pairwise(ends)]
    bend.append(ends[-1][1])
    result = np.empty_like(t_s)
    for index, (a, b) in enumerate(pairwise(knots)):
        here = (t_s >= a.t_s) & (t_s <= b.t_s)
        result[here] = _quintic(a, b, bend[index], bend[index + 1], t_s)[here]
    return result


def _between(before: Array, after: Array) -> Array:
    """The mean as far as the gentler side bears it; zero between two of different signs."""
    most = MOST_OF_GENTLER * np.minimum(np.abs(before), np.abs(after))
    mean: Array = np.clip((before + after) / 2, -most, most)
    return np.where(before * after > 0, mean, 0.0)


def _curvatures(a: Knot, b: Knot) -> tuple[Array, Array]:
    """Second derivatives of the cubic between two knots, at its ends."""
    span = b.t_s - a.t_s
    rise = (b.value - a.value) / span
    return (
        (6 * rise - 4 * a.slope - 2 * b.slope) / span,
        (2 * a.slope + 4 * b.slope - 6 * rise) / span,
    )


def _quintic(a: Knot, b: Knot, bend_a: Array, bend_b: Array, t_s: Array) -> Array:
    span = b.t_s - a.t_s
    u = (t_s - a.t_s) / span
    slope_a, slope_b = a.slope * span, b.slope * span
    half_a, half_b = bend_a * span**2 / 2, bend_b * span**2 / 2
    # What the Taylor polynomial at a misses of value, slope and curvature at b.
    value = b.value - a.value - slope_a - half_a
    slope = slope_b - slope_a - 2 * half_a
    curve = 2 * (half_b - half_a)
    cubic = 10 * value - 4 * slope + curve / 2
    quartic = -15 * value + 7 * slope - curve
    fifth = 6 * value - 3 * slope + curve / 2
    result: Array = a.value + u * (slope_a + u * (half_a + u * (cubic + u * (quartic + u * fifth))))
    return result
