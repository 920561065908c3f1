"""The path of an ankle during one contact, while it goes with the belt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hipdrive.geometry.contact_path import STEEPEST, ContactPath

if TYPE_CHECKING:
    from collections.abc import Sequence

PATH_PERCENT = (0, 74)
"""The part of a contact whose path gives the belt's direction. The ankle comes down a little at
first and rises before the foot leaves; up to here the two about outweigh one another, for true key
points of rendered runners (0.2 degrees left) as for MoveNet's (0.1). Less of the contact would be
straighter, but too short for what a pose model's ankle is worth."""
SPEED_PERCENT = (0, 60)
"""The part that gives the belt's speed: later the ankle goes forward over the ball of the foot."""
LEAST_FRAMES = 3
LEAST_SHARE_PERCENT = 70
"""Least share of the samples that must lie on the path."""
TOLERANCE = 12
"""A point belongs to the path when it is less than a leg's length over this off it: further than a
pose model errs about an ankle. Where the other ankle is as near as that, as legs cross, a pose
model draws the two together, and the point does not count for the direction."""


class AnkleSample(NamedTuple):
    """Both ankles at one time, x forwards and y down, Q16.16 px."""

    t_ns: int
    x: int
    y: int
    other_x: int
    other_y: int


class PathPoint(NamedTuple):
    """Where the ankle is at one time of a contact, and whether the other one is elsewhere."""

    t_ns: int
    x: int
    y: int
    apart: bool


def ankle_path(
    ankles: Sequence[AnkleSample], strike_ns: int, toe_off_ns: int, leg: int
) -> ContactPath | None:
    """The path of the foot on the belt, from the ankles.

    A pose model takes one leg for the other where they cross, so either ankle may be the one that
    goes with the belt.

    Args:
        ankles: samples of at least the contact, oldest first.
        strike_ns: when the contact begins.
        toe_off_ns: when it ends.
        leg: length of thigh and shank, Q16.16 px.

    Returns:
        None where no straight path backwards runs through most of the samples.
    """
    first_ns, last_ns = _part(strike_ns, toe_off_ns, PATH_PERCENT)
    inside = [sample for sample in ankles if first_ns <= sample.t_ns <= last_ns]
    points = _straightest(inside, leg // TOLERANCE)
    if len(points) < max(LEAST_FRAMES, len(inside) * LEAST_SHARE_PERCENT // 100):
        return None
    apart = [point for point in points if point.apart]
    first_ns, last_ns = _part(strike_ns, toe_off_ns, SPEED_PERCENT)
    early = [point for point in points if first_ns <= point.t_ns <= last_ns]
    xx, xy = _sums([point.x for point in apart], [point.y for point in apart])
    tt, tx = _sums([point.t_ns - strike_ns for point in early], [point.x for point in early])
    return ContactPath(xx, xy, tt, tx) if xx and tt else None


def _part(strike_ns: int, toe_off_ns: int, percent: tuple[int, int]) -> tuple[int, int]:
    """From when until when that part of a contact lasts, ns."""
    contact_ns = toe_off_ns - strike_ns
    first, last = percent
    return strike_ns + contact_ns * first // 100, strike_ns + contact_ns * last // 100


def _straightest(samples: Sequence[AnkleSample], tolerance: int) -> list[PathPoint]:
    """The points on that line, from one of the first samples to one of the last, that has most."""
    third = -(-len(samples) // 3)
    best: list[PathPoint] = []
    best_rank = (0, 0)
    for start in samples[:third]:
        for end in samples[-third:]:
            if not _backwards(start, end):
                continue
            points, off = _along(samples, start, end, tolerance)
            if (rank := (len(points), -off)) > best_rank:
                best, best_rank = points, rank
    return best


def _backwards(start: AnkleSample, end: AnkleSample) -> bool:
    along, down = end.x - start.x, end.y - start.y
    return start.t_ns < end.t_ns and along < 0 and STEEPEST * abs(down) < -along


def _along(
    samples: Sequence[AnkleSample], start: AnkleSample, end: AnkleSample, tolerance: int
) -> tuple[list[PathPoint], int]:
    """The nearer ankle of each sample if it is near the line, and how far off they are in all."""
    span_ns = end.t_ns - start.t_ns
    points: list[PathPoint] = []
    total = 0
    for t_ns, x, y, other_x, other_y in samples:
        since_ns = t_ns - start.t_ns
        line_x = start.x + (end.x - start.x) * since_ns // span_ns
        line_y = start.y + (end.y - start.y) * since_ns // span_ns
        off = abs(x - line_x) + abs(y - line_y)
        other_off = abs(other_x - line_x) + abs(other_y - line_y)
        if min(off, other_off) > tolerance:
            continue
        total += min(off, other_off)
        apart = abs(x - other_x) > tolerance
        nearer = (x, y) if off <= other_off else (other_x, other_y)
        points.append(PathPoint(t_ns, *nearer, apart))
    return points, total


def _sums(first: Sequence[int], second: Sequence[int]) -> tuple[int, int]:
    """Sums of (a - mean)^2 and (a - mean)(b - mean), times their number."""
    count, total, total_second = len(first), sum(first), sum(second)
    return (
        count * sum(a * a for a in first) - total * total,
        count * sum(a * b for a, b in zip(first, second, strict=True)) - total * total_second,
    )
