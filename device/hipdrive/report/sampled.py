"""Stretches of a recording's key points through the gait engine again, joints included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.calibration import Calibration
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.gait.joints.samples import BodySample
    from hipdrive.session.poses import RecordedPoses
    from hipdrive.types.side import Side
    from hipdrive.types.stride import Stride

STRETCHES, STRETCH_NS = 8, 20 * NS_PER_S
"""Enough strides for a mean curve, and few enough that the report of an hour takes seconds."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a session, measured again.

    Attributes:
        samples: the runner on the time grid, oldest first.
        strides: of both legs.
    """

    samples: list[BodySample] = field(default_factory=list)
    strides: list[Stride] = field(default_factory=list)


def stretches(poses: RecordedPoses, facing: Side | None, roll_deg: float) -> Iterator[Stretch]:
    """The whole of a short session; of a longer one, stretches spread evenly over it.

    Args:
        poses: of the session.
        facing: the side of the picture the runner faced; None: to be found.
        roll_deg: the camera's roll, which was taken off.
    """
    for first_ns, last_ns in _bounds(*poses.span_ns):
        stretch = Stretch()
        engine = GaitEngine(
            facing,
            "auto",
            calibration=Calibration(roll_bam=bam_from_deg(roll_deg)),
            metrics=(),
            on_sample=stretch.samples.append,
        )
        for pose in poses.between(first_ns, last_ns):
            stretch.strides.extend(engine.step(pose).strides)
        yield stretch


def _bounds(first_ns: int, last_ns: int) -> list[tuple[int, int]]:
    length_ns = last_ns - first_ns
    if length_ns <= STRETCHES * STRETCH_NS:
        return [(first_ns, last_ns)]
    apart_ns = (length_ns - STRETCH_NS) // (STRETCHES - 1)
    starts = (first_ns + number * apart_ns for number in range(STRETCHES))
    return [(start_ns, start_ns + STRETCH_NS) for start_ns in starts]
