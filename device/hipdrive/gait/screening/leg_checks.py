"""What a stride of one leg looks like: its time, its angle, and how well it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.screening.check import Check
from hipdrive.gait.screening.leg_history import possible, thigh_share
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection

if TYPE_CHECKING:
    from hipdrive.gait.screening.check import StrideEvidence

LEAST_THIGH_EXT_BAM = bam_from_deg(-10)
MOST_THIGH_EXT_BAM = bam_from_deg(50)
"""Runners peak between 12 and 33 degrees; a pose model's bias adds up to 10 on either side."""
MOST_OF_EXCURSION_PERCENT = 60
"""Share of the thigh's swing behind the vertical: 21 to 48 % on people who run and walk. With the
facing mistaken it is the rest of it."""
LEAST_KNEE_FLEX_BAM = bam_from_deg(-5)
"""A knee does not bend forwards. For a tenth of a stride a misplaced ankle may make it seem so."""
MISPLACED_SHARE = 10
LEAST_EXCURSION_BAM = bam_from_deg(20)
"""Half of what slow running shows (about 40 degrees)."""
LENGTH_TOLERANCE_PERCENT = 15
"""A thigh does not change its length; a swapped or misplaced joint changes the segment's."""
APPROACH_TOLERANCE_PERCENT = 40
"""But by so much if the trunk's has changed as well: runner or camera came nearer."""
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


def _knee_bends_forwards(evidence: StrideEvidence) -> bool:
    flexions = sorted(evidence.stride.knee_flex_bam)
    return bool(flexions) and flexions[len(flexions) // MISPLACED_SHARE] < LEAST_KNEE_FLEX_BAM


def _peaks_elsewhere(evidence: StrideEvidence) -> bool:
    peak = evidence.stride.peak
    angle_bam = peak.thigh_ext_bam
    too_far_back = 100 * angle_bam > MOST_OF_EXCURSION_PERCENT * peak.excursion_bam
    return too_far_back or not LEAST_THIGH_EXT_BAM <= angle_bam <= MOST_THIGH_EXT_BAM


def _hardly_swings(evidence: StrideEvidence) -> bool:
    return evidence.stride.peak.excursion_bam < LEAST_EXCURSION_BAM


def _peak_in_a_gap(evidence: StrideEvidence) -> bool:
    return evidence.stride.peak.span_ns > WIDEST_SPAN_NS


def _hardly_seen(evidence: StrideEvidence) -> bool:
    stride = evidence.stride
    return stride.score_sum < LEAST_SCORE * stride.score_count


def _thigh_of_another_length(evidence: StrideEvidence) -> bool:
    peak, history = evidence.stride.peak, evidence.history
    if history.thigh_lengths.fits(peak.thigh_length, LENGTH_TOLERANCE_PERCENT):
        return False
    share = thigh_share(peak)
    came_nearer = (
        share > 0
        and history.thigh_shares.fits(share, LENGTH_TOLERANCE_PERCENT)
        and history.thigh_lengths.fits(peak.thigh_length, APPROACH_TOLERANCE_PERCENT)
    )
    return not came_nearer


LEG_CHECKS = (
    Check(Rejection.FACING, _knee_bends_forwards),
    Check(Rejection.STRIDE_TIME, _takes_another_time),
    Check(Rejection.THIGH_EXT, _peaks_elsewhere),
    Check(Rejection.EXCURSION, _hardly_swings),
    Check(Rejection.GAP, _peak_in_a_gap),
    Check(Rejection.LOW_SCORE, _hardly_seen),
    Check(Rejection.SEGMENT_LENGTH, _thigh_of_another_length),
)
"""In this order. What they say decides what `LegHistory` learns, whatever other checks say."""
