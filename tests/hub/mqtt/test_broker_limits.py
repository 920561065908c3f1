"""Real brokers with less than MQTT 5 can do: what can be delivered is, and the rest is said."""

from __future__ import annotations

import json
import logging
import tracemalloc
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.hub.messages.outgoing import MqttMessage, Priority
from hipdrive.hub.mqtt.broker_limits import BrokerLimits, publish_bytes
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.link import MqttLink
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.hub.commands import TOPICS, mqtt_control
from support.hub.fake_broker import WELCOME, fake_broker
from support.hub.frames import FAST, hub_config, until
from support.mosquitto import PATIENCE_S, Broker, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE = "x" * 3_000
SMALL_PACKETS = "max_packet_size 2048"
SMALL_PAYLOADS = "message_size_limit 2048"
NO_RETAINED = "retain_available false"


@pytest.fixture
def limited(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Broker]:
    with Broker(tmp_path, listener=[request.param]) as broker:
        yield broker


def link_to(broker: Broker, folder: Path) -> MqttLink:
    return MqttLink(hub_config(broker.port), folder / "outbox.sqlite", backoff=FAST)


def summary(link: MqttLink, number: int, padding: str = "") -> None:
    body = {"schema": "hipdrive/summary/2", "number": number, "padding": padding}
    link.publish(link.topics.summary, body, Priority.END, retain=True)


def numbers(listener: Listener) -> list[int]:
    return [m.json["number"] for m in listener.on("/summary")]


def said(caplog: pytest.LogCaptureFixture, text: str) -> int:
    lines = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    return sum(text in line for line in lines)


