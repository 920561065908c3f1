"""What a session was, from what became of its strides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.session.verdict import Verdict, VerdictKind, VerdictTracker
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection
from support.session.results import MS, frame_result, stride

if TYPE_CHECKING:
    from collections.abc import Iterable

FRAME_MS = 100
TURN_MS = 700


def session(
    strides: Iterable[Rejection | None],
    *,
    seconds: float = 20.0,
    cuts_ms: Iterable[int] = (),
    score: int = ONE,
    live: bool = False,
) -> Verdict:
    """The verdict on strides that end every 0.7 s, and on frames with this score."""
    tracker = VerdictTracker(live=live)
    outcomes = list(strides)
    assert len(outcomes) * TURN_MS <= seconds * 1000
    for at_ms in range(0, int(seconds * 1000), FRAME_MS):
        number = at_ms // TURN_MS - 1
        ends = not at_ms % TURN_MS and 0 <= number < len(outcomes)
        now = frame_result(
            at_ms * MS, score=score, strides=[stride(rejection=outcomes[number])] if ends else []
        )
        pose = replace(now.pose, cut=at_ms in cuts_ms)
        tracker.on_frame(replace(now, pose=pose))
    return tracker.verdict()


def test_sound_strides_are_a_run_and_need_no_words() -> None:
    assert session([None] * 20) == Verdict(VerdictKind.RUNNING)


def test_some_strides_among_many_may_fail() -> None:
    assert session(([None] * 8 + [Rejection.STRIDE_TIME]) * 3).kind is VerdictKind.RUNNING


@pytest.mark.parametrize("reason", [Rejection.GAP, Rejection.LOW_SCORE])
def test_lost_frames_do_not_put_the_strides_beside_them_in_doubt(reason: Rejection) -> None:
    assert session([None, reason, reason] * 8).kind is VerdictKind.RUNNING


@pytest.mark.parametrize(
    ("reason", "kind", "word"),
    [
        (Rejection.NOT_RUNNING, VerdictKind.NOT_RUNNING, "not running"),
        (Rejection.STRIDE_TIME, VerdictKind.NOT_RUNNING, "not running"),
        (Rejection.EXCURSION, VerdictKind.NOT_RUNNING, "not running"),
        (Rejection.THIGH_EXT, VerdictKind.NOT_RUNNING, "not running"),
        (Rejection.TOO_SMALL, VerdictKind.TOO_SMALL, "too small"),
        (Rejection.SEVERAL_PEOPLE, VerdictKind.SEVERAL_PEOPLE, "several people"),
        (Rejection.FACING, VerdictKind.UNCLEAR, "facing"),
        (Rejection.SEGMENT_LENGTH, VerdictKind.UNCLEAR, "segment_length"),
        (Rejection.GAP, VerdictKind.UNCLEAR, "gap"),
    ],
)
def test_strides_rejected_for_one_reason_say_what_it_was(
    reason: Rejection, kind: VerdictKind, word: str
) -> None:
    found = session([reason] * 20)
    assert found.kind is kind
    assert word in found.statement
    assert "\n" not in found.statement


def test_sound_strides_by_chance_among_failed_ones_are_no_run() -> None:
    found = session([None, None, Rejection.NOT_RUNNING] * 9)
    assert found.kind is VerdictKind.NOT_RUNNING


def test_a_walk_before_the_run_does_not_take_the_run_away() -> None:
    outcomes = [*[Rejection.NOT_RUNNING] * 60, *[None] * 30]
    assert session(outcomes, seconds=70).kind is VerdictKind.RUNNING


def test_two_strides_say_nothing() -> None:
    assert session([None, None]).kind is VerdictKind.UNCLEAR
    assert session([None] * 3).kind is VerdictKind.RUNNING


def test_a_person_without_strides_does_not_run() -> None:
    assert session([]).kind is VerdictKind.NOT_RUNNING


@pytest.mark.parametrize("score", [0, ONE * 2 // 5])
def test_what_is_hardly_a_person_is_no_runner(score: int) -> None:
    found = session([], score=score)
    assert found.kind is VerdictKind.NO_RUNNER
    assert "no runner seen" in found.statement


def test_a_small_person_who_scores_low_is_too_small() -> None:
    assert session([Rejection.TOO_SMALL] * 9, score=ONE * 2 // 5).kind is VerdictKind.TOO_SMALL


def test_an_empty_recording_has_no_runner() -> None:
    assert VerdictTracker(live=False).verdict().kind is VerdictKind.NO_RUNNER


def test_two_seconds_are_too_short() -> None:
    found = session([], seconds=2)
    assert "too short" in found.statement


def test_strides_on_both_sides_of_a_cut_do_not_belong_together() -> None:
    found = session([None] * 20, cuts_ms=[7_100])
    assert found.kind is VerdictKind.CUT
    assert "7.1 s after" in found.statement


@pytest.mark.parametrize("cuts_ms", [[100], [300, 600], [14_500], [100, 14_500]])
def test_a_title_before_and_credits_after_the_run_are_harmless(cuts_ms: list[int]) -> None:
    # Strides end from 0.7 to 14 s.
    assert session([None] * 20, cuts_ms=cuts_ms).kind is VerdictKind.RUNNING


def test_before_a_camera_a_change_of_light_is_no_cut() -> None:
    assert session([None] * 20, cuts_ms=[7_100], live=True).kind is VerdictKind.RUNNING
