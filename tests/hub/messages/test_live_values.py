from __future__ import annotations

from dataclasses import replace

from hipdrive.hub.messages.live_values import LiveValues
from hipdrive.types.coach_status import CoachStatus
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection
from support.hub.frames import SESSION, STRIDE_NS, T0_NS, frame_result, sample, stride


def test_time_begins_with_the_first_frame() -> None:
    live = LiveValues(SESSION)
    live.on_frame(frame_result(T0_NS))
    now = frame_result(T0_NS + 1_500_000_000)
    live.on_frame(now)
    assert live.message(now)["t_s"] == 1.5


def test_angles_hold_between_samples_but_not_for_long() -> None:
    live = LiveValues(SESSION)
    live.on_frame(frame_result(T0_NS, samples=[sample(T0_NS)]))
    soon, late = frame_result(T0_NS + 500_000_000), frame_result(T0_NS + 500_000_001)
    assert live.message(soon)["near_thigh_ext_deg"] == 22.5
    assert live.message(late)["near_thigh_ext_deg"] is None


def test_cadence_is_two_steps_a_stride_of_the_near_leg() -> None:
    live = LiveValues(SESSION)
    far = replace(stride(1, near=False), stride_time_ns=STRIDE_NS // 2)
    rejected = stride(2, rejection=Rejection.GAP)
    now = frame_result(T0_NS + 2 * STRIDE_NS, [stride(1), far, rejected])
    assert live.message(now)["cadence_spm"] is None
    live.on_frame(now)
    assert live.message(now)["cadence_spm"] == round(2 * 60 / 0.7, 3)


def test_cadence_leaves_out_a_stride_whose_time_is_wrong() -> None:
    live = LiveValues(SESSION)
    now = frame_result(T0_NS + STRIDE_NS, [stride(1, rejection=Rejection.STRIDE_TIME)])
    live.on_frame(now)
    assert live.message(now)["cadence_spm"] is None


def test_cadence_is_not_known_once_the_runner_has_stopped() -> None:
    live = LiveValues(SESSION)
    live.on_frame(frame_result(T0_NS + STRIDE_NS, [stride(1)]))
    later = frame_result(T0_NS + STRIDE_NS + 3_000_000_001)
    assert live.message(later)["cadence_spm"] is None


def test_the_stride_is_the_newest_accepted_one_of_the_near_leg() -> None:
    live = LiveValues(SESSION)
    eighth = 1 << 29
    now = frame_result(
        T0_NS + 3 * STRIDE_NS, [stride(1, thigh_ext_bam=eighth), stride(2, near=False)]
    )
    live.on_frame(now)
    live.on_frame(frame_result(T0_NS + 3 * STRIDE_NS, [stride(3, rejection=Rejection.GAP)]))
    assert live.message(now)["stride_thigh_ext_deg"] == 45.0
    late = frame_result(T0_NS + STRIDE_NS + 3_000_000_001)
    assert live.message(late)["stride_thigh_ext_deg"] is None


def test_the_led_is_the_one_that_the_coach_shows_and_a_buzz_changes_nothing() -> None:
    live = LiveValues(SESSION)
    assert live.message(frame_result(T0_NS))["led"] == "off"
    below = replace(
        frame_result(T0_NS, cues=[Cue(T0_NS, CueKind.BUZZ)]), coach=CoachStatus(CueKind.LED_BELOW)
    )
    live.on_frame(below)
    assert live.message(below)["led"] == "below"


def test_score_and_presence_are_those_of_the_frame() -> None:
    live = LiveValues(SESSION)
    no_runner = frame_result(T0_NS, score=ONE // 4)
    live.on_frame(no_runner)
    message = live.message(no_runner)
    assert (message["score"], message["runner_seen"]) == (0.25, False)
