"""What the coach publishes of itself."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MuteSwitch
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.coach_status import CoachStatus, OwnMean, SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.stride import Rejection
from support.coach.running_strides import (
    BELOW_DEG,
    IN_BAND_DEG,
    SETTINGS,
    START_NS,
    STRIDE_NS,
    stride,
)

THREE_S = 3_000_000_000
BASELINE = [10.0] * SETTINGS.baseline_strides


class CoachedRunner:
    """A coach and a runner, a frame a stride."""

    def __init__(self) -> None:
        self.coach = Coach(SETTINGS)
        self.t_ns = START_NS

    def run(self, *degrees: float) -> CoachStatus:
        for angle in degrees:
            self.t_ns += STRIDE_NS
            self.coach.step(self.t_ns, GaitUpdate(strides=(stride(angle),)))
        return self.coach.status

    def wait(self, for_ns: int) -> CoachStatus:
        self.t_ns += for_ns
        self.coach.step(self.t_ns, GaitUpdate())
        return self.coach.status


@pytest.fixture
def runner() -> CoachedRunner:
    return CoachedRunner()


def test_before_the_first_stride_there_is_no_judgement(runner: CoachedRunner) -> None:
    assert runner.wait(STRIDE_NS) == CoachStatus(
        led=CueKind.LED_OFF, baseline_strides_needed=5, silence=SilenceReason.NO_STRIDE_YET
    )


def test_strides_that_cannot_be_used_are_no_strides(runner: CoachedRunner) -> None:
    useless = (stride(10, near=False), stride(10, rejection=Rejection.GAP))
    runner.coach.step(START_NS, GaitUpdate(strides=useless))
    assert runner.coach.status.silence is SilenceReason.NO_STRIDE_YET


def test_the_baseline_is_counted(runner: CoachedRunner) -> None:
    status = runner.run(10, 10, 10)
    assert (status.baseline_strides, status.baseline_strides_needed) == (3, 5)
    assert (status.led, status.band) == (CueKind.LED_BASELINE, None)
    assert status.silence is SilenceReason.BASELINE
    assert (status.mean_bam, status.recent_strides) == (None, 0)


def test_after_the_baseline_there_is_a_band_and_no_judgement_for_four_strides(
    runner: CoachedRunner,
) -> None:
    for after in range(5):
        status = runner.run(*(BASELINE if not after else [IN_BAND_DEG]))
        assert status.band is not None
        # Baseline of 10 degrees, target 2 above.
        assert status.band.target_bam == bam_from_deg(10) + bam_from_deg(2)
        assert status.silence is SilenceReason.TOO_FEW_STRIDES
        assert status.recent_strides == after
    assert runner.run(IN_BAND_DEG).silence is None


def test_the_mean_is_that_of_the_last_five_strides(runner: CoachedRunner) -> None:
    status = runner.run(*BASELINE, 40, 11, 12, 13, 14, 15)
    assert status.recent_strides == 5
    assert status.mean_bam == pytest.approx(bam_from_deg(13), abs=1)
    assert status.led is CueKind.LED_IN_BAND


def test_a_pause_of_three_seconds_is_the_reason_for_silence(runner: CoachedRunner) -> None:
    runner.run(*BASELINE, *[BELOW_DEG] * 5)
    assert runner.wait(THREE_S).silence is None
    status = runner.wait(1)
    assert status.silence is SilenceReason.PAUSE
    assert (status.led, status.mean_bam) == (CueKind.LED_LOST, None)
    assert status.band is not None
    assert runner.run(BELOW_DEG).silence is SilenceReason.TOO_FEW_STRIDES


def test_a_new_runner_starts_a_new_baseline(runner: CoachedRunner) -> None:
    runner.run(*BASELINE)
    runner.t_ns += 61_000_000_000
    status = runner.run(15)
    assert (status.baseline_strides, status.band) == (1, None)
    assert status.silence is SilenceReason.BASELINE


def test_a_moved_target_is_told_at_once_with_and_without_a_band(runner: CoachedRunner) -> None:
    runner.coach.move_target(bam_from_deg(1))
    assert runner.coach.status.target_offset_bam == bam_from_deg(1)
    band = runner.run(*BASELINE).band
    runner.coach.move_target(bam_from_deg(-1))
    after = runner.coach.status
    assert after.target_offset_bam == bam_from_deg(-1)
    assert band is not None
    down_bam = 2 * bam_from_deg(1)
    edges = (band.low_bam, band.target_bam, band.high_bam)
    assert after.band == Band(*(edge - down_bam for edge in edges))


def test_a_status_stays_as_it_was_published(runner: CoachedRunner) -> None:
    before = runner.run(*BASELINE)
    copy = CoachStatus(
        led=CueKind.LED_BASELINE,
        band=before.band,
        baseline_strides=5,
        baseline_strides_needed=5,
        silence=SilenceReason.TOO_FEW_STRIDES,
        own=OwnMean(
            earlier=False, belt_mm_per_s=None, strides=5, mean_bam=bam_from_deg(10), sd_bam=0
        ),
    )
    runner.run(*[BELOW_DEG] * 9)
    assert before == copy
    with pytest.raises(FrozenInstanceError):
        before.muted = True  # type: ignore[misc]


def test_a_muted_coach_says_so_and_shows_no_led(runner: CoachedRunner) -> None:
    runner.run(*BASELINE, *[IN_BAND_DEG] * 5)
    switch = MuteSwitch(runner.coach, muted=True)
    switch.step(runner.t_ns + 1, GaitUpdate())
    status = switch.status
    assert (status.muted, status.silence) == (True, SilenceReason.MUTED)
    assert status.led is CueKind.LED_OFF
    # It goes on judging.
    assert status.mean_bam == runner.coach.status.mean_bam is not None
    switch.muted = False
    switch.step(runner.t_ns + 2, GaitUpdate())
    assert switch.status == runner.coach.status
    assert switch.status.led is CueKind.LED_IN_BAND
