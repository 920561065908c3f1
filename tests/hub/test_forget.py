from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import main
from hipdrive.hub.forget import forget
from hipdrive.hub.mqtt.link import MqttLink
from support.hub.commands import mqtt_control
from support.hub.frames import FAST, hub_config, make_hub
from support.hub.users import USERS, password_file
from support.mosquitto import Broker, Listener, free_port

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def leave_traces(port: int) -> None:
    """A device comes, has a session, and goes."""
    MqttLink(hub_config(port), control=mqtt_control(), backoff=FAST).close(60.0)
    with Listener(port) as listener:
        make_hub(port).close()
        listener.wait_count("/summary", 1)


def kept(port: int) -> set[str]:
    """The topics with a retained message."""
    with Listener(port) as listener:
        # What is retained comes before what is new.
        make_hub(port, device="marker").close()
        listener.wait_for(lambda all_: any("/marker/" in m.topic for m in all_))
        forget(hub_config(port, device="marker"))
        return {m.topic for m in listener.messages if m.retained and "/marker/" not in m.topic}


def test_nothing_is_left_of_the_device(broker: Broker) -> None:
    leave_traces(broker.port)
    root = "hipdrive/home/treadmill"
    discovery = "homeassistant/device/hipdrive_home_AT_treadmill/config"
    traces = {f"{root}/availability", f"{root}/summary", f"{root}/state", discovery}
    assert kept(broker.port) == traces
    assert forget(hub_config(broker.port)) is None
    assert kept(broker.port) == set()


def test_another_device_stays(broker: Broker) -> None:
    make_hub(broker.port, device="other").close()
    leave_traces(broker.port)
    assert forget(hub_config(broker.port)) is None
    assert all("/other/" in topic for topic in kept(broker.port))
    assert kept(broker.port)


def test_an_online_device_is_removed_only_on_request(broker: Broker) -> None:
    with Listener(broker.port) as listener, make_hub(broker.port):
        listener.wait_count("/availability", 1)
        problem = forget(hub_config(broker.port))
        assert problem is not None
        assert "is online: stop it first" in problem
        assert forget(hub_config(broker.port), even_if_online=True) is None


def test_a_broker_that_is_away_is_one_line() -> None:
    problem = forget(hub_config(free_port()))
    assert problem is not None
    assert "nothing listens" in problem


def test_a_broker_that_does_not_allow_it_is_one_line(tmp_path: Path) -> None:
    with Broker(tmp_path, USERS, "user device\ntopic write hipdrive/#\n") as broker:
        file = password_file(tmp_path, "right")
        problem = forget(hub_config(broker.port, username="device", password_file=file))
    assert problem is not None
    assert "homeassistant/device/" in problem


def test_the_command_prints_what_it_did(
    broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hipdrive.toml"
    file.write_text(f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n', encoding="utf-8")
    assert main(["hub", "forget", "--config", str(file)]) == 0
    assert capsys.readouterr().out == f"127.0.0.1:{broker.port} has forgotten treadmill\n"
    with Listener(broker.port) as listener, make_hub(broker.port):
        listener.wait_count("/availability", 1)
        assert main(["hub", "forget", "--config", str(file)]) == 1
    assert "--even-if-online" in capsys.readouterr().err
