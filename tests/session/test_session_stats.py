from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.session.report import stats_doubts
from hipdrive.session.stats import AngleStatistics, AngleSums, SessionStats
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import RUNNER_SCORE
from hipdrive.types.stride import Rejection
from support.session.results import MS, T0_NS, S, frame_result, stride

DEG_PER_BAM = 360 / 2**32


def test_an_empty_session_knows_nothing() -> None:
    stats = SessionStats()
    assert (stats.frames, stats.strides, stats.duration_s) == (0, 0, 0.0)
    assert stats.cadence_spm is None
    assert stats.thigh_ext.statistics() == AngleStatistics(None, None, None, None)


def test_a_jump_of_the_times_is_no_part_of_the_session() -> None:
    stats = SessionStats()
    for after_s in (0, 1, 100_000_001, 100_000_003):
        stats.on_frame(frame_result(after_s * S))
    assert stats.duration_s == 3
    (doubt,) = stats_doubts(stats, None)
    assert "jump by 100000000 s" in doubt


def test_frames_and_frames_without_a_runner_are_counted() -> None:
    stats = SessionStats()
    for number, score in enumerate([ONE, RUNNER_SCORE, RUNNER_SCORE - 1, 0, ONE]):
        stats.on_frame(frame_result(number * MS, score=score))
    assert (stats.frames, stats.frames_without_runner) == (5, 2)


def test_the_duration_is_from_the_first_frame_to_the_last() -> None:
    stats = SessionStats()
    for after_ns in (0, 5 * MS, 12_345 * MS):
        stats.on_frame(frame_result(after_ns))
    assert stats.duration_s == 12.345
    assert (stats.first_t_ns, stats.last_t_ns) == (T0_NS, T0_NS + 12_345 * MS)


def test_a_session_that_starts_at_time_zero_has_its_duration_too() -> None:
    stats = SessionStats()
    for after_ns in (-T0_NS, 2 * S - T0_NS):
        stats.on_frame(frame_result(after_ns))
    assert stats.duration_s == 2


def test_strides_are_counted_by_leg_and_acceptance() -> None:
    stats = SessionStats()
    stats.on_frame(frame_result(0, strides=[stride(), stride(near=False)]))
    stats.on_frame(frame_result(1, strides=[stride(), stride(rejection=Rejection.EXCURSION)]))
    stats.on_frame(frame_result(2, strides=[stride(near=False, rejection=Rejection.GAP), stride()]))
    assert (stats.strides, stats.rejected_strides, stats.far_strides) == (3, 1, 1)


def test_angles_are_those_of_accepted_near_strides() -> None:
    stats = SessionStats()
    wanted = [stride(0, 8, -1), stride(1, 10, 0), stride(2, 15, 4)]
    ignored = [
        stride(3, 80, 80, near=False),
        stride(4, -80, -80, rejection=Rejection.THIGH_EXT),
    ]
    stats.on_frame(frame_result(0, strides=[*ignored, *wanted]))
    thigh, hip = stats.thigh_ext.statistics(), stats.hip_ext.statistics()
    # Thigh: mean 11, squares 9 + 1 + 16 = 26, over 2: sd = sqrt(13). Hip: mean 1, 4 + 1 + 9 = 14.
    assert (thigh.mean_deg, thigh.sd_deg, thigh.min_deg, thigh.max_deg) == pytest.approx(
        (11, 13**0.5, 8, 15), abs=1e-6
    )
    assert (hip.mean_deg, hip.sd_deg, hip.min_deg, hip.max_deg) == pytest.approx(
        (1, 7**0.5, -1, 4), abs=1e-6
    )


def test_one_stride_has_no_standard_deviation() -> None:
    sums = AngleSums()
    sums.add(1 << 29)
    assert sums.statistics() == AngleStatistics(45.0, None, 45.0, 45.0)


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=2, max_size=50))
def test_sums_agree_with_the_statistics_module(bams: list[int]) -> None:
    sums = AngleSums()
    for bam in bams:
        sums.add(bam)
    found = sums.statistics()
    assert found.mean_deg == pytest.approx(statistics.mean(bams) * DEG_PER_BAM, rel=1e-12)
    assert found.sd_deg == pytest.approx(statistics.stdev(bams) * DEG_PER_BAM, rel=1e-9)
    assert found.min_deg == min(bams) * DEG_PER_BAM
    assert found.max_deg == max(bams) * DEG_PER_BAM


def test_an_hour_of_strides_loses_no_digit() -> None:
    sums = AngleSums()
    for number in range(10_000):
        sums.add(2**31 - 2 + number % 2)
    # Half of them one BAM above the others: sd = sqrt(n / (4 (n - 1))) BAM.
    assert sums.statistics().sd_deg == pytest.approx((10_000 / 39_996) ** 0.5 * DEG_PER_BAM)


def test_cadence_is_two_steps_a_stride() -> None:
    stats = SessionStats()
    # 0.7 and 0.8 s: two strides are four steps in 1.5 s.
    stats.on_frame(frame_result(0, strides=[stride(time_ns=700 * MS), stride(time_ns=800 * MS)]))
    assert stats.cadence_spm == pytest.approx(4 / 1.5 * 60)


@pytest.mark.parametrize(
    "rejection", [Rejection.THIGH_EXT, Rejection.SEGMENT_LENGTH, Rejection.LOW_SCORE]
)
def test_a_stride_whose_angle_alone_was_rejected_counts_for_cadence(rejection: Rejection) -> None:
    stats = SessionStats()
    sound, useless = stride(time_ns=700 * MS), stride(time_ns=900 * MS, rejection=rejection)
    stats.on_frame(frame_result(0, strides=[sound, useless]))
    # Two strides in 1.6 s.
    assert stats.cadence_spm == pytest.approx(4 / 1.6 * 60)


def test_a_stride_whose_time_was_rejected_does_not_count_for_cadence_and_the_far_leg_does() -> None:
    stats = SessionStats()
    wrong = stride(time_ns=200 * MS, rejection=Rejection.STRIDE_TIME)
    far = stride(time_ns=750 * MS, near=False)
    stats.on_frame(frame_result(0, strides=[stride(time_ns=750 * MS), wrong, far]))
    assert stats.cadence_spm == pytest.approx(160)


def test_cues_are_counted_by_kind() -> None:
    stats = SessionStats()
    kinds = [CueKind.LED_BASELINE, CueKind.BUZZ, CueKind.LED_BELOW, CueKind.BUZZ]
    stats.on_frame(frame_result(0, cues=[Cue(0, kind) for kind in kinds[:3]]))
    stats.on_frame(frame_result(1, cues=[Cue(1, kinds[3])]))
    given = {CueKind.LED_BASELINE: 1, CueKind.LED_BELOW: 1, CueKind.BUZZ: 2}
    assert stats.cues == {**dict.fromkeys(CueKind, 0), **given}


def test_cadence_is_not_claimed_when_fewer_than_half_of_the_strides_can_be_used() -> None:
    stats = SessionStats()
    useless = stride(time_ns=750 * MS, rejection=Rejection.LOW_SCORE)
    stats.on_frame(frame_result(0, strides=[stride(time_ns=750 * MS), useless]))
    assert stats.cadence_spm == pytest.approx(160)
    stats.on_frame(frame_result(1, strides=[useless]))
    assert stats.cadence_spm is None
