from __future__ import annotations

from itertools import accumulate, pairwise
from math import cos, pi, sin
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hipdrive.gait.events.peaks import (
    CONFIRM_DROP_BAM,
    LONGEST_STRIDE_NS,
    SHORTEST_STRIDE_NS,
    Peak,
    PeakFinder,
)
from hipdrive.gait.joints.samples import LegSample
from hipdrive.types.angle import bam_from_deg, deg_from_bam
from support.walker import dice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PERIOD_NS = 15_625_000
HZ = 64
STRIDE_S = 0.7
SWING_DEG = 28.0


def fed(degrees: Iterable[float], hip_degrees: Iterable[float] | None = None) -> list[Peak]:
    """The peaks of angles on the grid, the first at time 0."""
    thigh = list(degrees)
    hip = thigh if hip_degrees is None else list(hip_degrees)
    finder = PeakFinder()
    peaks = (
        finder.step(LegSample(i * PERIOD_NS, bam_from_deg(a), bam_from_deg(b), 90 << 16, 0))
        for i, (a, b) in enumerate(zip(thigh, hip, strict=True))
    )
    return [peak for peak in peaks if peak is not None]


def seconds(peaks: list[Peak]) -> list[float]:
    return [peak.t_ns / 1e9 for peak in peaks]


def grid(duration_s: float) -> list[float]:
    return [i / HZ for i in range(round(duration_s * HZ))]


def stride(t: float, stride_s: float = STRIDE_S, swing_deg: float = SWING_DEG) -> float:
    """A thigh that is furthest back at 0."""
    return swing_deg * cos(2 * pi * t / stride_s)


def running(
    duration_s: float, change: Callable[[float, float], float], stride_s: float = STRIDE_S
) -> list[float]:
    """Strides that peak at every multiple of `stride_s` of t, which starts halfway to the first."""
    times = (t + stride_s / 2 for t in grid(duration_s))
    return [change(t, stride(t, stride_s)) for t in times]


@given(
    vertex_s=st.floats(0.5, 0.6),
    height=st.floats(-30, 60),
    steepness=st.floats(150, 2000),
    hip_vertex_s=st.floats(0.0, 1.2),
    hip_steepness=st.floats(-2000, 2000),
)
def test_the_vertex_of_a_parabola_is_found_exactly(
    vertex_s: float, height: float, steepness: float, hip_vertex_s: float, hip_steepness: float
) -> None:
    def hip(t: float) -> float:
        return 5 - hip_steepness * (t - hip_vertex_s) ** 2 / 100

    times = grid(1.2)
    peaks = fed([height - steepness * (t - vertex_s) ** 2 for t in times], map(hip, times))
    (peak,) = peaks
    assert peak.t_ns == pytest.approx(vertex_s * 1e9, abs=100)  # degrees are rounded to 8.4e-8
    assert deg_from_bam(peak.thigh_ext_bam) == pytest.approx(height, abs=3e-7)
    assert deg_from_bam(peak.hip_ext_bam) == pytest.approx(hip(vertex_s), abs=1e-6)


def test_a_flat_top_peaks_in_its_middle() -> None:
    (peak,) = fed([*range(0, 40, 4), 40, 40, *range(36, 0, -4)])
    assert peak.t_ns == 10.5 * PERIOD_NS
    assert deg_from_bam(peak.thigh_ext_bam) == pytest.approx(40.5)  # parabola 36, 40, 40


def test_each_stride_has_one_peak_where_it_is() -> None:
    peaks = fed(running(20, lambda _, angle: angle))
    truth = [(k + 0.5) * STRIDE_S for k in range(28)]
    assert seconds(peaks) == pytest.approx(truth, abs=2e-4)
    assert [deg_from_bam(p.thigh_ext_bam) for p in peaks] == pytest.approx([28] * 28, abs=0.01)
    assert [deg_from_bam(p.excursion_bam) for p in peaks[1:]] == pytest.approx([56] * 27, abs=0.6)


@pytest.mark.parametrize("seed", range(5))
def test_noise_adds_no_peak_and_hides_none(seed: int) -> None:
    chance = dice(seed)
    noisy = running(40, lambda _, angle: angle + chance.gauss(0, 0.8))
    truth = [(k + 0.5) * STRIDE_S for k in range(57)]
    assert seconds(fed(noisy)) == pytest.approx(truth, abs=0.05)


