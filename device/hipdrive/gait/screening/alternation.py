"""Legs take turns: when one thigh is furthest back the other one is forward.

Where both are back, both legs' joints lie on one leg, and whose peak it was nobody knows.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.stride import Rejection, Stride

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.types.gait_update import Sample

LEAST_APART_BAM = bam_from_deg(10)
"""Thighs of slow runners are 25 degrees apart at a peak, of fast ones 60."""
KEPT_NS = 500_000_000
"""More than passes until a peak is told."""


class Alternation:
    """Rejects strides that end while the other thigh is back as well."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=KEPT_NS // PERIOD_NS)

    def reset(self) -> None:
        """A gap."""
        self._samples.clear()

    def judge(self, sample: Sample, strides: Iterable[Stride]) -> list[Stride]:
        """Take the next moment of the grid in; the strides it ended, rejected where in doubt."""
        self._samples.append(sample)
        return [
            replace(stride, rejection=Rejection.LEGS_TOGETHER, measures=())
            if stride.accepted and self._together(stride)
            else stride
            for stride in strides
        ]

    def _together(self, stride: Stride) -> bool:
        at = next((s for s in reversed(self._samples) if s.t_ns <= stride.t_ns), None)
        if at is None:
            return False
        apart_bam = at.near_thigh_ext_bam - at.far_thigh_ext_bam
        return (apart_bam if stride.near else -apart_bam) < LEAST_APART_BAM
