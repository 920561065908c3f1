from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hipdrive.hub.messages.clock import Clock, Stamp
from hipdrive.hub.messages.outgoing import OutgoingMessage, Priority
from hipdrive.hub.mqtt.ack import Ack
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


def accepted(number: int) -> Ack:
    return Ack(number, "topic")


def refused(number: int, most_tries: int | None = None) -> Ack:
    return Ack(number, "topic", "Not authorized", most_tries)


def test_one_message_in_flight() -> None:
    delivery = Delivery(2)
    delivery.sender.step()
    delivery.sender.step()
    assert delivery.sent == [0]
    assert not delivery.sender.done


def test_the_next_is_sent_when_the_first_is_acknowledged() -> None:
    delivery = Delivery(2)
    delivery.sender.step()
    assert delivery.sender.acknowledge(accepted(11))
    delivery.sender.step()
    assert delivery.sent == [0, 1]
    assert len(delivery.backlog) == 1


def test_an_answer_to_something_else_is_not_taken_for_ours() -> None:
    delivery = Delivery(2)
    delivery.sender.step()
    assert not delivery.sender.acknowledge(accepted(99))
    delivery.sender.step()
    assert delivery.sent == [0]


def test_a_refused_message_stays_and_is_tried_again_ever_more_rarely() -> None:
    delivery = Delivery(1)
    waits = []
    for _ in range(4):
        delivery.sender.step()
        delivery.sender.acknowledge(refused(10 + len(delivery.sent)))
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
    delivery.sender.acknowledge(refused(11))
    delivery.sender.step()
    delivery.sender.acknowledge(accepted(12))
    delivery.sender.step()
    assert delivery.sent == [0, 1, 7]
    assert delivery.backlog.depth.refused == 1


def test_done_when_all_is_delivered_or_the_broker_refuses() -> None:
    assert Delivery(0).sender.done
    delivery = Delivery(1)
    assert not delivery.sender.done
    delivery.sender.step()
    delivery.sender.acknowledge(refused(11))
    assert delivery.sender.done


def test_success_ends_the_waiting() -> None:
    delivery = Delivery(2)
    delivery.sender.step()
    delivery.sender.acknowledge(refused(11))
    delivery.now_s += 1.0
    delivery.sender.step()
    delivery.sender.acknowledge(accepted(12))
    delivery.sender.step()
    assert delivery.sent == [0, 0, 1]


def test_silence_is_the_time_since_the_message_in_flight() -> None:
    delivery = Delivery(2)
    delivery.now_s += 5.0
    assert delivery.sender.silence_s == 0.0
    delivery.sender.step()
    delivery.now_s += 7.0
    assert delivery.sender.silence_s == 7.0
    delivery.sender.acknowledge(accepted(11))
    assert delivery.sender.silence_s == 0.0


@pytest.mark.parametrize("tries", [1, 3])
def test_a_message_that_is_never_accepted_is_set_aside_and_the_next_goes(tries: int) -> None:
    delivery = Delivery(2)
    for _ in range(tries):
        delivery.sender.step()
        delivery.sender.acknowledge(refused(10 + len(delivery.sent), tries))
        delivery.now_s += delivery.sender.pause_s
    delivery.sender.step()
    delivery.sender.acknowledge(accepted(10 + len(delivery.sent)))
    assert delivery.sent == [0] * tries + [1]
    assert delivery.sender.done
    depth = delivery.backlog.depth
    assert (depth.set_aside, depth.refused, depth.total) == (1, 0, 0)
