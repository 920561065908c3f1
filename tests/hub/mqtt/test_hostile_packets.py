"""Ten thousand packets as no broker should send them: no traceback, nothing done."""

from __future__ import annotations

import random
import socket
from typing import TYPE_CHECKING, Any

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.client import MAX_PACKET_BYTES
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.control_traffic import ControlTraffic
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from hipdrive.hub.watch import LineView
from support.hub.commands import TOPICS, mqtt_control, queued_commands
from support.hub.fake_broker import NOT_READ, TAKEN, TAKEN_OVER, WELCOME
from support.hub.frames import hub_config

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 10_000
ENOUGH_POLLS = 50


def length(value: int) -> bytes:
    """MQTT 5, 1.5.5."""
    data = bytearray()
    while True:
        data.append(value % 128 | 128 * (value > 127))
        value //= 128
        if not value:
            return bytes(data)


def text(value: str) -> bytes:
    return len(value.encode()).to_bytes(2, "big") + value.encode()


def publish(topic: str, payload: bytes, qos: int = 0, properties: bytes = b"\0") -> bytes:
    rest = text(topic) + b"\0\7" * (qos > 0) + properties + payload
    return bytes([0x30 | qos << 1]) + length(len(rest)) + rest


def connack() -> bytes:
    properties = Properties(PacketTypes.CONNACK)  # type: ignore[no-untyped-call]
    properties.MaximumPacketSize = 2048
    properties.MaximumQoS = 1
    properties.RetainAvailable = 0
    properties.ReceiveMaximum = 3
    properties.ServerKeepAlive = 20
    properties.AssignedClientIdentifier = "x"
    packed: bytes = properties.pack()  # type: ignore[no-untyped-call]
    return bytes([0x20]) + length(2 + len(packed)) + b"\0\0" + packed


REPLY = bytes([3]) + text(f"{TOPICS.answer}/a")
MUTE = f"{TOPICS.command}/mute"
GOOD = [
    publish(MUTE, b'{"muted":true}', 1, length(len(REPLY)) + REPLY),
    publish(MUTE, b"[" * 1000 + b"]" * 1000),
    publish(MUTE, b'{"muted":' + b"[" * 1000, 2),
    publish("homeassistant/status", b"online"),
    publish("", b"x", 1, bytes([3, 35, 0, 1])),
    connack(),
    TAKEN,
    NOT_READ,
    TAKEN_OVER,
    bytes([0xD0, 0]),
    bytes([0xE0, 0]),
    bytes([0x62, 2, 0, 7]),
    bytes([0x50, 2, 0, 1]),
    bytes([0x70, 2, 0, 1]),
    bytes([0xB0, 4, 0, 1, 0, 0]),
    bytes([0xF0, 2, 0x18, 0]),
    bytes([0x30, 0xFF, 0xFF, 0xFF, 0x7F]),
    bytes([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
]


def hostile(rng: random.Random) -> bytes:
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(1, 60))
    packets = bytearray(b"".join(rng.choices(GOOD, k=rng.randrange(1, 4))))
    for _ in range(rng.randrange(0, 4)):
        at = rng.randrange(len(packets))
        change = rng.randrange(4)
        if change == 0:
            packets[at] ^= 1 << rng.randrange(8)
        elif change == 1:
            packets[at] = rng.choice([0, 1, 0x7F, 0x80, 0xFF])
        elif change == 2:
            packets[at:at] = rng.randbytes(rng.randrange(1, 4))
        elif len(packets) > 4:
            del packets[at : at + rng.randrange(1, 4)]
    return bytes(packets) or b"\0"


@pytest.fixture
def wake() -> Iterator[WakePipe]:
    pipe = WakePipe()
    yield pipe
    pipe.close()


def exchanged(
    sent: bytes, wake: WakePipe, monkeypatch: pytest.MonkeyPatch
) -> tuple[str | None, list[dict[str, Any]]]:
    """A connection to a broker that has sent these bytes and hung up: its end, the commands."""
    ours, theirs = socket.socketpair()
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: ours)
    theirs.sendall(sent)
    theirs.shutdown(socket.SHUT_WR)
    traffic = ControlTraffic(MqttMessage(TOPICS.availability, b"online"), control := mqtt_control())
    connection = Connection(login(hub_config(1883)), wake, None, traffic.admit)
    view = LineView(lambda line: None if line.isprintable() else pytest.fail(line))
    try:
        connection.open(5.0)
        if connection.problem is None:
            traffic.begin(connection)
        for _ in range(ENOUGH_POLLS):
            for message in list(connection._received):
                assert len(message.payload) <= MAX_PACKET_BYTES
                view.show(message)
            traffic.handle(connection, closing=False)
            for ack in connection.acks():
                traffic.acknowledge(ack)
            if connection.problem is not None:
                break
            connection.poll(0.0)
    finally:
        connection.close()
        theirs.close()
        ours.close()
    return connection.problem, queued_commands(control.commands)


@pytest.mark.long
def test_ten_thousand_hostile_packets_end_a_connection_and_nothing_else(
    wake: WakePipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(20260317)
    for _ in range(COUNT):
        welcome = WELCOME if rng.random() < 0.8 else b""
        problem, commands = exchanged(welcome + hostile(rng), wake, monkeypatch)
        assert all(command == {"muted": True} for command in commands)
        assert problem is not None
        assert problem.isprintable()
        assert len(problem) < 400


def test_a_good_packet_among_them_is_followed(
    wake: WakePipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem, commands = exchanged(WELCOME + GOOD[0], wake, monkeypatch)
    assert commands == [{"muted": True}]
    assert "has gone" in str(problem)
