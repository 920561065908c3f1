from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from hipdrive.hub.check import check_connection
from hipdrive.hub.messages.encoding import encode
from hipdrive.hub.mqtt.broker_needs import LARGEST_BYTES
from support.hub.fake_broker import NOT_READ, TAKEN, TAKEN_TOO, WELCOME, fake_broker
from support.hub.frames import hub_config, make_hub
from support.hub.users import ALL, USERS, password_file
from support.messages.examples import every_example
from support.mosquitto import Broker, Listener, free_port

if TYPE_CHECKING:
    from pathlib import Path


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
            listener.wait_count("/check", 2)
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
    with fake_broker(WELCOME, TAKEN, TAKEN_TOO, NOT_READ) as port:
        problem = problem_with(port)
    assert "no commands are heard" in problem
    assert "lets this client read nothing (Not authorized" in problem


def test_a_device_without_commands_needs_no_right_to_read_them() -> None:
    with fake_broker(WELCOME, TAKEN, TAKEN_TOO) as port:
        assert check_connection(hub_config(port, commands=[])).problem is None


@pytest.mark.parametrize("limit", ["max_packet_size 2048", "message_size_limit 2048"])
def test_a_broker_that_takes_no_summary_is_found_beforehand(tmp_path: Path, limit: str) -> None:
    with Broker(tmp_path, listener=[limit]) as broker:
        problem = problem_with(broker.port)
        assert f"the broker at 127.0.0.1:{broker.port}" in problem
        assert "max_packet_size, message_size_limit" in problem


def test_a_broker_that_takes_everything_but_the_announcement_is_found_too(tmp_path: Path) -> None:
    with Broker(tmp_path, listener=["max_packet_size 8200"]) as broker:
        long = {"site": "s" * 40, "device": "d" * 40}
        assert "and announcement to Home Assistant may have" in problem_with(broker.port, **long)
        assert check_connection(hub_config(broker.port, discovery_prefix="")).problem is None


@pytest.mark.parametrize(
    ("limit", "caution"),
    [("retain_available false", "no retained messages"), ("max_qos 0", "QoS 0 alone")],
)
def test_what_a_broker_lacks_is_said_and_is_no_problem(
    tmp_path: Path, limit: str, caution: str
) -> None:
    with Broker(tmp_path, listener=[limit]) as broker:
        result = check_connection(hub_config(broker.port))
    assert result.problem is None
    assert caution in str(result.caution)


def test_no_message_is_larger_than_the_check_expects() -> None:
    examples = every_example()
    for name, most in LARGEST_BYTES.items():
        size = len(encode(examples[name]))
        assert most / 4 < size < most / 1.3
