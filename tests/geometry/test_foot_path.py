"""The path of a foot from displacements made by hand."""

from __future__ import annotations

from dataclasses import replace
from math import radians, tan
from typing import TYPE_CHECKING

import pytest

from hipdrive.geometry.foot_path import foot_path
from hipdrive.types.fixed_point import ONE, Q30
from hipdrive.types.pose import FootShift, Pose
from support.keypoints import all_at

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 1_000_000
STRIKE_MS, CONTACT_MS = 5_000, 240
PX_PER_MS = 0.7
DOWN_MS, LIFT_MS = 40, 140
"""Since the strike: until when the heel comes down, from when it rises; flat in between."""


def heel_px(since_ms: float) -> float:
    """How far below its place when flat."""
    if since_ms < DOWN_MS:
        return -5 * (1 - since_ms / DOWN_MS)
    return -30 * (max(since_ms - LIFT_MS, 0) / 100) ** 2


def place_px(since_ms: float, rise_deg: float) -> tuple[float, float]:
    """The foot comes forwards through the air, goes with the belt, and leaves it."""
    along = -PX_PER_MS * since_ms if since_ms > 0 else 0.3 * since_ms
    if since_ms > 180:
        along += 0.4 * (since_ms - 180)
    return along, -along * tan(radians(rise_deg)) + heel_px(max(since_ms, 0))


def poses(
    every_ms: float = 1000 / 30,
    phase_ms: float = 0.0,
    rise_deg: float = 0.0,
    forward: int = 1,
    seen: Callable[[float], bool] = lambda _: True,
) -> list[Pose]:
    found = []
    for number in range(-4, round(400 / every_ms)):
        start, end = ((number + n) * every_ms + phase_ms for n in (-1, 0))
        (x0, y0), (x1, y1) = place_px(start, rise_deg), place_px(end, rise_deg)
        way = round(forward * (x1 - x0) * ONE), round((y1 - y0) * ONE)
        before_ns, t_ns = (round((STRIKE_MS + ms) * MS) for ms in (start, end))
        shift = FootShift(t_ns - before_ns, *way) if seen(end) else None
        found.append(replace(all_at(t_ns, 0, 0, 0), foot=shift))
    return found


def slope_deg(made: list[Pose], forward: int = 1, late_ms: int = 0) -> float:
    path = foot_path(made, (STRIKE_MS + late_ms) * MS, (STRIKE_MS + CONTACT_MS) * MS, forward)
    assert path is not None
    return -path.slope / (1 << Q30) / tan(radians(1))


@pytest.mark.parametrize("forward", [1, -1])
@pytest.mark.parametrize("rise_deg", [-8.0, 0.0, 3.0])
@pytest.mark.parametrize("every_ms", [1000 / 60, 1000 / 30, 50.0])
@pytest.mark.parametrize("phase", [0.0, 0.3, 0.7])
def test_neither_the_heel_nor_the_time_of_a_frame_tilts_the_way(
    forward: int, rise_deg: float, every_ms: float, phase: float
) -> None:
    made = poses(every_ms, phase * every_ms, rise_deg, forward)
    assert slope_deg(made, forward) == pytest.approx(rise_deg, abs=0.6)


@pytest.mark.parametrize("late_ms", [-20, 0, 15])
def test_a_contact_that_is_told_too_early_or_too_late_changes_nothing(late_ms: int) -> None:
    made = poses(rise_deg=2.0, phase_ms=9)
    assert slope_deg(made, late_ms=late_ms) == slope_deg(made)


def test_the_pace_is_the_belt_s() -> None:
    path = foot_path(poses(), STRIKE_MS * MS, (STRIKE_MS + CONTACT_MS) * MS, 1)
    assert path is not None
    assert path.speed / ONE == pytest.approx(1000 * PX_PER_MS, abs=0.1)


@pytest.mark.parametrize(
    "seen", [lambda _: False, lambda end: end > 150, lambda end: end < 60, lambda end: end < 0]
)
def test_a_foot_that_is_not_seen_in_the_middle_of_the_contact_tells_nothing(
    seen: Callable[[float], bool],
) -> None:
    made = poses(every_ms=1000 / 60, seen=seen)
    assert foot_path(made, STRIKE_MS * MS, (STRIKE_MS + CONTACT_MS) * MS, 1) is None


@pytest.mark.parametrize("forward", [1, -1])
def test_a_foot_that_goes_forwards_is_not_on_a_belt(forward: int) -> None:
    made = poses(forward=forward)
    assert foot_path(made, STRIKE_MS * MS, (STRIKE_MS + CONTACT_MS) * MS, -forward) is None


def test_a_step_as_long_as_half_the_contact_tells_nothing() -> None:
    assert foot_path(poses(every_ms=100), STRIKE_MS * MS, (STRIKE_MS + CONTACT_MS) * MS, 1) is None
