from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import TypeAlias

import pytest

from hipdrive.gait.events.stride_finder import StrideCandidate, StrideFinder
from hipdrive.gait.joints.samples import LegSample
from hipdrive.gait.screening.stride_screen import StrideScreen
from hipdrive.types.angle import bam_from_deg, deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection, Stride

Judged: TypeAlias = "tuple[StrideCandidate, Rejection | None]"
PERIOD_NS = 15_625_000
MS = 1_000_000


class ScreenedLeg:
    """A leg whose strides are found and screened, with nothing else around."""

    def __init__(self, leg: Side = Side.LEFT, *, near: bool = True) -> None:
        self.finder = StrideFinder(leg, near=near)
        self.screen = StrideScreen()

    def reset(self) -> None:
        self.finder.reset()
        self.screen.reset()

    def step(self, sample: LegSample) -> list[Judged]:
        found = self.finder.step(sample)
        return [] if found is None else [(found, self.screen.judge(found))]


@dataclass(frozen=True)
class UniformStrides:
    """Strides that peak half a stride after the start and then every `stride_s`."""

    stride_s: float = 0.7
    peak_deg: float = 22.0
    excursion_deg: float = 55.0
    lean_deg: float = 6.0
    length_px: float = 90.0
    score: float = 0.8
    span_ns: int = 33 * MS
    strides: float = 8.0

    def feed(self, counter: ScreenedLeg, start_ns: int = 0) -> list[Judged]:
        found: list[Judged] = []
        periods = round(self.strides * self.stride_s * 1e9 / PERIOD_NS)
        for i in range(periods):
            t = i * PERIOD_NS / 1e9
            swing = self.excursion_deg / 2 * (1 - cos(2 * pi * t / self.stride_s))
            thigh = self.peak_deg - self.excursion_deg + swing
            angle = LegSample(
                start_ns + i * PERIOD_NS,
                bam_from_deg(thigh),
                bam_from_deg(thigh - self.lean_deg),
                round(self.length_px * ONE),
                self.span_ns,
                thigh_score=round(self.score * ONE),
            )
            found += counter.step(angle)
        return found

    @property
    def end_ns(self) -> int:
        """When the next one may start, its first angle following on the last of this."""
        return round(self.strides * self.stride_s * 1e9 / PERIOD_NS) * PERIOD_NS


def counter() -> ScreenedLeg:
    return ScreenedLeg()


def reasons(strides: list[Judged]) -> list[Rejection | None]:
    return [rejection for _, rejection in strides]


def test_a_stride_is_told_with_all_that_was_measured() -> None:
    found = UniformStrides().feed(counter())
    assert len(found) == 7
    for number, (stride, rejection) in enumerate(found, start=1):
        assert stride.peak.t_ns == pytest.approx((number + 0.5) * 0.7e9, abs=MS)
        assert stride.stride_time_ns == pytest.approx(0.7e9, abs=MS)
        assert deg_from_bam(stride.peak.thigh_ext_bam) == pytest.approx(22, abs=0.02)
        assert deg_from_bam(stride.peak.hip_ext_bam) == pytest.approx(16, abs=0.02)
        assert (stride.leg, stride.near, rejection) == (Side.LEFT, True, None)


def test_strides_carry_the_leg_that_they_are_of() -> None:
    far = UniformStrides().feed(ScreenedLeg(Side.RIGHT, near=False))
    assert {(stride.leg, stride.near) for stride, _ in far} == {(Side.RIGHT, False)}


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (UniformStrides(stride_s=1.15), Rejection.STRIDE_TIME),
        (UniformStrides(peak_deg=51, excursion_deg=90), Rejection.THIGH_EXT),
        (UniformStrides(peak_deg=27, excursion_deg=44), Rejection.THIGH_EXT),
        (UniformStrides(peak_deg=-11), Rejection.THIGH_EXT),
        (UniformStrides(peak_deg=10, excursion_deg=19), Rejection.EXCURSION),
        (UniformStrides(span_ns=111 * MS), Rejection.GAP),
        (UniformStrides(score=0.29), Rejection.LOW_SCORE),
        (UniformStrides(stride_s=1.05), None),
        (UniformStrides(stride_s=0.52), None),
        (UniformStrides(peak_deg=49, excursion_deg=90), None),
        (UniformStrides(peak_deg=26, excursion_deg=44), None),
        (UniformStrides(peak_deg=-9), None),
        (UniformStrides(peak_deg=12, excursion_deg=21), None),
        (UniformStrides(span_ns=109 * MS), None),
        (UniformStrides(score=0.31), None),
    ],
)
def test_each_bound_rejects_what_is_beyond_it(
    case: UniformStrides, reason: Rejection | None
) -> None:
    found = reasons(case.feed(counter()))
    assert len(found) == 7
    assert set(found) == {reason}


