from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import paho.mqtt.publish
import pytest

from hipdrive.hub.local_broker import find_mosquitto, local_broker
from hipdrive.hub.topic_counter import TopicCounter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def program() -> str:
    found = find_mosquitto()
    if found is None:
        pytest.skip("mosquitto is not installed; on Debian: apt install mosquitto")
    return found


def test_the_broker_is_up_for_as_long_as_the_block(program: str) -> None:
    with local_broker(program) as port:
        assert port is not None
        with socket.create_connection(("127.0.0.1", port)):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_it_listens_on_this_machine_only(program: str) -> None:
    with local_broker(program) as port, socket.socket() as other:
        assert port is not None
        # The same port of another of this machine's addresses is free.
        other.bind(("127.0.0.2", port))


def test_a_program_that_ends_at_once_is_no_broker() -> None:
    nothing = shutil.which("false")
    assert nothing is not None
    with local_broker(nothing) as port:
        assert port is None


def test_the_onlooker_counts_by_the_last_level(program: str) -> None:
    with local_broker(program) as port:
        assert port is not None
        onlooker = TopicCounter(port)
        topics = ["live", "live", "stride"]
        paho.mqtt.publish.multiple(
            [(f"hipdrive/home/treadmill/{topic}", "{}", 1, False) for topic in topics], port=port
        )
        onlooker.close()
        onlooker.close()
    assert onlooker.counts == {"live": 2, "stride": 1}


def test_there_may_be_no_mosquitto(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert find_mosquitto() is None