def test_a_peak_is_told_four_samples_later_or_at_the_first_angle_three_degrees_below_it() -> None:
    finder = PeakFinder()
    angles = [bam_from_deg(angle) for angle in running(5, lambda _, angle: angle)]
    told = [
        i
        for i, angle in enumerate(angles)
        if finder.step(LegSample(i * PERIOD_NS, angle, 0, 0, 0)) and i > HZ
    ]
    assert len(told) == 6
    for i in told:
        top = max(range(i - 10, i), key=angles.__getitem__)
        below = (j for j in range(top + 4, i + 1) if angles[j] <= angles[top] - bam_from_deg(3))
        assert i == next(below)


def bumped(share: float, middle: float, stride_s: float, after: int = 3) -> list[float]:
    """A bump as wide as 0.2 s in each stride after so many, and high as a share of it."""

    def change(t: float, angle: float) -> float:
        off_s = ((t / stride_s) % 1 - middle) * stride_s
        bump = SWING_DEG * (2 * share - 1) - 3000 * off_s**2
        return max(angle, bump) if abs(off_s) < 0.1 and t > after * stride_s else angle

    return running(20, change, stride_s)


@pytest.mark.parametrize("share", [0.3, 0.53, 0.66])
@pytest.mark.parametrize("middle", [0.4, 0.5, 0.55, 0.65, 0.75])
@pytest.mark.parametrize("stride_s", [0.6, 0.7, 1.0])
def test_legs_swapped_around_their_crossing_leave_no_peak(
    share: float, middle: float, stride_s: float
) -> None:
    peaks = seconds(fed(bumped(share, middle, stride_s)))
    truth = [(k + 0.5) * stride_s for k in range(int(19.9 / stride_s - 0.5) + 1)]
    assert peaks == pytest.approx(truth, abs=2e-3)


@pytest.mark.parametrize("share", [0.3, 0.53, 0.66])
@pytest.mark.parametrize("middle", [0.55, 0.65, 0.75])
def test_no_bump_is_taken_for_a_peak_after_the_first_one(share: float, middle: float) -> None:
    """How far the thigh swings is known from the valley that the recording begins in."""
    peaks = seconds(fed(bumped(share, middle, 1.0, after=1)))
    assert peaks == pytest.approx([k + 0.5 for k in range(20)], abs=2e-3)


def test_a_bump_of_eight_tenths_half_a_second_after_a_peak_is_taken_for_one() -> None:
    """The limit of the test above, which could not fail without it."""
    phases = [s % 1 for s in seconds(fed(bumped(0.8, 0.55, 1.0)))]
    assert any(phase == pytest.approx(0.05, abs=0.01) for phase in phases)  # 0.55 after 0.5


def test_no_peak_lies_on_the_way_down_from_a_bump() -> None:
    """Half a second after a peak there may be a new one, but this comes down since 0.25 s."""

    def humped(t: float, angle: float) -> float:
        after_s = t - 7 - 0.25
        return 120 - 330 * after_s if 0 <= after_s < 0.35 else angle

    peaks = seconds(fed(running(20, humped)))
    assert [s / STRIDE_S % 1 for s in peaks] == pytest.approx([0.5] * len(peaks), abs=0.01)
    assert len(peaks) >= 26


def test_before_the_first_valley_a_dip_of_ten_degrees_ends_no_climb() -> None:
    """The start of the recording may be noise; a peak needs 15 degrees of descent."""

    def dipped(t: float, angle: float) -> float:
        return -30 + 5 * sin(2 * pi * t / 0.2) if t < 0.5 else angle

    peaks = seconds(fed([dipped(t, stride(t - 0.5 - STRIDE_S / 2)) for t in grid(10)]))
    assert peaks[0] == pytest.approx(0.5 + STRIDE_S / 2, abs=0.01)
    assert len(peaks) == 13  # 0.85 s, and every 0.7 s up to 9.9


@pytest.mark.parametrize("wide", [-1, 0, 1])
def test_a_peak_knows_the_widest_gap_of_the_three_samples_it_is_made_of(wide: int) -> None:
    finder = PeakFinder()
    top = 10
    for i, angle in enumerate([*range(top), top, *range(top - 2, -30, -2)]):
        span_ns = 7 if i == top + wide else 3
        peak = finder.step(LegSample(i * PERIOD_NS, bam_from_deg(angle), 0, 0, span_ns))
        if peak:
            assert peak.span_ns == 7
            return
    pytest.fail("there was no peak")


