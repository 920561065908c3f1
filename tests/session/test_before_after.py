"""What a session keeps for its advice: before the first cue, and since."""

from __future__ import annotations

import statistics
from dataclasses import replace
from itertools import pairwise

import pytest

from hipdrive.session.before_after import SerialSums
from hipdrive.session.stats import SessionStats
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.coach_status import CoachStatus, OwnMean
from hipdrive.types.programme import Block, BlockKind, CoachMode, ProgrammeStatus
from support.session.results import S, frame_result, stride

BAND = Band(bam_from_deg(9), bam_from_deg(11), bam_from_deg(14))
MOVED = Band(bam_from_deg(10), bam_from_deg(12), bam_from_deg(15))


OWN = OwnMean(earlier=False, belt_mm_per_s=2800, strides=30, mean_bam=BAND.low_bam, sd_bam=0)
EARLIER = replace(OWN, earlier=True, strides=160, sd_bam=bam_from_deg(2))
PROBE = ProgrammeStatus(CoachMode.PROGRAMME, 2, 93, Block(BlockKind.PROBE, 1, 120 * S))
FEEDBACK = replace(PROBE, block=Block(BlockKind.FEEDBACK, 2, 180 * S))


def ran(
    stats: SessionStats,
    second: int,
    degrees: float,
    band: Band | None,
    own: OwnMean = OWN,
    programme: ProgrammeStatus | None = None,
) -> None:
    """A frame with a stride of the near leg and one of the far leg."""
    strides = [stride(second * S, degrees), stride(second * S, 50, near=False)]
    result = frame_result(second * S, strides=strides)
    status = CoachStatus(band=band, own=own if band else None, programme=programme)
    stats.on_frame(replace(result, coach=status))


def test_the_stride_that_completes_the_baseline_belongs_to_it() -> None:
    stats = SessionStats()
    for second, (degrees, band) in enumerate(
        [(10, None), (11, None), (12, BAND), (20, BAND), (22, BAND)]
    ):
        ran(stats, second, degrees, band)
    before, after = (figures["thigh_ext"] for figures in stats.before_after.figures())
    assert (before.n, after.n) == (3, 2)
    assert [before.mean, before.sd, after.mean] == pytest.approx([11, 1, 21])


def test_a_target_that_is_moved_begins_nothing_anew() -> None:
    stats = SessionStats()
    for second, band in enumerate([None, BAND, BAND, MOVED, MOVED]):
        ran(stats, second, 10 + second, band)
    before, after = (figures["thigh_ext"] for figures in stats.before_after.figures())
    assert (before.n, after.n) == (2, 3)


def test_of_two_baselines_the_one_with_more_strides_after_it_is_told_of() -> None:
    stats = SessionStats()
    bands = [None, BAND, BAND, BAND, BAND, None, BAND, BAND, BAND]
    for second, band in enumerate(bands):
        ran(stats, second, 10 if second < 5 else 30, band)
    assert [f["thigh_ext"].mean for f in stats.before_after.figures()] == pytest.approx([10, 10])
    for second in range(9, 12):
        ran(stats, second, 30, BAND)
    assert [f["thigh_ext"].mean for f in stats.before_after.figures()] == pytest.approx([30, 30])


def test_at_another_speed_with_a_known_mean_it_begins_anew() -> None:
    stats = SessionStats()
    faster = replace(EARLIER, belt_mm_per_s=3500)
    for second, own in enumerate([EARLIER] * 6 + [faster] * 3):
        ran(stats, second, 10 if own is EARLIER else 30, BAND, own)
    before, after = stats.before_after.figures()
    assert (before["thigh_ext"].n if before else 0, after["thigh_ext"].n) == (0, 5)


def test_strides_of_the_probe_come_before_any_feedback() -> None:
    stats = SessionStats()
    for second in range(6):
        ran(stats, second, 10, BAND, EARLIER, PROBE)
    for second in range(6, 10):
        ran(stats, second, 20, BAND, EARLIER, FEEDBACK)
    ran(stats, 10, 20, BAND, EARLIER, replace(PROBE, block=Block(BlockKind.OFF, 3, 240 * S)))
    before, after = (figures["thigh_ext"] for figures in stats.before_after.figures())
    assert (before.n, before.mean, after.n, after.mean) == pytest.approx((6, 10, 5, 20))


def test_a_mean_of_an_earlier_session_is_there_to_be_compared_with_and_one_of_this_is_not() -> None:
    for own, told in ((EARLIER, True), (OWN, False)):
        stats = SessionStats()
        for second in range(3):
            ran(stats, second, 10, BAND, own)
        assert ("thigh_ext" in stats.before_after.earlier()) is told
    stats = SessionStats()
    ran(stats, 0, 10, BAND, EARLIER)
    mean = stats.before_after.earlier()["thigh_ext"]
    assert (mean.n, mean.mean, mean.sd) == pytest.approx((160, 9, 2))


def test_one_stride_has_no_figures() -> None:
    stats = SessionStats()
    ran(stats, 0, 10, None)
    assert stats.before_after.figures() == ({}, {})


def test_the_correlation_is_that_of_neighbours() -> None:
    values = [3, 4, 6, 5, 7, 9, 8, 12]
    sums = SerialSums()
    for value in values:
        sums.add(1_000_000_000 + value)
    mean = statistics.fmean(values)
    shared = sum((one - mean) * (two - mean) for one, two in pairwise(values))
    assert sums.correlation == pytest.approx(shared / sum((v - mean) ** 2 for v in values))


def test_values_that_are_all_the_same_have_none() -> None:
    sums = SerialSums()
    for _ in range(5):
        sums.add(7)
    assert sums.correlation == 0
