from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hipdrive.hub.messages.clock import Clock, Stamp
from hipdrive.hub.messages.message import OutgoingMessage, Worth
from hipdrive.hub.mqtt.retry import Backoff
from hipdrive.hub.mqtt.sender import Sender
from hipdrive.hub.outbox.backlog import Backlog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.hub.messages.message import Message


OPEN: list[Backlog] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


class Line:
    """Keeps what is published, and numbers it; the clock is the test's."""

    def __init__(self, count: int, worth: Worth = Worth.WINDOW) -> None:
        self.sent: list[int] = []
        self.now_s = 100.0
        self.waiting = Backlog(None, Clock())
        OPEN.append(self.waiting)
        for number in range(count):
            self.waiting.put(
                OutgoingMessage("topic", {"schema": "test/1", "number": number}, Stamp(0, 0), worth)
            )
        self.sender = Sender(self.publish, self.waiting, Backoff(1.0, 3.0), lambda: self.now_s)

    def publish(self, message: Message) -> int:
        self.sent.append(json.loads(message.payload)["number"])
        return 10 + len(self.sent)


def test_one_message_in_flight() -> None:
    line = Line(2)
    line.sender.step()
    line.sender.step()
    assert line.sent == [0]
    assert not line.sender.done


def test_the_next_goes_when_the_broker_has_the_first() -> None:
    line = Line(2)
    line.sender.step()
    assert line.sender.settle(11, taken=True)
    line.sender.step()
    assert line.sent == [0, 1]
    assert len(line.waiting) == 1


def test_an_answer_to_something_else_is_not_taken_for_ours() -> None:
    line = Line(2)
    line.sender.step()
    assert not line.sender.settle(99, taken=True)
    line.sender.step()
    assert line.sent == [0]


def test_a_refused_message_stays_and_is_tried_again_ever_more_rarely() -> None:
    line = Line(1)
    waits = []
    for _ in range(4):
        line.sender.step()
        line.sender.settle(10 + len(line.sent), taken=False)
        waits.append(line.sender.pause_s)
        line.sender.step()
        line.now_s += line.sender.pause_s
    assert line.sent == [0] * 4
    assert waits == [1.0, 2.0, 3.0, 3.0]
    assert len(line.waiting) == 1


def test_a_refused_stride_goes_and_nothing_waits_for_it() -> None:
    line = Line(2, Worth.FLEETING)
    line.waiting.put(
        OutgoingMessage("topic", {"schema": "test/1", "number": 7}, Stamp(0, 0), Worth.END)
    )
    line.sender.step()
    line.sender.settle(11, taken=False)
    line.sender.step()
    line.sender.settle(12, taken=True)
    line.sender.step()
    assert line.sent == [0, 1, 7]
    assert line.waiting.depth.refused == 1


def test_done_when_all_is_delivered_or_the_broker_refuses() -> None:
    assert Line(0).sender.done
    line = Line(1)
    assert not line.sender.done
    line.sender.step()
    line.sender.settle(11, taken=False)
    assert line.sender.done


def test_success_ends_the_waiting() -> None:
    line = Line(2)
    line.sender.step()
    line.sender.settle(11, taken=False)
    line.now_s += 1.0
    line.sender.step()
    line.sender.settle(12, taken=True)
    line.sender.step()
    assert line.sent == [0, 0, 1]


def test_silence_is_the_time_since_the_message_in_flight() -> None:
    line = Line(2)
    line.now_s += 5.0
    assert line.sender.silence_s == 0.0
    line.sender.step()
    line.now_s += 7.0
    assert line.sender.silence_s == 7.0
    line.sender.settle(11, taken=True)
    assert line.sender.silence_s == 0.0
