"""Legs take turns: when one thigh is furthest back the other one is forward.

Where both are back, the model has put both legs' joints on one leg, and whose peak it was is not
known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.angle import bam_from_deg

if TYPE_CHECKING:
    from hipdrive.gait.screening.check import StrideEvidence

LEAST_APART_BAM = bam_from_deg(10)
"""Thighs of slow runners are 25 degrees apart at a peak, of fast ones 60."""
LOOKED_BACK_NS = 500_000_000
"""More than passes until a peak is known."""


def legs_together(evidence: StrideEvidence) -> bool:
    """Whether the other thigh was back as well when the stride ended."""
    stride = evidence.stride
    at = evidence.around.at(stride.peak.t_ns, LOOKED_BACK_NS)
    if at is None:
        return False
    apart_bam = at.near.thigh_ext_bam - at.far.thigh_ext_bam
    return (apart_bam if stride.near else -apart_bam) < LEAST_APART_BAM
