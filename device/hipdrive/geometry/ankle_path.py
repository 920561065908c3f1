"""One contact as the picture shows it: the straight path of an ankle that goes with the belt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hipdrive.types.fixed_point import Q30, divide_round
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

PATH_PERCENT = (0, 74)
"""The part of a contact whose path tells the belt's direction. The ankle comes down a little at
first and rises before the foot leaves; up to here the two about outweigh one another, for true key
points of rendered runners (0.2 degrees left) as for MoveNet's (0.1). Less of the contact would be
straighter, but too short for what a pose model's ankle is worth."""
SPEED_PERCENT = (0, 60)
"""The part that tells the belt's speed: later the ankle goes forward over the ball of the foot."""
LEAST_FRAMES = 3
LEAST_SHARE_PERCENT = 70
"""So many of the moments must lie on the path."""
TOLERANCE = 12
"""A place belongs to the path when it is less than a leg's length over this off it: further than a
pose model errs about an ankle. Where the other ankle is as near as that, as legs cross, a pose
model draws the two together, and the place tells nothing of the direction."""
STEEPEST = 2
"""A path rises by less than its length over this: rolled cameras and hills together do not."""


class Ankles(NamedTuple):
    """Both ankles at one moment, x forwards and y down, Q16.16 px."""

    t_ns: int
    x: int
    y: int
    other_x: int
    other_y: int


class Place(NamedTuple):
    """Where the ankle was at one moment of a contact, and whether the other one was elsewhere."""

    t_ns: int
    x: int
    y: int
    apart: bool


class Passage(NamedTuple):
    """The straight line through the places of one contact, as the sums of its least squares.

    Attributes:
        run, rise: of x with x and of y with x.
        time, way: of time with time and of x with time, over the part that tells the speed.
    """

    run: int
    rise: int
    time: int
    way: int

    @property
    def slope(self) -> int:
        """Y over x, Q2.30: positive where the way forwards leads down in the picture."""
        return divide_round(self.rise << Q30, self.run)

    @property
    def speed(self) -> int:
        """Backwards along x, Q16.16 px/s."""
        return divide_round(-self.way * NS_PER_S, self.time)


def passage(ankles: Sequence[Ankles], strike_ns: int, off_ns: int, leg: int) -> Passage | None:
    """The path of a foot from its strike to its leaving the belt.

    A pose model takes one leg for the other where they cross, so either ankle may be the one that
    goes with the belt.

    Args:
        ankles: moments of at least the contact, oldest first.
        strike_ns: when the contact begins.
        off_ns: when it ends.
        leg: length of thigh and shank, Q16.16 px.

    Returns:
        None where no straight path backwards runs through most of the moments.
    """
    first_ns, last_ns = _part(strike_ns, off_ns, PATH_PERCENT)
    inside = [moment for moment in ankles if first_ns <= moment.t_ns <= last_ns]
    places = _straightest(inside, leg // TOLERANCE)
    if len(places) < max(LEAST_FRAMES, len(inside) * LEAST_SHARE_PERCENT // 100):
        return None
    apart = [place for place in places if place.apart]
    first_ns, last_ns = _part(strike_ns, off_ns, SPEED_PERCENT)
    early = [place for place in places if first_ns <= place.t_ns <= last_ns]
    run, rise = _sums([place.x for place in apart], [place.y for place in apart])
    time, way = _sums([place.t_ns - strike_ns for place in early], [place.x for place in early])
    return Passage(run, rise, time, way) if run and time else None


def _part(strike_ns: int, off_ns: int, percent: tuple[int, int]) -> tuple[int, int]:
    contact_ns = off_ns - strike_ns
    first, last = percent
    return strike_ns + contact_ns * first // 100, strike_ns + contact_ns * last // 100


def _straightest(moments: Sequence[Ankles], tolerance: int) -> list[Place]:
    """The places on that line, from one of the first moments to one of the last, that has most."""
    third = -(-len(moments) // 3)
    best: list[Place] = []
    best_rank = (0, 0)
    for start in moments[:third]:
        for end in moments[-third:]:
            if not _backwards(start, end):
                continue
            places, off = _along(moments, start, end, tolerance)
            if (rank := (len(places), -off)) > best_rank:
                best, best_rank = places, rank
    return best


def _backwards(start: Ankles, end: Ankles) -> bool:
    along, down = end.x - start.x, end.y - start.y
    return start.t_ns < end.t_ns and along < 0 and STEEPEST * abs(down) < -along


def _along(
    moments: Sequence[Ankles], start: Ankles, end: Ankles, tolerance: int
) -> tuple[list[Place], int]:
    """The nearer ankle of each moment if it is near the line, and how far off they are in all."""
    span_ns = end.t_ns - start.t_ns
    places: list[Place] = []
    total = 0
    for t_ns, x, y, other_x, other_y in moments:
        since_ns = t_ns - start.t_ns
        line_x = start.x + (end.x - start.x) * since_ns // span_ns
        line_y = start.y + (end.y - start.y) * since_ns // span_ns
        off = abs(x - line_x) + abs(y - line_y)
        other_off = abs(other_x - line_x) + abs(other_y - line_y)
        if min(off, other_off) > tolerance:
            continue
        total += min(off, other_off)
        apart = abs(x - other_x) > tolerance
        place = (x, y) if off <= other_off else (other_x, other_y)
        places.append(Place(t_ns, *place, apart))
    return places, total


def _sums(first: Sequence[int], second: Sequence[int]) -> tuple[int, int]:
    """Sums of (a - mean)^2 and (a - mean)(b - mean), times their number."""
    count, total, total_second = len(first), sum(first), sum(second)
    return (
        count * sum(a * a for a in first) - total * total,
        count * sum(a * b for a, b in zip(first, second, strict=True)) - total * total_second,
    )
