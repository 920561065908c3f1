from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import assume, event, given
from hypothesis import strategies as st

from hipdrive.coach.coach import advance
from hipdrive.coach.settings import CoachSettings
from hipdrive.coach.state import CoachState
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import CueKind
from hipdrive.types.stride import Rejection, Stride
from support.coach.running_strides import START_NS, STRIDE_NS, stride_of_bam

THREE_S = 3_000_000_000

settings_ = st.builds(
    CoachSettings,
    baseline_strides=st.integers(5, 12),
    raise_bam=st.integers(0, bam_from_deg(3)),
    guard_bam=st.integers(bam_from_deg(2), bam_from_deg(10)),
    buzz_gap_strides=st.integers(8, 12),
    guards=st.just(()),
)
angles = st.integers(bam_from_deg(-20), bam_from_deg(50)).map(stride_of_bam)
below = st.sampled_from([stride_of_bam(bam_from_deg(deg)) for deg in (-4.0, 3.0, 8.0)])
ordinary = st.sampled_from([stride_of_bam(bam_from_deg(deg)) for deg in (10.0, 11.0, 12.0, 20.0)])
useless = st.sampled_from(
    [
        stride_of_bam(0, near=False),
        *(stride_of_bam(0, rejection=rejection) for rejection in Rejection),
    ]
)
steps_ns = st.sampled_from([STRIDE_NS] * 12 + [1, THREE_S, THREE_S + 1])


@dataclass(frozen=True)
class FrameWithStride:
    """One frame: the time since the one before, and its stride."""

    after_ns: int
    stride: Stride | None


frames = st.lists(
    st.builds(
        FrameWithStride,
        steps_ns,
        st.one_of(below, below, below, ordinary, angles, useless, st.none()),
    ),
    min_size=20,
    max_size=60,
)
warm_up = st.lists(st.builds(FrameWithStride, steps_ns, ordinary), min_size=12, max_size=12)
runs = st.builds(lambda first, then: [*first, *then], warm_up, frames)


def shown(
    settings: CoachSettings, seen: list[FrameWithStride]
) -> list[tuple[int, tuple[CueKind, ...]]]:
    """The number of usable strides up to each frame, and the cues it brought."""
    state, t_ns, count = CoachState(), START_NS, 0
    result = []
    for frame in seen:
        t_ns += frame.after_ns
        strides = () if frame.stride is None else (frame.stride,)
        state, cues = advance(state, settings, t_ns, strides)
        count += sum(each.near and each.accepted for each in strides)
        result.append((count, tuple(cue.kind for cue in cues)))
    return result


def expected_buzzes(settings: CoachSettings, seen: list[FrameWithStride]) -> list[int]:
    """Which frames must buzz, from the rules as the design states them, anew."""
    base: list[int] = []
    low: float | None = None
    amber, error = False, 0.0
    window: list[int] = []
    buzzed: list[int] = []
    since = settings.buzz_gap_strides + 1
    t_ns = last_ns = START_NS
    for index, frame in enumerate(seen):
        t_ns += frame.after_ns
        if t_ns - last_ns > THREE_S:
            window, amber = [], False
        stride = frame.stride
        if stride is None or not (stride.near and stride.accepted):
            continue
        last_ns = t_ns
        if low is None:
            base.append(stride.thigh_ext_bam)
            if len(base) == settings.baseline_strides:
                slack = max(bam_from_deg(1.5), statistics.stdev(base))
                error = statistics.stdev(base) / math.sqrt(5)
                low = statistics.mean(base) + settings.raise_bam - slack
            continue
        window = [*window, stride.thigh_ext_bam][-5:]
        since += 1
        # The coach counts in whole BAM; what lies within two of the edge is left aside.
        assume(all(abs(bam - low) > 2 for bam in window))
        if len(window) < 5:
            continue
        edge = low - 1.5 * error + amber * bam_from_deg(1)
        assume(abs(statistics.mean(window) - edge) > 4)
        amber = statistics.mean(window) < edge
        count_below = sum(bam < low for bam in window)
        if amber and count_below >= 4 and since > settings.buzz_gap_strides:
            buzzed.append(index)
            since = 0
    return buzzed


@given(settings_, runs)
def test_between_two_buzzes_there_are_always_more_strides_than_the_gap(
    settings: CoachSettings, seen: list[FrameWithStride]
) -> None:
    counts = [count for count, kinds in shown(settings, seen) if CueKind.BUZZ in kinds]
    event(f"{len(counts)} buzzes")
    assert all(after - before > settings.buzz_gap_strides for before, after in pairwise(counts))


@given(settings_, runs)
def test_nothing_is_judged_before_the_baseline_is_complete_and_five_strides_are_in(
    settings: CoachSettings, seen: list[FrameWithStride]
) -> None:
    silent = {CueKind.LED_BASELINE, CueKind.BASELINE_DONE, CueKind.LED_LOST}
    for count, kinds in shown(settings, seen):
        if count < settings.baseline_strides + 5:
            assert silent.issuperset(kinds)


@given(settings_, runs)
def test_it_buzzes_when_the_rules_say_so_and_never_else(
    settings: CoachSettings, seen: list[FrameWithStride]
) -> None:
    buzzed = [i for i, (_, kinds) in enumerate(shown(settings, seen)) if CueKind.BUZZ in kinds]
    assert buzzed == expected_buzzes(settings, seen)


@given(settings_, runs)
def test_the_same_strides_bring_the_same_cues(
    settings: CoachSettings, seen: list[FrameWithStride]
) -> None:
    assert shown(settings, seen) == shown(settings, seen)


@given(settings_, runs)
def test_an_led_cue_comes_only_when_the_light_changes(
    settings: CoachSettings, seen: list[FrameWithStride]
) -> None:
    led = CueKind.LED_OFF
    for _, kinds in shown(settings, seen):
        for kind in kinds:
            assert kind is not led
            led = led if kind is CueKind.BUZZ else kind
