from __future__ import annotations

from dataclasses import replace

from hipdrive.hub.messages.latest import Latest
from hipdrive.types.coach_status import CoachStatus
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection
from support.hub.feed import SESSION, STRIDE_NS, T0_NS, moment, sample, stride


def test_time_begins_with_the_first_frame() -> None:
    latest = Latest(SESSION)
    latest.on_frame(moment(T0_NS))
    now = moment(T0_NS + 1_500_000_000)
    latest.on_frame(now)
    assert latest.live(now)["t_s"] == 1.5


def test_angles_hold_between_samples_but_not_for_long() -> None:
    latest = Latest(SESSION)
    latest.on_frame(moment(T0_NS, samples=[sample(T0_NS)]))
    soon, late = moment(T0_NS + 500_000_000), moment(T0_NS + 500_000_001)
    assert latest.live(soon)["near_thigh_ext_deg"] == 22.5
    assert latest.live(late)["near_thigh_ext_deg"] is None


def test_cadence_is_two_steps_a_stride_of_the_near_leg() -> None:
    latest = Latest(SESSION)
    far = replace(stride(1, near=False), stride_time_ns=STRIDE_NS // 2)
    rejected = stride(2, rejection=Rejection.GAP)
    now = moment(T0_NS + 2 * STRIDE_NS, [stride(1), far, rejected])
    assert latest.live(now)["cadence_spm"] is None
    latest.on_frame(now)
    assert latest.live(now)["cadence_spm"] == round(2 * 60 / 0.7, 3)


def test_cadence_leaves_out_a_stride_whose_time_is_wrong() -> None:
    latest = Latest(SESSION)
    now = moment(T0_NS + STRIDE_NS, [stride(1, rejection=Rejection.STRIDE_TIME)])
    latest.on_frame(now)
    assert latest.live(now)["cadence_spm"] is None


def test_cadence_is_not_known_once_the_runner_has_stopped() -> None:
    latest = Latest(SESSION)
    latest.on_frame(moment(T0_NS + STRIDE_NS, [stride(1)]))
    later = moment(T0_NS + STRIDE_NS + 3_000_000_001)
    assert latest.live(later)["cadence_spm"] is None


def test_the_stride_told_is_the_newest_accepted_one_of_the_near_leg() -> None:
    latest = Latest(SESSION)
    eighth = 1 << 29
    now = moment(T0_NS + 3 * STRIDE_NS, [stride(1, thigh_ext_bam=eighth), stride(2, near=False)])
    latest.on_frame(now)
    latest.on_frame(moment(T0_NS + 3 * STRIDE_NS, [stride(3, rejection=Rejection.GAP)]))
    assert latest.live(now)["stride_thigh_ext_deg"] == 45.0
    late = moment(T0_NS + STRIDE_NS + 3_000_000_001)
    assert latest.live(late)["stride_thigh_ext_deg"] is None


def test_the_led_is_the_one_that_the_coach_shows_and_a_buzz_changes_nothing() -> None:
    latest = Latest(SESSION)
    assert latest.live(moment(T0_NS))["led"] == "off"
    below = replace(
        moment(T0_NS, cues=[Cue(T0_NS, CueKind.BUZZ)]), coach=CoachStatus(CueKind.LED_BELOW)
    )
    latest.on_frame(below)
    assert latest.live(below)["led"] == "below"


def test_score_and_presence_are_those_of_the_frame() -> None:
    latest = Latest(SESSION)
    nobody = moment(T0_NS, score=ONE // 4)
    latest.on_frame(nobody)
    message = latest.live(nobody)
    assert (message["score"], message["runner_seen"]) == (0.25, False)
