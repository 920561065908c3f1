from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from hipdrive.hub.check import check_connection
from support.hub.fake_broker import NOT_READ, TAKEN, WELCOME, fake_broker
from support.hub.frames import hub_config, make_hub
from support.hub.users import ALL, USERS, password_file
from support.mosquitto import Broker, Listener, free_port

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def problem_with(port: int, **fields: object) -> str:
    problem = check_connection(hub_config(port, **fields), timeout_s=20.0).problem
    assert problem is not None
    assert "\n" not in problem
    return problem


def test_a_broker_that_works(broker: Broker) -> None:
    assert check_connection(hub_config(broker.port)).problem is None


def test_user_and_password_that_work(tmp_path: Path) -> None:
    with Broker(tmp_path, USERS, ALL) as broker:
        file = password_file(tmp_path, "right")
        assert (
            check_connection(hub_config(broker.port, username="device", password_file=file)).problem
            is None
        )


def test_a_device_that_runs_is_not_disturbed(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        with make_hub(broker.port) as hub:
            listener.wait_count("/availability", 1)
            assert check_connection(hub_config(broker.port)).problem is None
            assert hub.link.online
            listener.wait_count("/check", 1)
        listener.wait_count("/availability", 2)
    assert [m.payload for m in listener.on("/availability")] == [b"online", b"offline"]


def test_name_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "'broker.invalid' was not found: check hub.host" in problem_with(
        1883, host="broker.invalid"
    )


def test_a_name_that_is_no_name() -> None:
    assert "was not found: check hub.host" in problem_with(1883, host="a..b")


def test_no_process_listens_at_the_port() -> None:
    port = free_port()
    assert f"nothing listens at 127.0.0.1:{port}" in problem_with(port)


def test_no_answer_at_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        config = hub_config(mute.getsockname()[1])
        problem = check_connection(config, timeout_s=0.05).problem
    assert problem is not None
    assert "does not answer as an MQTT broker" in problem


def test_wrong_password(tmp_path: Path) -> None:
    with Broker(tmp_path, USERS) as broker:
        file = password_file(tmp_path, "wrong")
        problem = problem_with(broker.port, username="device", password_file=file)
    assert "check hub.username and hub.password_file" in problem


def test_a_topic_that_is_not_allowed(tmp_path: Path) -> None:
    with Broker(tmp_path, USERS, "user device\ntopic read #\n") as broker:
        file = password_file(tmp_path, "right")
        problem = problem_with(broker.port, username="device", password_file=file)
    assert "allow the user 'device' to write hipdrive/home/treadmill/#" in problem


def test_no_host() -> None:
    assert "hub.host is empty" in problem_with(1883, host="")


def test_a_password_file_that_is_missing(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    assert "chmod 600" in problem_with(1883, username="device", password_file=missing)


def test_a_broker_that_lets_no_commands_be_read_is_one_line() -> None:
    with fake_broker(WELCOME, TAKEN, NOT_READ) as port:
        problem = problem_with(port)
    assert "no commands are heard" in problem
    assert "lets this client read nothing (Not authorized" in problem


def test_a_device_without_commands_needs_no_right_to_read_them() -> None:
    with fake_broker(WELCOME, TAKEN) as port:
        assert check_connection(hub_config(port, commands=[])).problem is None
