"""Several links to one broker, one after the other or at once."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.mqtt.link import MqttLink
from support.hub.frames import FAST, SESSION, first_result, hub_config, make_hub
from support.hub.hub_and_link import HubAndLink
from support.mosquitto import Broker, Listener, broker, free_port

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["broker"]
ROOT = "hipdrive/home/treadmill"


def test_a_replay_is_not_taken_for_the_device(broker: Broker) -> None:
    with Listener(broker.port, f"{ROOT}/#") as listener, make_hub(broker.port):
        listener.wait_count("/treadmill/availability", 1)
        config = hub_config(broker.port)
        with HubAndLink(config, SESSION, dict, backoff=FAST, replay=True) as replay:
            replay.on_frame(first_result())
            listener.wait_count("/replay/availability", 1)
        listener.wait_count("/replay/availability", 2)
        with Listener(broker.port, f"{ROOT}/availability") as late:
            [kept] = late.wait_count("/availability", 1)
        assert kept.payload == b"online"
        # The device has published no more than that.
        own = [m.topic for m in listener.messages if "/replay/" not in m.topic]
        assert own == [f"{ROOT}/availability"]
        assert listener.on("/replay/summary")


def test_queued_messages_are_published_under_the_present_name(
    broker: Broker, tmp_path: Path
) -> None:
    outbox = tmp_path / "outbox"
    with closing(MqttLink(hub_config(free_port(), device="old"), outbox, backoff=FAST)) as old:
        old.publish(old.topics.summary, {"schema": "test/1"}, Priority.END, retain=True)
    with (
        Listener(broker.port) as listener,
        closing(MqttLink(hub_config(broker.port, device="new"), outbox, backoff=FAST)),
    ):
        [summary] = listener.wait_count("/summary", 1)
    assert summary.topic == "hipdrive/home/new/summary"
