"""Stretches of a session, measured again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.session.measured_again import measured_again
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.session.measured_again import Stretch
    from hipdrive.session.poses import RecordedPoses
    from hipdrive.types.side import Side

STRETCHES, STRETCH_NS = 8, 20 * NS_PER_S
"""Enough strides for a mean curve, and few enough that the report of an hour takes seconds."""


def stretches(poses: RecordedPoses, facing: Side | None, roll_deg: float) -> Iterator[Stretch]:
    """The whole of a short session; of a longer one, stretches spread evenly over it.

    Args:
        poses: of the session.
        facing: the side of the picture the runner faced; None: to be found.
        roll_deg: the camera's roll, which was taken off.
    """
    for first_ns, last_ns in _bounds(*poses.span_ns):
        yield measured_again(poses.between(first_ns, last_ns), facing, roll_deg)


def _bounds(first_ns: int, last_ns: int) -> list[tuple[int, int]]:
    length_ns = last_ns - first_ns
    if length_ns <= STRETCHES * STRETCH_NS:
        return [(first_ns, last_ns)]
    apart_ns = (length_ns - STRETCH_NS) // (STRETCHES - 1)
    starts = (first_ns + number * apart_ns for number in range(STRETCHES))
    return [(start_ns, start_ns + STRETCH_NS) for start_ns in starts]
