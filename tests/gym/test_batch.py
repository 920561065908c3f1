from __future__ import annotations

import pytest

from hipdrive.gym.collector.batch import Batch
from hipdrive.hub.mqtt.received_message import ReceivedMessage
from support.gym.messages import decoder, payload, topic


def message(number: int) -> ReceivedMessage:
    return ReceivedMessage(topic("stride"), payload("stride", t_s=float(number)), number=number)


def test_a_message_that_comes_again_while_it_waits_is_acknowledged_once() -> None:
    """By then its number may be another's."""
    batch = Batch(decoder(), most_rows=10)
    for number in (7, 8, 7):
        batch.add(message(number), 0.0)
    assert [each.number for each in batch.messages] == [7, 8]
    assert len(batch.rows) == 2


@pytest.mark.parametrize("done", [Batch.clear, Batch.forget_connection])
def test_a_number_is_used_again_when_its_message_is_done_with(done: object) -> None:
    batch = Batch(decoder(), most_rows=10)
    batch.add(message(7), 0.0)
    assert callable(done)
    done(batch)
    batch.add(message(7), 0.0)
    assert [each.number for each in batch.messages] == [7]


def test_messages_without_a_number_are_all_taken() -> None:
    batch = Batch(decoder(), most_rows=10)
    batch.add(message(0), 0.0)
    batch.add(message(0), 0.0)
    assert len(batch.messages) == 2
