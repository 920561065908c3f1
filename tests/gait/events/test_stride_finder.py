"""Which strides a leg's angles make, and which they do not."""

from __future__ import annotations

from math import cos, pi
from typing import TYPE_CHECKING

import pytest

from hipdrive.gait.events.stride_finder import StrideCandidate, StrideFinder
from hipdrive.gait.joints.samples import LegSample
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Callable

PERIOD_NS = 15_625_000
HZ = 64
STRIDE_S = 0.7


def strides_of(angle_deg: Callable[[float], float], duration_s: float) -> list[StrideCandidate]:
    """The strides of a thigh whose angle is known at all times from 0 on."""
    finder = StrideFinder(Side.LEFT, near=True)
    found = (
        finder.step(LegSample(i * PERIOD_NS, bam_from_deg(angle_deg(i / HZ)), 0, 90 << 16, 0))
        for i in range(round(duration_s * HZ))
    )
    return [stride for stride in found if stride is not None]


def swing(t: float) -> float:
    """A thigh that is furthest back at 0."""
    return 28 * cos(2 * pi * t / STRIDE_S)


def test_a_bump_before_the_first_peak_begins_no_stride() -> None:
    """The legs are mixed up at first: a bump of 33 degrees, then a peak 0.45 s after it."""

    def bumped(t: float) -> float:
        return swing(t - 0.65) if t > 0.3 else max(-28, 5 - 3300 * (t - 0.2) ** 2)

    strides = strides_of(bumped, 3)
    assert [stride.peak.t_ns / 1e9 for stride in strides] == pytest.approx(
        [1.35, 2.05, 2.75], abs=0.01
    )
    assert strides[0].began_ns / 1e9 == pytest.approx(0.65, abs=0.01)


@pytest.mark.parametrize(("peak_s", "first_s"), [(0.02, 0.72), (0.045, 0.745), (0.07, 0.07)])
def test_a_peak_whose_rise_was_hardly_seen_begins_no_stride(peak_s: float, first_s: float) -> None:
    """This thigh is 3 degrees below its peak 0.052 s before; a recording may begin later."""
    strides = strides_of(lambda t: swing(t - peak_s), 3)
    assert strides[0].began_ns / 1e9 == pytest.approx(first_s, abs=0.01)
    assert strides[0].stride_time_ns / 1e9 == pytest.approx(STRIDE_S, abs=0.01)
