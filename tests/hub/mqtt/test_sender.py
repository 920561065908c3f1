from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hipdrive.hub.messages.clock import Clock, Stamp
from hipdrive.hub.messages.outgoing import OutgoingMessage, Priority
from hipdrive.hub.mqtt.backoff import Backoff
from hipdrive.hub.mqtt.sender import Sender
from hipdrive.hub.outbox.backlog import Backlog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.hub.messages.outgoing import MqttMessage


OPEN: list[Backlog] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


class Delivery:
    """Keeps what is published, and numbers it; the clock is the test's."""

    def __init__(self, count: int, priority: Priority = Priority.WINDOW) -> None:
        self.sent: list[int] = []
        self.now_s = 100.0
        self.backlog = Backlog(None, Clock())
        OPEN.append(self.backlog)
        for number in range(count):
            self.backlog.put(
                OutgoingMessage(
                    "topic", {"schema": "test/1", "number": number}, Stamp(0, 0), priority
                )
            )
        self.sender = Sender(self.publish, self.backlog, Backoff(1.0, 3.0), lambda: self.now_s)

    def publish(self, message: MqttMessage) -> int:
        self.sent.append(json.loads(message.payload)["number"])
        return 10 + len(self.sent)


def test_one_message_in_flight() -> None:
    line = Delivery(2)
    line.sender.step()
    line.sender.step()
    assert line.sent == [0]
    assert not line.sender.done


def test_the_next_goes_when_the_broker_has_the_first() -> None:
    line = Delivery(2)
    line.sender.step()
    assert line.sender.acknowledge(11, accepted=True)
    line.sender.step()
    assert line.sent == [0, 1]
    assert len(line.backlog) == 1


def test_an_answer_to_something_else_is_not_taken_for_ours() -> None:
    line = Delivery(2)
    line.sender.step()
    assert not line.sender.acknowledge(99, accepted=True)
    line.sender.step()
    assert line.sent == [0]


def test_a_refused_message_stays_and_is_tried_again_ever_more_rarely() -> None:
    line = Delivery(1)
    waits = []
    for _ in range(4):
        line.sender.step()
        line.sender.acknowledge(10 + len(line.sent), accepted=False)
        waits.append(line.sender.pause_s)
        line.sender.step()
        line.now_s += line.sender.pause_s
    assert line.sent == [0] * 4
    assert waits == [1.0, 2.0, 3.0, 3.0]
    assert len(line.backlog) == 1


def test_a_refused_stride_goes_and_nothing_waits_for_it() -> None:
    line = Delivery(2, Priority.MEMORY_ONLY)
    line.backlog.put(
        OutgoingMessage("topic", {"schema": "test/1", "number": 7}, Stamp(0, 0), Priority.END)
    )
    line.sender.step()
    line.sender.acknowledge(11, accepted=False)
    line.sender.step()
    line.sender.acknowledge(12, accepted=True)
    line.sender.step()
    assert line.sent == [0, 1, 7]
    assert line.backlog.depth.refused == 1


def test_done_when_all_is_delivered_or_the_broker_refuses() -> None:
    assert Delivery(0).sender.done
    line = Delivery(1)
    assert not line.sender.done
    line.sender.step()
    line.sender.acknowledge(11, accepted=False)
    assert line.sender.done


def test_success_ends_the_waiting() -> None:
    line = Delivery(2)
    line.sender.step()
    line.sender.acknowledge(11, accepted=False)
    line.now_s += 1.0
    line.sender.step()
    line.sender.acknowledge(12, accepted=True)
    line.sender.step()
    assert line.sent == [0, 0, 1]


def test_silence_is_the_time_since_the_message_in_flight() -> None:
    line = Delivery(2)
    line.now_s += 5.0
    assert line.sender.silence_s == 0.0
    line.sender.step()
    line.now_s += 7.0
    assert line.sender.silence_s == 7.0
    line.sender.acknowledge(11, accepted=True)
    assert line.sender.silence_s == 0.0
