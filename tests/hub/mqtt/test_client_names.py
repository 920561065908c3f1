"""No two clients of any two devices have the same name at the broker."""

from __future__ import annotations

import re
import socket
from contextlib import closing, suppress
from itertools import product
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from hipdrive.hub.mqtt.broker_faults import disconnected
from hipdrive.hub.mqtt.client_names import ClientRole, client_id, short_client_id
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.hub.fake_broker import WELCOME
from support.hub.frames import hub_config
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ["a", "b", "a-b", "b-c", "tm", "tm-replay", "-", "_", "replay", "check", "a_b", "0"]
ID_REFUSED = bytes([0x20, 3, 0, 133, 0])
"""CONNACK of MQTT 5: the client identifier is not valid."""


def test_every_site_device_and_role_has_a_name_of_its_own() -> None:
    clients = list(product(PARTS, PARTS, ClientRole))
    full = {client_id(*each) for each in clients}
    short = {short_client_id(each) for each in full}
    assert len(full) == len(short) == len(clients)


def test_the_short_name_is_one_that_every_broker_takes() -> None:
    """MQTT 5, 3.1.3.1: 1 to 23 bytes, letters and digits."""
    short = short_client_id(client_id("a" * 200, "b" * 200, ClientRole.REPLAY))
    assert re.fullmatch("[0-9a-zA-Z]{1,22}", short)


def served(listener: socket.socket, answers: list[bytes], got: list[bytes]) -> Iterator[None]:
    for answer in answers:
        client, _ = listener.accept()
        with client:
            got.append(client.recv(4096))
            client.sendall(answer)
            with suppress(OSError):
                while client.recv(4096):
                    pass
        yield


def test_a_broker_that_takes_no_such_name_is_given_the_short_one() -> None:
    got: list[bytes] = []
    wake = WakePipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=lambda: list(served(listener, [ID_REFUSED, WELCOME], got)))
        thread.start()
        who = login(hub_config(listener.getsockname()[1]))
        with closing(Connection(who, wake)) as connection:
            connection.open(PATIENCE_S)
            assert connection.problem is None
        thread.join()
    wake.close()
    assert who.client_id.encode() in got[0]
    assert short_client_id(who.client_id).encode() in got[1]
    assert who.client_id.encode() not in got[1]


def test_a_broker_that_takes_no_name_at_all_is_asked_twice_and_no_more() -> None:
    got: list[bytes] = []
    wake = WakePipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=lambda: list(served(listener, [ID_REFUSED] * 2, got)))
        thread.start()
        connection = Connection(login(hub_config(listener.getsockname()[1])), wake)
        connection.open(PATIENCE_S)
        connection.close()
        thread.join()
    wake.close()
    assert "Client identifier not valid" in str(connection.problem)


@pytest.mark.parametrize(
    ("role", "advice"),
    [
        (ClientRole.DEVICE, "hub.site and hub.device"),
        (ClientRole.REPLAY, "--no-publish"),
        (ClientRole.CHECK, "another hipdrive hub check"),
        (ClientRole.WATCH, "another hipdrive hub watch"),
    ],
)
def test_the_advice_is_about_who_else_can_have_the_name(role: ClientRole, advice: str) -> None:
    assert advice in disconnected(None, login(hub_config(1883), role))
