from __future__ import annotations

import pytest

from hipdrive.hub.backlog import Backlog, Message


def message(number: int) -> Message:
    return Message("topic", str(number).encode())


def filled(limit: int, count: int) -> Backlog:
    backlog = Backlog(limit)
    for number in range(count):
        backlog.put(message(number))
    return backlog


def drain(backlog: Backlog) -> list[Message]:
    messages = []
    while (entry := backlog.head()) is not None:
        messages.append(entry.message)
        backlog.drop(entry.number)
    return messages


def test_first_in_first_out() -> None:
    assert drain(filled(10, 3)) == [message(0), message(1), message(2)]


def test_the_head_stays_until_it_is_dropped() -> None:
    backlog = filled(10, 2)
    assert backlog.head() == backlog.head()
    assert len(backlog) == 2


def test_a_full_backlog_drops_its_oldest_and_counts_it() -> None:
    backlog = filled(3, 5)
    assert (len(backlog), backlog.dropped) == (3, 2)
    assert drain(backlog) == [message(2), message(3), message(4)]


def test_dropping_an_entry_that_overflow_took_spares_the_next() -> None:
    backlog = filled(2, 2)
    in_flight = backlog.head()
    assert in_flight is not None
    backlog.put(message(2))
    backlog.drop(in_flight.number)
    assert drain(backlog) == [message(1), message(2)]


def test_nothing_in_nothing_out() -> None:
    backlog = Backlog()
    backlog.drop(1)
    assert backlog.head() is None
    assert len(backlog) == 0


def test_a_backlog_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        Backlog(0)
