"""Commands over a real broker: received, validated, answered, published."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hipdrive.config import Config
from hipdrive.control.command_handler import CommandHandler
from hipdrive.control.device_state import DeviceState
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.broker_limits import BrokerLimits
from hipdrive.hub.mqtt.control_traffic import ControlTraffic
from hipdrive.hub.mqtt.link import MqttLink
from hipdrive.hub.mqtt.received_message import ReceivedMessage
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt_control import MqttControl
from support.hub.command_client import ANSWER, ROOT, CommandClient
from support.hub.commands import IN_SESSION, TOPICS, mqtt_control, queued_commands
from support.hub.fake_broker import NOT_READ, WELCOME, fake_broker
from support.hub.frames import FAST, hub_config, until
from support.hub.outgoing import CLOCK, without_times
from support.hub.tcp_proxy import TcpProxy
from support.hub.users import USERS, password_file
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

FLOOD = 300
WITH_COMMANDS = f"""
user reader
topic readwrite #

user device
topic write {ROOT}/#
topic read {ROOT}/command/#
"""


@contextmanager
def device(port: int, state: DeviceState = IN_SESSION, **hub: Any) -> Iterator[CommandHandler]:  # noqa: ANN401
    """The link of a device, as `run` has it, without the loop."""
    config = Config(hub=hub_config(port, **hub))
    commands = CommandHandler(config)
    commands.set_state(state)
    topics = Topics(config.hub.site, config.hub.device)
    link = MqttLink(config.hub, control=MqttControl(config, topics, commands, CLOCK), backoff=FAST)
    try:
        yield commands
    finally:
        link.close(1.0)


def states(listener: Listener) -> list[dict[str, Any]]:
    return [message.json for message in listener.on("/state")]


def wait_state(listener: Listener, **wanted: object) -> dict[str, Any]:
    """The first state with these values."""

    def found() -> list[dict[str, Any]]:
        return [m for m in states(listener) if all(m[k] == v for k, v in wanted.items())]

    listener.wait_for(lambda _: found())
    return found()[0]


def test_a_command_is_received_and_answered(broker: Broker) -> None:
    with (
        Listener(broker.port) as listener,
        device(broker.port) as commands,
        CommandClient(broker.port) as call,
    ):
        wait_state(listener, commands_accepted=0)
        answer = call.command("mute", {"muted": True})
        assert without_times(answer) == {
            "schema": "hipdrive/answer/1",
            "accepted": True,
            "reason": None,
            "explanation": None,
        }
        assert queued_commands(commands) == [{"muted": True}]
        assert call.command("mute", {"muted": 7})["reason"] == "wrong_content"
        wait_state(listener, commands_accepted=1, commands_refused=1, last_refusal="wrong_content")


def test_the_state_that_the_loop_set_is_published(broker: Broker) -> None:
    with Listener(broker.port) as listener, device(broker.port) as commands:
        wait_state(listener, session=IN_SESSION.session)
        commands.set_state(DeviceState(muted=True))
        wait_state(listener, session=None, session_active=False, muted=True)


def test_a_command_retained_before_the_device_came_is_refused(broker: Broker) -> None:
    with Listener(broker.port) as listener, CommandClient(broker.port) as call:
        call.publish(f"{ROOT}/command/mute", b'{"muted":true}', retain=True)
        with device(broker.port) as commands:
            wait_state(listener, refusals={"retained": 1})
            assert queued_commands(commands) == []


def test_a_command_that_asks_to_be_retained_is_refused_while_the_device_listens(
    broker: Broker,
) -> None:
    with (
        Listener(broker.port) as listener,
        device(broker.port) as commands,
        CommandClient(broker.port) as call,
    ):
        wait_state(listener, commands_refused=0)
        assert call.command("mute", {"muted": True}, retain=True)["reason"] == "retained"
        assert queued_commands(commands) == []


def test_a_command_with_a_foreign_response_topic_is_refused(broker: Broker) -> None:
    elsewhere = "hipdrive/home/other/command/mute"
    with (
        Listener(broker.port) as listener,
        device(broker.port) as commands,
        CommandClient(broker.port) as call,
    ):
        wait_state(listener, commands_refused=0)
        call.publish(f"{ROOT}/command/mute", b'{"muted":true}', reply_to=elsewhere)
        wait_state(listener, refusals={"reply_to": 1})
        assert queued_commands(commands) == []
        assert listener.on(elsewhere) == []


def test_a_flood_is_counted_to_the_last_and_the_device_stays_online(broker: Broker) -> None:
    with (
        Listener(broker.port) as listener,
        device(broker.port) as commands,
        CommandClient(broker.port) as call,
    ):
        wait_state(listener, commands_refused=0)
        for number in range(FLOOD):
            call.publish(f"{ROOT}/command/mute", b"x" * (number % 300 * 40))
        wait_state(listener, commands_refused=FLOOD)
        assert queued_commands(commands) == []
        assert call.command("mute", {"muted": True})["accepted"] is True
        assert [m.payload for m in listener.on("/availability")] == [b"online"]


def test_what_is_larger_than_any_packet_of_ours_does_not_reach_the_device(broker: Broker) -> None:
    with Listener(broker.port) as listener, device(broker.port), CommandClient(broker.port) as call:
        wait_state(listener, commands_refused=0)
        call.publish(f"{ROOT}/command/mute", bytes(10_000_000))
        assert call.command("mute", {"muted": True})["accepted"] is True
        assert [m.payload for m in listener.on("/availability")] == [b"online"]
        assert wait_state(listener, commands_accepted=1)["commands_refused"] == 0


def test_the_device_is_announced_on_every_connection_and_at_home_assistants_birth(
    broker: Broker,
) -> None:
    discovery = "/device/hipdrive_home_AT_treadmill/config"
    with (
        TcpProxy(broker.port) as proxy,
        Listener(broker.port) as listener,
        CommandClient(broker.port) as home,
        device(proxy.port),
    ):
        discovered = listener.wait_count(discovery, 1)
        listener.wait_count("/state", 1)
        home.publish("homeassistant/status", b"online")
        listener.wait_count(discovery, 2)
        listener.wait_count("/state", 2)
        home.publish("homeassistant/status", b"offline")
        proxy.block()
        proxy.unblock()
        listener.wait_count(discovery, 3)
        listener.wait_count("/state", 3)
    assert {m.payload for m in listener.on(discovery)} == {discovered[0].payload}
    before = [m.payload for m in listener.on("/availability")]
    assert before[:2] == [b"online", b"online"]
    with Listener(broker.port) as late:
        [kept] = late.wait_count(discovery, 1)
        assert kept.retained


def test_a_retained_birth_leads_to_one_more_announcement(broker: Broker) -> None:
    with Listener(broker.port) as listener, CommandClient(broker.port) as home:
        home.publish("homeassistant/status", b"online", retain=True)
        with device(broker.port):
            listener.wait_count("/config", 2)
            assert home.command("mute", {"muted": True})["accepted"] is True
    assert len(listener.on("/config")) == 2


class BirthFlood:
    """A connection with births without end, on which nothing is acknowledged."""

    refused_subscription = None
    congested = False
    limits = BrokerLimits()

    def __init__(self) -> None:
        self.topics: list[str] = []

    def received(self) -> list[ReceivedMessage]:
        return [ReceivedMessage("homeassistant/status", b"online")] * 3000

    def subscribe(self, topics: object, *, as_published: bool) -> None:
        """Nobody is asked."""

    def publish(self, message: MqttMessage, _correlation: bytes | None = None) -> int:
        self.topics.append(message.topic)
        return len(self.topics)


def test_a_flood_of_births_becomes_no_flood_of_announcements() -> None:
    online = MqttMessage(TOPICS.availability, b"online")
    connection: Any = BirthFlood()
    traffic = ControlTraffic(online, mqtt_control())
    for _ in range(10):
        traffic.handle(connection, closing=False)
    assert [topic.rpartition("/")[2] for topic in connection.topics] == [
        "availability",
        "config",
        "state",
    ]


def test_a_broker_that_refuses_discovery_costs_one_warning_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        Broker(tmp_path, USERS, WITH_COMMANDS) as broker,
        Listener(broker.port, "#", "reader", "read") as listener,
    ):
        file = password_file(tmp_path, "right")
        with device(broker.port, username="device", password_file=file):
            listener.wait_count("/state", 1)
            broker.wait_log("Denied PUBLISH")
    [line] = [r.getMessage() for r in caplog.records]
    assert "homeassistant/device/hipdrive_home_AT_treadmill/config" in line
    assert "hub.discovery_prefix" in line


def test_a_broker_that_lets_no_commands_be_read_costs_one_warning_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with fake_broker(WELCOME + NOT_READ) as port, device(port):
        until(lambda: caplog.records)
    [line] = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert f"no commands are heard: the broker at 127.0.0.1:{port} lets this client read" in line


def test_a_device_may_answer_below_its_own_topic_only(broker: Broker) -> None:
    assert ANSWER.startswith(f"{TOPICS.answer}/")
    with Listener(broker.port) as listener, device(broker.port), CommandClient(broker.port) as call:
        wait_state(listener, commands_refused=0)
        call.command("mute", {"muted": True})
    answer = listener.on("/answer/caller")[0]
    assert (answer.topic, answer.retained) == (ANSWER, False)
    assert json.loads(answer.payload)["accepted"] is True