@pytest.mark.parametrize("stride_s", [0.35, 0.4, 0.48])
def test_what_is_faster_than_any_runner_is_no_stride_of_twice_the_time(stride_s: float) -> None:
    found = UniformStrides(stride_s=stride_s, strides=40).feed(counter())
    assert len(found) > 10
    assert set(reasons(found)[1:]) == {Rejection.STRIDE_TIME}  # once might be a bump


def test_one_bump_that_comes_too_soon_costs_no_stride() -> None:
    """As high as a peak, 0.3 s after the fourth: legs swapped for some frames."""
    calm = UniformStrides()
    found: list[Judged] = []
    learner = counter()
    for i in range(calm.end_ns // PERIOD_NS):
        t = i * PERIOD_NS / 1e9
        swing = calm.excursion_deg / 2 * (1 - cos(2 * pi * t / calm.stride_s))
        bump = calm.excursion_deg - 5000 * (t - 3.5 * 0.7 - 0.3) ** 2
        thigh = bam_from_deg(calm.peak_deg - calm.excursion_deg + max(swing, bump))
        found += learner.step(LegSample(i * PERIOD_NS, thigh, thigh, 90 * ONE, 0))
    assert reasons(found) == [None] * 7
    assert all(stride.stride_time_ns == pytest.approx(0.7e9, abs=MS) for stride, _ in found)


@pytest.mark.parametrize("reason", Rejection)
def test_only_what_may_be_no_stride_at_all_does_not_time_the_cadence(reason: Rejection) -> None:
    stride = Stride(0, Side.LEFT, True, 0, 0, 700 * MS, reason)  # noqa: FBT003 - in their order
    angle_alone = {
        Rejection.THIGH_EXT,
        Rejection.SEGMENT_LENGTH,
        Rejection.GAP,
        Rejection.LOW_SCORE,
    }
    assert not stride.accepted
    assert stride.times_cadence == (reason in angle_alone)


def after_learning(later: UniformStrides) -> list[Rejection | None]:
    learner = counter()
    first = UniformStrides()
    assert set(reasons(first.feed(learner))) == {None}
    return reasons(later.feed(learner, first.end_ns))


@pytest.mark.parametrize(
    ("length_px", "reason"),
    [
        (78, None),
        (75, Rejection.SEGMENT_LENGTH),
        (102, None),
        (105, Rejection.SEGMENT_LENGTH),
    ],
)
def test_a_thigh_does_not_change_its_length_by_more_than_15_percent(
    length_px: float, reason: Rejection | None
) -> None:
    assert after_learning(UniformStrides(length_px=length_px, strides=3)) == [reason] * 3


@pytest.mark.parametrize("length_px", [60, 130])
def test_a_length_that_stays_different_is_learnt_within_nine_strides(length_px: float) -> None:
    """A runner who moved nearer to the camera, or away."""
    found = after_learning(UniformStrides(length_px=length_px, strides=20))
    assert found[0] is Rejection.SEGMENT_LENGTH
    learnt = found.index(None)
    assert learnt <= 9
    assert set(found[learnt:]) == {None}


@pytest.mark.parametrize(
    ("stride_s", "expected"),
    [
        (0.78, [None, None]),
        (0.80, [Rejection.STRIDE_TIME, None]),
        (0.62, [None, None]),
        (0.60, [Rejection.STRIDE_TIME, None]),
        (0.86, [Rejection.STRIDE_TIME, None]),
        (0.89, [Rejection.STRIDE_TIME, Rejection.STRIDE_TIME]),
        (0.54, [Rejection.STRIDE_TIME, None]),
        (0.51, [Rejection.STRIDE_TIME, Rejection.STRIDE_TIME]),
    ],
)
def test_a_stride_takes_as_long_as_the_others_to_within_13_percent(
    stride_s: float, expected: list[Rejection | None]
) -> None:
    """0.7 s, that is; beyond are a cut, or a peak that was missed, misplaced or another leg's.

    25 percent after a rejected one, whose peak may lie elsewhere.
    """
    found = after_learning(UniformStrides(stride_s=stride_s, strides=3))
    assert found[1:] == expected  # half of the first was run at the other time


@pytest.mark.parametrize("stride_s", [0.52, 0.95])
def test_a_time_that_stays_different_is_learnt_within_nine_strides(stride_s: float) -> None:
    found = after_learning(UniformStrides(stride_s=stride_s, strides=20))
    assert Rejection.STRIDE_TIME in found
    assert set(found[9:]) == {None}


def test_what_is_too_fast_to_be_running_teaches_no_time() -> None:
    """Ten seconds of hopping, 0.4 s a time, of which every other hop is passed over."""
    learner = counter()
    first, hopping = UniformStrides(stride_s=0.55), UniformStrides(stride_s=0.4, strides=26)
    first.feed(learner)
    assert set(reasons(hopping.feed(learner, first.end_ns))[1:]) == {Rejection.STRIDE_TIME}
    again = reasons(first.feed(learner, first.end_ns + hopping.end_ns))
    assert set(again[2:]) == {None}


def test_lengths_of_a_leg_not_seen_are_not_learnt() -> None:
    learner = counter()
    first = UniformStrides()
    first.feed(learner)
    unseen = UniformStrides(length_px=130, score=0.1, strides=15)
    found = reasons(unseen.feed(learner, first.end_ns))
    assert set(found[1:]) == {Rejection.LOW_SCORE}  # half of the first was seen
    back = first.feed(learner, first.end_ns + unseen.end_ns)
    assert set(reasons(back)) == {None}


def test_the_first_strides_have_no_length_to_compare_with() -> None:
    learner = counter()
    short = UniformStrides(length_px=60, strides=3).feed(learner)
    assert reasons(short) == [None, None]
    start_ns = UniformStrides(strides=3).end_ns
    long = UniformStrides(length_px=120, strides=3).feed(learner, start_ns)
    assert long[0][1] is None
    assert long[1][1] is Rejection.SEGMENT_LENGTH


def test_scores_of_one_stride_do_not_follow_it_into_the_next() -> None:
    learner = counter()
    dark = UniformStrides(score=0.1)
    assert set(reasons(dark.feed(learner))) == {Rejection.LOW_SCORE}
    bright = reasons(UniformStrides(score=0.9).feed(learner, dark.end_ns))
    assert set(bright[1:]) == {None}


def test_a_gap_ends_no_stride_and_keeps_the_length() -> None:
    learner = counter()
    first = UniformStrides()
    first.feed(learner)
    learner.reset()
    later = UniformStrides(length_px=130).feed(learner, first.end_ns + 300 * MS)
    assert later[0][0].peak.t_ns == pytest.approx(first.end_ns + 300 * MS + 1.5 * 0.7e9, abs=2 * MS)
    assert later[0][1] is Rejection.SEGMENT_LENGTH


def test_the_stride_after_a_long_stand_is_not_a_stride() -> None:
    """The time since the last peak is told, and is no stride's."""
    learner = counter()
    first = UniformStrides()
    first.feed(learner)
    still = UniformStrides(excursion_deg=0.0, peak_deg=-33.0, strides=6)
    assert still.feed(learner, first.end_ns) == []
    again = first.feed(learner, first.end_ns + still.end_ns)
    assert again[0][1] is Rejection.STRIDE_TIME
    assert set(reasons(again[1:])) == {None}
