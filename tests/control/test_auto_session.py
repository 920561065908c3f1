"""When a session begins and ends by itself."""

from __future__ import annotations

from hipdrive.control.auto_session import AutoSession
from hipdrive.types.fixed_point import ONE
from support.keypoints import all_at

S = 1_000_000_000
STEP_NS = S // 5


class Day:
    """A belt, watched five times a second."""

    def __init__(self) -> None:
        self.auto = AutoSession()
        self.now_ns = 1000 * S

    def pass_by(self, seconds: float, *, somebody: bool) -> None:
        for _ in range(round(seconds * S / STEP_NS)):
            self.now_ns += STEP_NS
            self.auto.on_pose(all_at(self.now_ns, 0, 0, ONE if somebody else 0))


def test_a_runner_for_twenty_seconds_begins_one() -> None:
    day = Day()
    day.pass_by(600, somebody=False)
    day.pass_by(19, somebody=True)
    assert not day.auto.begins
    day.pass_by(1.2, somebody=True)
    assert day.auto.begins


def test_who_steps_over_the_belt_begins_none_and_a_blink_does_not_count() -> None:
    day = Day()
    for _ in range(10):
        day.pass_by(15, somebody=True)
        day.pass_by(3, somebody=False)
        assert not day.auto.begins
    day.pass_by(15, somebody=True)
    day.pass_by(1, somebody=False)
    day.pass_by(6, somebody=True)
    assert day.auto.begins


def test_an_empty_belt_for_a_minute_ends_it_and_a_drink_does_not() -> None:
    day = Day()
    day.pass_by(21, somebody=True)
    day.auto.session_began()
    assert not day.auto.begins
    for _ in range(5):
        day.pass_by(55, somebody=False)
        day.pass_by(5, somebody=True)
        assert not day.auto.ends
    day.pass_by(59, somebody=False)
    assert not day.auto.ends
    day.pass_by(2, somebody=False)
    assert day.auto.ends


def test_who_ends_it_by_hand_and_stays_gets_no_other_before_a_break() -> None:
    day = Day()
    day.pass_by(21, somebody=True)
    day.auto.session_began()
    day.pass_by(300, somebody=True)
    day.auto.session_ended()
    day.pass_by(300, somebody=True)
    assert not day.auto.begins
    day.pass_by(12, somebody=False)
    day.pass_by(21, somebody=True)
    assert day.auto.begins


def test_the_next_runner_begins_the_next() -> None:
    day = Day()
    for _ in range(3):
        day.pass_by(21, somebody=True)
        assert day.auto.begins
        day.auto.session_began()
        day.pass_by(61, somebody=False)
        assert day.auto.ends
        day.auto.session_ended()
        assert not day.auto.ends


def test_one_begun_by_hand_on_an_empty_belt_has_its_minute() -> None:
    day = Day()
    day.pass_by(600, somebody=False)
    day.auto.session_began()
    assert not day.auto.ends
    day.pass_by(61, somebody=False)
    assert day.auto.ends


def test_times_that_jump_neither_begin_nor_end_anything() -> None:
    day = Day()
    day.pass_by(5, somebody=True)
    day.now_ns += 40_000_000 * S
    day.pass_by(5, somebody=True)
    assert not day.auto.begins
    day.auto.session_began()
    day.now_ns += 40_000_000 * S
    day.pass_by(5, somebody=False)
    day.now_ns -= 40_000_000 * S
    day.pass_by(5, somebody=False)
    assert not day.auto.ends


def test_a_wrong_sighting_now_and_then_keeps_no_session_going() -> None:
    day = Day()
    day.pass_by(21, somebody=True)
    day.auto.session_began()
    for _ in range(7):
        day.pass_by(9.8, somebody=False)
        day.pass_by(0.2, somebody=True)
    assert day.auto.ends
