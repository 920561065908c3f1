"""A broker that is away, comes and goes, or refuses: what the device's condition is then."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.health.machine import Machine
from hipdrive.health.monitor import HealthMonitor
from hipdrive.hub.mqtt import broker_condition
from hipdrive.hub.mqtt.broker_condition import AWAY_S, SETTLED_S, BrokerCondition
from hipdrive.hub.mqtt.link import MqttLink
from support.hub.frames import FAST, hub_config, until
from support.hub.users import ALL, NO_SUMMARIES, USERS, password_file
from support.mosquitto import Broker, Listener, free_port

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class Watched:
    """A condition with a clock of the test's."""

    def __init__(self) -> None:
        self.parts = DegradedParts()
        self.now_s = 1000.0
        self.condition = BrokerCondition(self.parts, lambda: self.now_s)

    def connected_for(self, seconds: float) -> None:
        self.condition.connected()
        self.now_s += seconds
        self.condition.serving()

    @property
    def reasons(self) -> list[str]:
        assert all(each.part is DevicePart.BROKER for each in self.parts.now)
        return [each.reason for each in self.parts.now]


def test_a_broker_that_starts_again_is_no_fault() -> None:
    watched = Watched()
    watched.connected_for(SETTLED_S)
    for _ in range(3):
        watched.condition.ended("it has gone")
        watched.now_s += AWAY_S / 4
    assert not watched.parts.ever


def test_a_broker_that_stays_away_is_one_until_it_is_back() -> None:
    watched = Watched()
    watched.condition.ended("nothing listens")
    watched.now_s += AWAY_S
    watched.condition.ended("nothing listens")
    assert watched.reasons == ["nothing listens"]
    watched.connected_for(SETTLED_S)
    assert watched.reasons == []
    assert watched.parts.warnings == ["nothing listens"]


def test_connections_that_end_over_and_over_are_no_broker() -> None:
    """As those of two devices with one name."""
    watched = Watched()
    watched.connected_for(SETTLED_S)
    for _ in range(10):
        watched.condition.ended("another client has taken the name")
        watched.connected_for(SETTLED_S / 5)
    assert watched.reasons == ["another client has taken the name"]


def test_what_is_refused_is_a_fault_until_it_is_taken() -> None:
    watched = Watched()
    watched.connected_for(SETTLED_S)
    watched.condition.refused("summary", "too large")
    watched.condition.refused("stride", "not allowed")
    watched.condition.taken("live")
    watched.condition.taken("summary")
    assert watched.reasons == ["not allowed"]
    watched.condition.taken("stride")
    assert watched.reasons == []


def device(folder: Path, broker: Broker, parts: DegradedParts) -> MqttLink:
    password = password_file(folder, "right")
    config = hub_config(broker.port, username="device", password_file=password)
    return MqttLink(config, health=HealthMonitor(Machine(folder), parts), backoff=FAST)


def test_a_broker_that_refuses_is_in_health_and_summary_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    parts = DegradedParts()
    with (
        Broker(tmp_path, USERS, NO_SUMMARIES) as broker,
        Listener(broker.port, "#", "reader", "read") as listener,
        device(tmp_path, broker, parts) as link,
    ):
        link.publish(link.topics.summary, {"schema": "x/1"})
        listener.wait_for(
            lambda all_: any(b'"broker"' in m.payload for m in all_ if m.topic.endswith("/health"))
        )
        lines = [r.getMessage() for r in caplog.records if "refuses what" in r.getMessage()]
        assert len(lines) == 1
        assert "refuses what is published to" in parts.warnings[0]
        broker.allow(ALL)
        broker.reload()
        link.publish(link.topics.summary, {"schema": "x/1"})
        until(lambda: not parts.now)
    assert parts.ever


def test_a_broker_that_is_away_is_in_the_devices_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(broker_condition, "AWAY_S", 0.0)
    monkeypatch.setattr(broker_condition, "SETTLED_S", 0.0)
    caplog.set_level(logging.ERROR)
    parts, port = DegradedParts(), free_port()
    health = HealthMonitor(Machine(tmp_path), parts)
    with closing(MqttLink(hub_config(port), health=health, backoff=FAST)):
        until(lambda: parts.now)
    (found,) = parts.now
    assert found.part is DevicePart.BROKER
    assert "nothing listens at" in found.reason
    assert not caplog.records, "the link has said it"
