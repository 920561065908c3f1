"""What a stride of one leg looks like: its time, its angle, and how well it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.screening.check import Check
from hipdrive.gait.screening.leg_history import possible
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection

if TYPE_CHECKING:
    from hipdrive.gait.screening.check import StrideEvidence

LEAST_THIGH_EXT_BAM = bam_from_deg(-10)
MOST_THIGH_EXT_BAM = bam_from_deg(50)
"""Runners peak between 12 and 33 degrees; a pose model's bias adds up to 10 on either side."""
LEAST_EXCURSION_BAM = bam_from_deg(20)
"""Half of what slow running shows (about 40 degrees)."""
LENGTH_TOLERANCE_PERCENT = 15
"""A thigh does not change its length; a swapped or misplaced joint changes the segment's."""
WIDEST_SPAN_NS = 110_000_000
"""Two frames lost in a row at 30 frames a second still leave a parabola; more do not."""
LEAST_SCORE = ONE * 3 // 10


def _takes_another_time(evidence: StrideEvidence) -> bool:
    stride, history, _ = evidence
    # Once is a bump where the legs cross, twice in a row is a motion of twice the pace; the first
    # stride has to show that it is the former.
    twice_too_fast = stride.peak.too_fast and history.too_fast_before
    time_ns = stride.stride_time_ns
    usual = history.stride_times.fits(time_ns, history.time_tolerance_percent)
    return not possible(time_ns) or twice_too_fast or not usual


def _peaks_elsewhere(evidence: StrideEvidence) -> bool:
    angle_bam = evidence.stride.peak.thigh_ext_bam
    return not LEAST_THIGH_EXT_BAM <= angle_bam <= MOST_THIGH_EXT_BAM


def _hardly_swings(evidence: StrideEvidence) -> bool:
    return evidence.stride.peak.excursion_bam < LEAST_EXCURSION_BAM


def _peak_in_a_gap(evidence: StrideEvidence) -> bool:
    return evidence.stride.peak.span_ns > WIDEST_SPAN_NS


def _hardly_seen(evidence: StrideEvidence) -> bool:
    stride = evidence.stride
    return stride.score_sum < LEAST_SCORE * stride.score_count


def _thigh_of_another_length(evidence: StrideEvidence) -> bool:
    length = evidence.stride.peak.thigh_length
    return not evidence.history.thigh_lengths.fits(length, LENGTH_TOLERANCE_PERCENT)


LEG_CHECKS = (
    Check(Rejection.STRIDE_TIME, _takes_another_time),
    Check(Rejection.THIGH_EXT, _peaks_elsewhere),
    Check(Rejection.EXCURSION, _hardly_swings),
    Check(Rejection.GAP, _peak_in_a_gap),
    Check(Rejection.LOW_SCORE, _hardly_seen),
    Check(Rejection.SEGMENT_LENGTH, _thigh_of_another_length),
)
"""In this order. What they say decides what `LegHistory` learns, whatever other checks say."""
