"""More messages than anybody means to send: dropped at the reader, counted, and fled from."""

from __future__ import annotations

import logging
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from hipdrive.config import Config
from hipdrive.control.command_handler import CommandHandler
from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.mqtt.flood_gate import (
    AFTER_FLOOD,
    BURST,
    FIRST_DEAF_S,
    FLOOD,
    LONGEST_DEAF_S,
    PER_SECOND,
    FloodGate,
)
from hipdrive.hub.mqtt.link import MqttLink
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt_control import MqttControl
from support.hub import flooder
from support.hub.frames import FAST, hub_config, until
from support.hub.outgoing import CLOCK
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate(FloodGate):
    """With a clock of the test's."""

    def __init__(self) -> None:
        self.now_s = 100.0
        super().__init__(lambda: self.now_s)

    def admitted(self, count: int) -> int:
        return sum(self.admit() for _ in range(count))


def test_a_burst_passes_and_then_so_many_a_second() -> None:
    gate = Gate()
    assert gate.admitted(BURST + 50) == BURST
    gate.now_s += 2.0
    assert gate.admitted(1000) == 2 * PER_SECOND
    assert gate.take_dropped() == 50 + 1000 - 2 * PER_SECOND
    assert gate.take_dropped() == 0


def test_nobody_who_sends_less_is_ever_dropped() -> None:
    gate = Gate()
    for _ in range(10_000):
        gate.now_s += 1.0 / PER_SECOND
        assert gate.admit()


def test_a_flood_is_told_by_what_is_dropped_in_succession() -> None:
    gate = Gate()
    gate.admitted(BURST + FLOOD - 1)
    assert not gate.flooded
    gate.admit()
    assert gate.flooded


def test_a_flood_that_goes_on_is_seen_at_once() -> None:
    gate = Gate()
    gate.admitted(BURST + FLOOD)
    gate.stop_listening()
    gate.now_s += FIRST_DEAF_S
    assert gate.admitted(1000) == AFTER_FLOOD
    assert gate.flooded
    # Whoever sends little is heard as before.
    gate.now_s += BURST / PER_SECOND
    assert gate.admitted(1000) == BURST


def test_after_each_flood_the_device_is_deaf_for_longer_up_to_a_limit() -> None:
    gate = Gate()
    deaf_s = []
    for _ in range(5):
        gate.stop_listening()
        began_s = gate.now_s
        while gate.deaf:
            gate.now_s += 1.0
        deaf_s.append(gate.now_s - began_s)
    assert deaf_s == [10.0, 20.0, 40.0, LONGEST_DEAF_S, LONGEST_DEAF_S]
    gate.now_s += LONGEST_DEAF_S
    gate.stop_listening()
    gate.now_s += FIRST_DEAF_S
    assert not gate.deaf


@contextmanager
def flood(port: int, topic: str, payload: str) -> Iterator[None]:
    command = [sys.executable, flooder.__file__, str(port), topic, payload]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("hipdrive/home/treadmill/command/mute", '{"muted":true}'),
        ("hipdrive/home/treadmill/command/x/y", "x"),
        ("homeassistant/status", "online"),
    ],
)
def test_a_flood_is_counted_and_fled_from_and_everything_else_goes_on(
    broker: Broker, caplog: pytest.LogCaptureFixture, topic: str, payload: str
) -> None:
    config = Config(hub=hub_config(broker.port))
    commands = CommandHandler(config)
    control = MqttControl(config, Topics("home", "treadmill"), commands, CLOCK)
    with (
        Listener(broker.port, "hipdrive/home/treadmill/summary") as summaries,
        Listener(broker.port, "hipdrive/home/treadmill/availability") as availability,
        MqttLink(config.hub, control=control, backoff=FAST) as link,
    ):
        availability.wait_count("/availability", 1)
        with flood(broker.port, topic, payload):
            until(lambda: "a flood of commands" in caplog.text)
            # Once more connected: without its commands.
            until(lambda: link.online)
            before = commands.status.refused + commands.status.accepted
            for number in range(20):
                link.publish(link.topics.summary, {"schema": "x/1", "number": number}, Priority.END)
            summaries.wait_count("/summary", 20)
            after = commands.status.refused + commands.status.accepted
        assert after == before
        assert dict(commands.status.refusals)["too_many"] >= FLOOD  # type: ignore[index]
    assert [m.json["number"] for m in summaries.on("/summary")] == list(range(20))
    lines = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert sum("a flood of commands" in line for line in lines) == 1
