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
    delivery = Delivery(2)
    delivery.sender.step()
    delivery.sender.step()
    assert delivery.sent == [0]
    assert not delivery.sender.done


def test_the_next_is_sent_when_the_first_is_acknowledged() -> None:
    delivery = Delivery(2)
    delivery.sender.step()
    assert delivery.sender.acknowledge(11, accepted=True)
    delivery.sender.step()
    assert delivery.sent == [0, 1]
    assert len(delivery.backlog) == 1


def test_an_answer_to_something_else_is_not_taken_for_ours() -> None:
    delivery = Delivery(2)
    delivery.sender.step()
    assert not delivery.sender.acknowledge(99, accepted=True)
    delivery.sender.step()
    assert delivery.sent == [0]


def test_a_refused_message_stays_and_is_tried_again_ever_more_rarely() -> None:
    delivery = Delivery(1)
    waits = []
    for _ in range(4):
        delivery.sender.step()
        delivery.sender.acknowledge(10 + len(delivery.sent), accepted=False)
        waits.append(delivery.sender.pause_s)
        delivery.sender.step()
        delivery.now_s += delivery.sender.pause_s
    assert delivery.sent == [0] * 4
    assert waits == [1.0, 2.0, 3.0, 3.0]
    assert len(delivery.backlog) == 1


def test_a_refused_stride_is_dropped_and_holds_up_nothing() -> None:
    delivery = Delivery(2, Priority.MEMORY_ONLY)
    delivery.backlog.put(
        OutgoingMessage("topic", {"schema": "test/1", "number": 7}, Stamp(0, 0), Priority.END)
    )
    delivery.sender.step()
    delivery.sender.acknowledge(11, accepted=False)
    delivery.sender.step()
    delivery.sender.acknowledge(12, accepted=True)
    delivery.sender.step()
    assert delivery.sent == [0, 1, 7]
    assert delivery.backlog.depth.refused == 1


def test_done_when_all_is_delivered_or_the_broker_refuses() -> None:
    assert Delivery(0).sender.done
    delivery = Delivery(1)
    assert not delivery.sender.done
    delivery.sender.step()
    delivery.sender.acknowledge(11, accepted=False)
    assert delivery.sender.done


def test_success_ends_the_waiting() -> None:
    delivery = Delivery(2)
    delivery.sender.step()
    delivery.sender.acknowledge(11, accepted=False)
    delivery.now_s += 1.0
    delivery.sender.step()
    delivery.sender.acknowledge(12, accepted=True)
    delivery.sender.step()
    assert delivery.sent == [0, 0, 1]


def test_silence_is_the_time_since_the_message_in_flight() -> None:
    delivery = Delivery(2)
    delivery.now_s += 5.0
    assert delivery.sender.silence_s == 0.0
    delivery.sender.step()
    delivery.now_s += 7.0
    assert delivery.sender.silence_s == 7.0
    delivery.sender.acknowledge(11, accepted=True)
    assert delivery.sender.silence_s == 0.0