def set_aside(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "outbox.set-aside.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("limited", [SMALL_PACKETS, SMALL_PAYLOADS], indirect=True)
def test_what_is_too_large_for_the_broker_is_set_aside_and_what_follows_is_delivered(
    limited: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Listener(limited.port) as listener:
        with link_to(limited, tmp_path) as link:
            for number in (1, 3, 5):
                summary(link, number, LARGE)
                summary(link, number + 1)
            listener.wait_count("/summary", 3)
            until(lambda: link.depth.total == 0)
        assert numbers(listener) == [2, 4, 6]
        assert link.depth.set_aside == link.dropped == 3
    kept = set_aside(tmp_path)
    assert [each["message"]["number"] for each in kept] == [1, 3, 5]
    assert kept[0]["topic"] == "hipdrive/home/treadmill/summary"
    assert kept[0]["message"]["padding"] == LARGE
    assert kept[0]["message"]["seq"] == 1
    assert (tmp_path / "outbox.set-aside.jsonl").stat().st_mode & 0o777 == 0o600
    assert said(caplog, "never takes what is published to hipdrive/home/treadmill/summary") == 1
    assert said(caplog, "outbox.set-aside.jsonl") == 1


@pytest.mark.parametrize("limited", [SMALL_PACKETS], indirect=True)
def test_a_message_as_large_as_the_broker_takes_arrives(limited: Broker, tmp_path: Path) -> None:
    with Listener(limited.port) as listener, link_to(limited, tmp_path):
        listener.wait_count("/availability", 1)
        wake = WakePipe()
        with closing(Connection(login(hub_config(limited.port, device="other")), wake)) as other:
            other.open(PATIENCE_S)
            assert other.limits.packet_bytes == 2048
            # Fixed header 1 + 2, topic 2 + 3, number 2, no properties 1.
            fits, too_large = (MqttMessage("a/b", b"x" * (2048 - 11 + more)) for more in (0, 1))
            assert publish_bytes(fits) == 2048
            sent = [other.publish(each) for each in (too_large, fits)]
            acks: dict[int, bool] = {}

            def answered() -> bool:
                acks.update({ack.number: ack.refusal is None for ack in other.acks()})
                return len(acks) == 2

            assert other.wait_for(answered, PATIENCE_S)
            assert acks == dict(zip(sent, [False, True], strict=True))
        wake.close()
        assert [len(m.payload) for m in listener.wait_count("a/b", 1)] == [2048 - 11]


@pytest.mark.parametrize("limited", [NO_RETAINED], indirect=True)
def test_a_broker_that_retains_nothing_gets_everything_unretained(
    limited: Broker, tmp_path: Path
) -> None:
    with Listener(limited.port) as listener:
        with link_to(limited, tmp_path) as link:
            summary(link, 1)
            listener.wait_count("/summary", 1)
        listener.wait_count("/availability", 2)
        assert [m.payload for m in listener.on("/availability")] == [b"online", b"offline"]


@pytest.mark.parametrize("limited", [NO_RETAINED], indirect=True)
def test_its_will_is_published_there_too(limited: Broker, tmp_path: Path) -> None:
    with Listener(limited.port) as listener, link_to(limited, tmp_path) as link:
        listener.wait_count("/availability", 1)
        with link_to(limited, tmp_path / "second"):
            # The name is taken over, so the first one's will is published.
            listener.wait_for(lambda all_: any(m.payload == b"offline" for m in all_))
        assert link is not None


@pytest.mark.parametrize("limited", ["max_qos 0"], indirect=True)
def test_a_broker_with_qos_0_alone_gets_everything_at_that(limited: Broker, tmp_path: Path) -> None:
    with Listener(limited.port, qos=0) as listener:
        with link_to(limited, tmp_path) as link:
            for number in range(5):
                summary(link, number)
            until(lambda: link.depth.total == 0)
        listener.wait_count("/summary", 5)
        listener.wait_count("/availability", 2)
        assert numbers(listener) == [0, 1, 2, 3, 4]
        assert link.dropped == 0


@pytest.mark.parametrize("limited", ["max_inflight_messages 1"], indirect=True)
def test_no_more_are_in_flight_than_the_broker_takes(limited: Broker) -> None:
    wake = WakePipe()
    with (
        Listener(limited.port) as listener,
        closing(Connection(login(hub_config(limited.port)), wake)) as connection,
    ):
        connection.open(PATIENCE_S)
        assert connection.limits.most_in_flight == 1
        sent = [connection.publish(MqttMessage("a/b", b"%d" % n)) for n in range(20)]
        answered: list[int] = []

        def all_answered() -> bool:
            answered.extend(ack.number for ack in connection.acks())
            assert connection.publications.in_flight <= 1
            return len(answered) == len(sent)

        assert connection.wait_for(all_answered, PATIENCE_S), connection.problem
        assert answered == sent
        assert [int(m.payload) for m in listener.wait_count("a/b", 20)] == list(range(20))
    wake.close()


@pytest.mark.parametrize("limited", ["max_keepalive 10"], indirect=True)
def test_the_brokers_keep_alive_is_kept(limited: Broker) -> None:
    wake = WakePipe()
    with closing(Connection(login(hub_config(limited.port)), wake)) as connection:
        connection.open(PATIENCE_S)
        assert connection._client.keepalive == 10
    wake.close()


def test_limits_that_are_not_named_are_those_of_mqtt() -> None:
    assert BrokerLimits.of(object()) == BrokerLimits()
    assert BrokerLimits.of(None) == BrokerLimits(shared=False)


@pytest.mark.parametrize(("payload", "size"), [(0, 10), (119, 129), (120, 131), (16_000, 16_011)])
def test_the_size_of_a_packet(payload: int, size: int) -> None:
    """By hand: 1 + length of the length + 2 + 3 of the topic + 2 of the number + 1 + payload."""
    assert publish_bytes(MqttMessage("a/b", bytes(payload))) == size


def test_correlation_data_count() -> None:
    bare = MqttMessage("a/b", b"x", qos=0)
    assert publish_bytes(bare, b"12345") - publish_bytes(bare) == 1 + 2 + 5


NO_WILDCARDS = bytes([0x20, 5, 0, 0, 2, 40, 0])
"""CONNACK of MQTT 5 with "wildcard subscription available" (40) = 0."""


def test_a_broker_without_wildcards_is_asked_for_each_command() -> None:
    wake = WakePipe()
    with (
        fake_broker(NO_WILDCARDS) as port,
        closing(Connection(login(hub_config(port)), wake)) as connection,
    ):
        connection.open(PATIENCE_S)
        wildcards = connection.limits.wildcards
    wake.close()
    topics = mqtt_control().subscriptions(wildcards=wildcards)
    assert f"{TOPICS.command}/mute" in topics
    assert not any("#" in topic or "+" in topic for topic in topics)


HUGE = bytes([0x30]) + bytes([0x80 | 0x7F, 0x80 | 0x7F, 0x80 | 0x7F, 0x7F])
"""The header of a PUBLISH of 256 MiB, the largest that there is."""


def test_a_packet_larger_than_asked_for_ends_the_connection_before_it_is_in_memory() -> None:
    wake = WakePipe()
    with (
        fake_broker(WELCOME + HUGE + bytes(100_000)) as port,
        closing(Connection(login(hub_config(port)), wake)) as connection,
    ):
        connection.open(PATIENCE_S)
        tracemalloc.start()
        assert not connection.wait_for(lambda: False, PATIENCE_S)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    wake.close()
    assert "a packet of 268435455 bytes" in str(connection.problem)
    assert most < 4 << 20
