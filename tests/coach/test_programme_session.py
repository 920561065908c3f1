"""A runner in the programme: what they are shown, and what their session teaches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.coach.programme import MAINTENANCE_PERCENT, SessionPlan, plan_for
from hipdrive.coach.speed_baseline import SpeedBaseline
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.programme import BlockKind, CoachMode
from support.coach.running_strides import SETTINGS, START_NS, STRIDE_NS, stride

S = 1_000_000_000
EASY, FAST = 2800, 3600
PROGRAMME = CoachMode.PROGRAMME


def stored(deg: float, speed: int | None = EASY, session: int = 1) -> SpeedBaseline:
    mean_bam = bam_from_deg(deg)
    return SpeedBaseline(session, speed, 0, 90, mean_bam, sd_bam=bam_from_deg(1))


def same_deg(deg: float) -> object:
    return pytest.approx(bam_from_deg(deg), abs=4)


class Treadmill:
    """A runner before a coach, a stride every 0.7 s."""

    def __init__(self, plan: SessionPlan) -> None:
        self.coach = Coach(SETTINGS)
        self.coach.begin_runner(plan)
        self.t_ns = START_NS
        self.cues: list[tuple[int, CueKind]] = []

    def run(self, seconds: float, deg: float, speed: int | None = EASY) -> list[CueKind]:
        """The cues of so many seconds."""
        before = len(self.cues)
        for _ in range(round(seconds * S / STRIDE_NS)):
            self.t_ns += STRIDE_NS
            update = GaitUpdate(strides=(stride(deg, belt_mm_per_s=speed),))
            self.cues += [(c.t_ns, c.kind) for c in self.coach.step(self.t_ns, update)]
        return [kind for _, kind in self.cues[before:]]

    def wait(self, seconds: float) -> None:
        """Frames without a stride, 30 a second."""
        for _ in range(round(seconds * 30)):
            self.t_ns += S // 30
            self.cues += [(c.t_ns, c.kind) for c in self.coach.step(self.t_ns, GaitUpdate())]

    @property
    def block(self) -> BlockKind:
        programme = self.coach.status.programme
        assert programme is not None
        assert programme.block is not None
        return programme.block.kind


def test_a_free_session_is_no_programme() -> None:
    running = Treadmill(SessionPlan())
    running.run(60, 10)
    assert running.coach.status.programme is None
    assert running.coach.status.silence is None


def test_the_probe_is_dark_and_silent_and_measured() -> None:
    running = Treadmill(plan_for(PROGRAMME, 1, (stored(10),)))
    assert running.run(119, 8) == []
    status = running.coach.status
    assert (status.silence, status.led) == (SilenceReason.PROBE, CueKind.LED_OFF)
    # The stored baseline holds from the first stride on: no new one is measured.
    assert status.band is not None
    assert status.band.target_bam == same_deg(12)
    assert running.coach.record.probe is None
    running.run(10, 8)
    probe = running.coach.record.probe
    assert probe is not None
    assert (probe.mean_bam, probe.sd_bam) == (same_deg(8), 0)
    # The block begins with a frame, before its stride.
    assert probe.strides == pytest.approx(120 / 0.7, abs=1)
    assert (probe.session, probe.belt_mm_per_s) == (2, EASY)
    assert running.coach.record.baselines == ()


def test_feedback_begins_after_the_probe_and_ends_with_its_minute() -> None:
    running = Treadmill(plan_for(PROGRAMME, 1, (stored(10),)))
    running.run(120, 8)
    cues = running.run(59, 8)
    assert cues[:2] == [CueKind.LED_BELOW, CueKind.BUZZ]
    assert running.block is BlockKind.FEEDBACK
    dark = running.run(60, 8)
    assert dark[0] in {CueKind.BUZZ, CueKind.LED_OFF}
    assert dark.count(CueKind.LED_OFF) == 1
    assert dark[dark.index(CueKind.LED_OFF) + 1 :] == []
    assert running.coach.status.silence is SilenceReason.OFF_BLOCK
    # Strides of the silent minute count: the light is right with the first stride.
    assert running.run(2.2, 8)[:1] == [CueKind.LED_BELOW]


@pytest.mark.long
def test_no_cue_in_a_probe_or_an_off_block_over_eight_sessions() -> None:
    for done in range(9):
        running = Treadmill(plan_for(PROGRAMME, done, (stored(10),)))
        blocks = []
        for _ in range(round(20 * 60 / 0.7)):
            cues = running.run(0.7, 8)
            blocks.append(running.block)
            if running.block is not BlockKind.FEEDBACK:
                assert {*cues} <= {CueKind.LED_OFF}
                assert running.coach.status.led is CueKind.LED_OFF
        minutes = blocks.count(BlockKind.FEEDBACK) * 0.7 / 60
        # Of 18 minutes after the probe nine may have feedback.
        expected = [9, 9, 8, 8, 6, 4, 2, 0, 4][done]
        assert minutes == pytest.approx(expected, abs=0.05), done


def test_a_first_session_measures_its_baseline_in_the_probe() -> None:
    running = Treadmill(plan_for(PROGRAMME, 0))
    running.run(119, 10)
    assert running.coach.status.band is None
    running.run(2, 10)
    (baseline,) = running.coach.record.baselines
    assert (baseline.session, baseline.belt_mm_per_s) == (1, EASY)
    assert baseline.mean_bam == same_deg(10)
    assert running.coach.status.band is not None
    assert running.run(20, 12) == [CueKind.LED_IN_BAND]


def test_a_probe_of_too_few_strides_has_no_result() -> None:
    running = Treadmill(plan_for(PROGRAMME, 0))
    running.run(2.1, 10)
    running.wait(125)
    assert running.block is BlockKind.FEEDBACK
    assert running.coach.record.probe is None
    # The baseline goes on where it was.
    running.run(2.1, 10)
    assert running.coach.record.baselines[0].strides == 5


def test_maintenance_gives_feedback_only_to_whom_it_has_left() -> None:
    kept = Treadmill(plan_for(PROGRAMME, 8, (stored(10),)))
    kept.run(125, 12)
    lost = Treadmill(plan_for(PROGRAMME, 8, (stored(10),)))
    lost.run(125, 9)
    for running, percent in ((kept, 0), (lost, MAINTENANCE_PERCENT)):
        programme = running.coach.status.programme
        assert programme is not None
        assert programme.mode is CoachMode.MAINTENANCE
        assert programme.feedback_percent == percent
    assert (kept.block, lost.block) == (BlockKind.OFF, BlockKind.FEEDBACK)


def test_a_pause_stays_one_through_the_blocks() -> None:
    running = Treadmill(plan_for(PROGRAMME, 1, (stored(10),)))
    running.run(150, 8)
    running.wait(40)
    assert running.block is BlockKind.OFF
    assert running.coach.status.silence is SilenceReason.PAUSE


def test_a_target_is_at_most_five_degrees_above_the_first_baseline_in_four_sessions() -> None:
    """A later baseline of 14, with 2 more, would be 6 above the first."""
    baselines = (stored(10, session=1), stored(14, session=2))
    for done, target_deg in ((2, 15), (3, 15), (4, 16)):
        running = Treadmill(plan_for(PROGRAMME, done, baselines))
        running.run(2, 10)
        band = running.coach.status.band
        assert band is not None
        assert band.target_bam == same_deg(target_deg), done
        running.coach.move_target(bam_from_deg(1))
        moved = running.coach.status.band
        assert moved is not None
        assert moved.target_bam == same_deg(15 if done < 4 else 17)


@pytest.mark.parametrize(
    ("speed", "known"), [(2660, True), (2940, True), (2659, False), (2941, False)]
)
def test_a_stored_baseline_holds_within_five_percent_of_its_speed(
    speed: int, *, known: bool
) -> None:
    running = Treadmill(plan_for(CoachMode.FREE, 3, (stored(10),)))
    running.run(0.7, 10, speed)
    assert (running.coach.status.band is not None) is known
    assert running.coach.status.silence is (
        SilenceReason.TOO_FEW_STRIDES if known else SilenceReason.BASELINE
    )


def test_a_stored_baseline_of_another_incline_does_not_hold() -> None:
    hilly = replace(stored(10), incline_tenths=6)
    running = Treadmill(plan_for(CoachMode.FREE, 3, (hilly,)))
    running.run(0.7, 10)
    assert running.coach.status.band is None


def test_where_the_speed_is_not_known_no_stored_baseline_holds() -> None:
    running = Treadmill(plan_for(CoachMode.FREE, 3, (stored(10), stored(11, None))))
    running.run(0.7, 10, None)
    assert running.coach.status.band is None


def test_another_speed_has_a_baseline_of_its_own_and_the_first_is_kept() -> None:
    running = Treadmill(plan_for(CoachMode.FREE, 0))
    running.run(14, 10, EASY)
    assert running.run(2.8, 15, FAST) == [CueKind.LED_BASELINE]
    assert running.coach.status.band is None
    running.run(10, 15, FAST)
    fast = running.coach.status.band
    assert fast is not None
    assert fast.target_bam == same_deg(17)
    running.run(2.1, 10, EASY)
    easy = running.coach.status.band
    assert easy is not None
    assert easy.target_bam == same_deg(12)
    assert [each.belt_mm_per_s for each in running.coach.record.baselines] == [EASY, FAST]


def test_strides_at_two_speeds_make_no_probe() -> None:
    running = Treadmill(plan_for(PROGRAMME, 1, (stored(10),)))
    running.run(100, 20, FAST)
    running.run(25, 8, EASY)
    probe = running.coach.record.probe
    assert probe is not None
    assert probe.mean_bam == same_deg(8)
    assert probe.strides < 40


def test_a_guest_who_gives_a_name_has_run_all_the_time() -> None:
    running = Treadmill(SessionPlan())
    running.run(70, 10)
    running.coach.begin_runner(plan_for(PROGRAMME, 0))
    running.run(7, 8)
    assert running.coach.record.running_ns == pytest.approx(77 * S, rel=0.001)
    # After feedback there is no probe; the baseline of before holds.
    assert running.block is BlockKind.FEEDBACK
    assert running.coach.record.baselines[0].mean_bam == same_deg(10)
    assert running.coach.status.led is CueKind.LED_BELOW


def test_a_name_that_is_given_before_the_baseline_is_done_gets_a_probe() -> None:
    running = Treadmill(SessionPlan())
    running.run(2.1, 10)
    running.coach.begin_runner(plan_for(PROGRAMME, 0))
    running.run(2.1, 10)
    assert running.block is BlockKind.PROBE


def test_another_name_begins_anew() -> None:
    running = Treadmill(plan_for(PROGRAMME, 0))
    running.run(150, 10)
    running.coach.begin_runner(plan_for(PROGRAMME, 4))
    running.run(7, 10)
    record = running.coach.record
    assert record.running_ns == 7 * S
    assert record.baselines == ()
    assert running.block is BlockKind.PROBE


@pytest.mark.parametrize(("away_s", "guest"), [(299, False), (301, True)])
def test_a_named_runner_may_be_away_for_five_minutes(away_s: int, *, guest: bool) -> None:
    running = Treadmill(plan_for(PROGRAMME, 0))
    running.run(140, 10)
    before = running.coach.record
    running.wait(away_s)
    running.run(140, 25)
    after = running.coach.record
    assert (running.coach.status.programme is None) is guest
    assert running.coach.plan.named, "what was measured stays that of whoever was named"
    # Whoever came then leaves nothing in the profile.
    assert (after.running_ns == before.running_ns) is guest
    assert (after.baselines, after.probe) == (before.baselines, before.probe)


def test_no_two_buzzes_are_nearer_because_of_a_name() -> None:
    running = Treadmill(plan_for(PROGRAMME, 1, (stored(10),)))
    running.run(140, 8)
    last_ns = max(t_ns for t_ns, kind in running.cues if kind is CueKind.BUZZ)
    running.coach.begin_runner(plan_for(CoachMode.FREE, 1, (stored(10),)))
    while CueKind.BUZZ not in running.run(0.7, 8):
        assert running.t_ns < START_NS + 200 * S
    assert (running.t_ns - last_ns) / STRIDE_NS > SETTINGS.buzz_gap_strides