@pytest.mark.parametrize("after_s", [0.15, 0.25, 0.35, 0.45, 0.55])
@pytest.mark.parametrize("spike_deg", [60.0, 170.0])
def test_a_misplaced_joint_costs_a_few_strides_and_no_more(
    after_s: float, spike_deg: float
) -> None:
    """Three periods of nonsense, some time after the peak at 7 s."""

    def spiked(t: float, angle: float) -> float:
        return spike_deg if 0 <= t - 7 - after_s < 3 / HZ else angle

    found = {round(s / STRIDE_S + 0.5) for s in seconds(fed(running(20, spiked)))}
    assert found >= set(range(1, 10)) | set(range(13, 29))


@pytest.mark.parametrize("stride_s", [0.5, 0.52, 0.6, 0.7, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("share", [0.35, 0.45, 0.55, 0.65])
def test_a_runner_whose_swing_shrinks_at_once_is_found_again_at_true_peaks(
    stride_s: float, share: float
) -> None:
    """The swing shrinks in the valley of the tenth stride."""
    change_s = 9.5 * stride_s
    peaks = fed([stride(t, stride_s, SWING_DEG * (share if t > change_s else 1)) for t in grid(20)])
    numbers = [s / stride_s for s in seconds(peaks)]
    assert [n - round(n) for n in numbers] == pytest.approx([0] * len(numbers), abs=0.02)
    missed = set(range(1, int(19.9 / stride_s))) - {round(n) for n in numbers}
    assert len(missed) * stride_s <= 1.1 + stride_s  # forgotten after 1.1 s, then a valley


@pytest.mark.parametrize("slow_s", [0.8, 0.95, 1.05])
def test_a_runner_who_slows_down_at_once_loses_no_peak(slow_s: float) -> None:
    change_s = 10.5 * STRIDE_S
    angles = [
        stride(t) if t < change_s else stride((t - change_s) + slow_s / 2, slow_s) for t in grid(20)
    ]
    first = change_s + slow_s / 2
    truth = [k * STRIDE_S for k in range(1, 11)]
    truth += [first + k * slow_s for k in range(int((19.9 - first) / slow_s) + 1)]
    assert seconds(fed(angles)) == pytest.approx(truth, abs=0.01)


def test_standing_still_has_no_peaks() -> None:
    chance = dice(0)
    assert fed([chance.gauss(0, 1.5) for _ in grid(60)]) == []


@pytest.mark.parametrize("direction", [1, -1])
def test_one_way_only_has_no_peaks(direction: int) -> None:
    assert fed([direction * i * 0.5 for i in range(200)]) == []


walks = st.lists(st.integers(-(2**29), 2**29), min_size=3, max_size=300)


@example([0, 1, 0, 0, 0, -178956971, 214748365, 0, 0, 0, -35791394])
@given(walks)
def test_whatever_comes_peaks_are_ordered_apart_and_within_half_a_period(steps: list[int]) -> None:
    angles = list(accumulate(steps))
    finder = PeakFinder()
    peaks = [
        peak
        for i, angle in enumerate(angles)
        if (peak := finder.step(LegSample(i * PERIOD_NS, angle, 0, 0, 0)))
    ]
    tops = []
    for peak in peaks:
        left = min(peak.t_ns // PERIOD_NS, len(angles) - 2)
        top = max(left, left + 1, key=angles.__getitem__)
        tops.append(angles[top])
        assert abs(peak.t_ns - top * PERIOD_NS) <= PERIOD_NS // 2 + 1
        assert peak.thigh_ext_bam >= angles[top]
        assert peak.excursion_bam > 0
    first = True
    for (a, b), (top, next_top) in zip(pairwise(peaks), pairwise(tops), strict=True):
        apart_ns = b.t_ns - a.t_ns
        # Only the first one, before which no valley was seen, gives way, and only to a higher one.
        gives_way = first and next_top >= top + CONFIRM_DROP_BAM
        assert apart_ns >= SHORTEST_STRIDE_NS - PERIOD_NS or gives_way
        first = apart_ns > LONGEST_STRIDE_NS - PERIOD_NS


def test_after_a_reset_the_valley_must_be_seen_anew() -> None:
    finder = PeakFinder()
    angles = running(2.2, lambda _, angle: angle)
    for i, angle in enumerate(angles):
        finder.step(LegSample(i * PERIOD_NS, bam_from_deg(angle), 0, 0, 0))
    finder.reset()
    falling = [20 - i for i in range(40)]
    assert not any(
        finder.step(LegSample((200 + i) * PERIOD_NS, bam_from_deg(angle), 0, 0, 0))
        for i, angle in enumerate(falling)
    )
