from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import SourceError
from hipdrive.look_ahead import LookAhead, announced
from hipdrive.types.frame import FRAMES_AHEAD, FRAMES_IN_USE

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 60
"""For what comes at once unless it never comes."""


class Counted:
    """Numbers from 0 on, and how many were begun."""

    def __init__(self, count: int, fails_at: int | None = None) -> None:
        self.begun = 0
        self.threads: set[threading.Thread] = set()
        self.changed = threading.Condition()
        self._count = count
        self._fails_at = fails_at

    def __iter__(self) -> Iterator[int]:
        for number in range(self._count):
            with self.changed:
                self.begun += 1
                self.threads.add(threading.current_thread())
                self.changed.notify_all()
            if number == self._fails_at:
                raise SourceError("torn")
            yield number

    def wait_for(self, begun: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.begun >= begun, PATIENCE_S)


def test_everything_comes_once_and_in_order_from_another_thread() -> None:
    numbers = Counted(500)
    with LookAhead(numbers) as ahead:
        assert list(ahead) == list(range(500))
    (thread,) = numbers.threads
    assert thread is not threading.current_thread()
    assert not thread.is_alive()


def test_the_next_is_made_while_this_one_is_used_and_the_one_after_it_is_not() -> None:
    numbers = Counted(9)
    with LookAhead(numbers) as ahead:
        for number in ahead:
            if number < 8:
                assert numbers.wait_for(number + 2), "the next is made meanwhile"
            assert numbers.begun <= number + 2, "two are in use at once, and no more"


def test_an_error_comes_after_what_was_made_before_it() -> None:
    with LookAhead(Counted(9, fails_at=4)) as ahead:
        numbers = iter(ahead)
        assert [next(numbers) for _ in range(4)] == [0, 1, 2, 3]
        with pytest.raises(SourceError, match="torn"):
            next(numbers)


def test_leaving_early_ends_the_thread() -> None:
    numbers = Counted(1_000_000)
    with LookAhead(numbers) as ahead:
        for number in ahead:
            if number == 3:
                break
    (thread,) = numbers.threads
    assert not thread.is_alive()
    assert numbers.begun <= 5


def test_nothing_at_all_is_an_end_too() -> None:
    with LookAhead(Counted(0)) as ahead:
        assert list(ahead) == []


def test_other_threads_get_their_usual_share_again_afterwards() -> None:
    usual_s = sys.getswitchinterval()
    with LookAhead(Counted(2)) as ahead:
        assert sys.getswitchinterval() < usual_s
        list(ahead)
    assert sys.getswitchinterval() == usual_s


def test_what_follows_is_announced_before_its_turn_and_no_more_of_it() -> None:
    numbers = Counted(9)
    told: list[int] = []
    for number in announced(numbers, told.append):
        assert told == list(range(min(9, number + 1 + FRAMES_AHEAD)))
        assert numbers.begun - number <= FRAMES_IN_USE
    assert told == list(range(9))


@pytest.mark.parametrize("count", [0, 1, FRAMES_AHEAD, FRAMES_IN_USE])
def test_few_or_none_come_all_the_same(count: int) -> None:
    assert list(announced(Counted(count), lambda _: None)) == list(range(count))


def test_an_error_of_what_was_read_ahead_waits_for_its_turn() -> None:
    numbers = announced(Counted(9, fails_at=4), lambda _: None)
    assert [next(numbers) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(SourceError, match="torn"):
        next(numbers)
