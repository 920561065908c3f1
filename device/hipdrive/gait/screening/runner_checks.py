"""Checks of the runner: alone, large enough to measure, facing the right way, and running.

The trunk distinguishes running from walking. A runner flies between two contacts: the trunk is
highest just after the thigh was furthest back and lowest in the middle of the contact. A walker
vaults over a straight leg, so the trunk is highest in the middle of the contact (Cavagna 1977).

How far it rises is a matter of gravity. Take the trunk's path for one sine wave a step and call the
amplitude of its acceleration the lift. A contact of share c of the step, its force half a sine
wave, gives a lift of 2 cos(pi c) / (1 - 4 c^2) g: 2/3 g without any flight, 1 g at c = 0.82, 1.6 g
at c = 0.5. A film in slow motion by a factor k shows 1 / k^2 of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.fixed_point import ONE
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.gait.events.stride_finder import StrideCandidate
    from hipdrive.gait.joints.samples import BodySample
    from hipdrive.gait.screening.check import StrideEvidence

LEAST_THIGH_PX = 36
"""Mean length of the near thigh in the camera's picture. A pixel is 1.6 degrees of such a thigh,
and the model sees the picture enlarged. With MoveNet the error of a rendered runner's peak had an
SD of 0.8 to 1.4 degrees at 67 px and more, up to 2.4 at 51 and 3.7 at 39: three times the usual."""
LIFT_MG_PER_THIGH = 5280
"""Lift in thousandths of g of a runner whose trunk is, on average, a thigh higher around the peaks
than between them, at a stride of a second: pi / 4 of that is the amplitude, at two waves a stride
(4 pi / 1 s)^2 its acceleration, and half a leg is 0.2455 (Drillis and Contini 1966) of 1.70 m."""
LEAST_LIFT_MG = 500
"""At a stride of a second, and less with the square of the time for shorter ones: half of what
gravity asks for, as contacts of slow runners last no longer than 0.4 s and a long stride is mostly
flight."""
_MS2_PER_S2 = 1_000_000
_EIGHTHS = 8
_AROUND_PEAKS = frozenset({0, 3, 4, 7})
"""Eighths of a stride, between two peaks of a leg: those next to a peak of either leg."""


def faces_the_other_way(evidence: StrideEvidence) -> bool:
    """Whether the knees say so."""
    return evidence.around.facing_contradicted


def several_people(evidence: StrideEvidence) -> bool:
    """Whether it is not sure whose joints these were, at any time since the stride began."""
    crowded_ns = evidence.around.crowded_ns
    return crowded_ns is not None and crowded_ns >= evidence.stride.began_ns


def too_few_pixels(evidence: StrideEvidence) -> bool:
    """Whether the near thigh was too short in the picture to be measured."""
    samples = evidence.around.during(evidence.stride)
    return bool(samples) and _mean_thigh_length(samples) < LEAST_THIGH_PX * ONE


def does_not_fly(evidence: StrideEvidence) -> bool:
    """Whether the trunk rises less than gravity makes a runner's rise."""
    stride = evidence.stride
    samples = evidence.around.during(stride)
    rise = _rise(samples, stride)
    if rise is None:
        return False
    time_ms = stride.stride_time_ns // NS_PER_MS
    least_mg = LEAST_LIFT_MG * time_ms * time_ms // _MS2_PER_S2
    least = least_mg * time_ms * time_ms * _mean_thigh_length(samples)
    return rise * LIFT_MG_PER_THIGH * _MS2_PER_S2 < least


def _mean_thigh_length(samples: Sequence[BodySample]) -> int:
    """Of the near leg, Q16.16 px."""
    return sum([sample.near.thigh_length for sample in samples]) // len(samples)


def _rise(samples: Sequence[BodySample], stride: StrideCandidate) -> int | None:
    """How much higher the trunk is around the peaks than between them, Q16.16 px."""
    around: list[int] = []
    between: list[int] = []
    began_ns, time_ns = stride.began_ns, stride.stride_time_ns
    for t_ns, trunk_y, _, _ in samples:
        eighth = (t_ns - began_ns) * _EIGHTHS // time_ns
        (around if eighth in _AROUND_PEAKS else between).append(trunk_y)
    if not around or not between:
        return None
    return sum(between) // len(between) - sum(around) // len(around)
