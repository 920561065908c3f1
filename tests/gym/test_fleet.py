from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest
import yaml

from hipdrive.config import load
from hipdrive.errors import ConfigError
from hipdrive.gym.fleet.broker_files import FleetError
from hipdrive.gym.fleet.password_hash import ITERATIONS, SALT_BYTES, password_hash
from hipdrive.gym.fleet.provisioning import Fleet
from hipdrive.gym.settings import BrokerConfig, FleetConfig, GymConfig
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import Login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.gym.collecting import collecting
from support.gym.kept import kept_keys, wait_kept
from support.gym.messages import payload, topic
from support.gym.server import gym_config
from support.mosquitto import PATIENCE_S, Broker, Listener, free_port, write_passwords

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.postgres import Postgres

NAME, USER = "gym/treadmill-1", "gym.treadmill-1"
CUT_OFF_WITHIN_S = 10.0


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def config(tmp_path: Path, port: int) -> GymConfig:
    """A broker that has users and rights of its own already."""
    write_passwords(tmp_path / "passwords", {"staff": "secret"})
    (tmp_path / "acl").write_text("user staff\ntopic readwrite #\n")
    return GymConfig(
        broker=BrokerConfig(port=port, username=""),
        fleet=FleetConfig(
            folder=str(tmp_path / "fleet"),
            password_file=str(tmp_path / "passwords"),
            acl_file=str(tmp_path / "acl"),
            pid_file=str(tmp_path / "pid"),
            device_host="127.0.0.1",
            device_port=port,
            device_tls=False,
        ),
    )


@pytest.fixture
def fleet_broker(tmp_path: Path, port: int, config: GymConfig) -> Iterator[Broker]:
    lines = [
        f"listener {port} 127.0.0.1",
        "allow_anonymous false",
        f"password_file {config.fleet.password_file}",
        f"acl_file {config.fleet.acl_file}",
        f"pid_file {config.fleet.pid_file}",
    ]
    with Broker.of(tmp_path, "\n".join(lines), port=port) as running:
        yield running


def password_of(folder: Path) -> str:
    return (folder / "mqtt-password").read_text().strip()


def refusal(port: int, user: str, password: str) -> str | None:
    """Why the broker does not let the user in; None: it does."""
    wake = WakePipe()
    connection = Connection(
        Login("127.0.0.1", port, f"probe-{user}", user, password, role=ClientRole.WATCH), wake
    )
    connection.open(PATIENCE_S)
    problem = connection.problem
    connection.close()
    wake.close()
    return problem


def test_a_device_that_was_added_is_let_in_with_its_password_alone(
    config: GymConfig, fleet_broker: Broker
) -> None:
    password = password_of(Fleet(config).add(NAME))
    fleet_broker.wait_log("Reloading config")
    assert refusal(fleet_broker.port, USER, password) is None
    assert "password" in (refusal(fleet_broker.port, USER, f"{password}x") or "")


def test_a_device_reads_and_writes_its_own_topics_alone(
    config: GymConfig, fleet_broker: Broker
) -> None:
    fleet, port = Fleet(config), fleet_broker.port
    logins = {
        name: (name.replace("/", "."), password_of(fleet.add(name)))
        for name in (NAME, "gym/treadmill-2")
    }
    fleet_broker.wait_log("Reloading config")
    with (
        Listener(port, "#", "staff", "secret") as staff,
        Listener(port, "#", *logins[NAME]) as device,
    ):
        for user, password in logins.values():
            for name in logins:
                publish_as(port, user, password, f"hipdrive/{name}/stride", user)
                publish_as(port, user, password, f"hipdrive/{name}/command/mute", user)
        publish_as(port, "staff", "secret", f"hipdrive/{NAME}/command/mute", "staff")
        publish_as(port, "staff", "secret", "hipdrive/gym/treadmill-2/command/mute", "staff")
        device.wait_count(f"{NAME}/command/mute", 2)
        staff.wait_count("treadmill-2/command/mute", 2)
    senders = {(m.topic, m.payload.decode()) for m in staff.on("/stride")}
    assert senders == {(f"hipdrive/{name}/stride", user) for name, (user, _) in logins.items()}
    assert {m.topic for m in device.messages} == {f"hipdrive/{NAME}/command/mute"}


def publish_as(port: int, user: str, password: str, topic: str, text: str) -> str | None:
    """Publish and wait until the broker has answered; why it refuses, None: it does not."""
    from hipdrive.hub.messages.outgoing import MqttMessage

    wake = WakePipe()
    connection = Connection(
        Login("127.0.0.1", port, f"sender-{user}", user, password, role=ClientRole.WATCH), wake
    )
    connection.open(PATIENCE_S)
    connection.publish(MqttMessage(topic, text.encode()))
    answered = connection.wait_for(lambda: connection.publications.has_acks, PATIENCE_S)
    assert answered, connection.problem
    (ack,) = connection.acks()
    connection.close()
    wake.close()
    return ack.refusal


def test_what_a_device_says_in_the_name_of_another_is_refused_and_not_stored(
    tmp_path: Path, config: GymConfig, fleet_broker: Broker, empty_database: Postgres
) -> None:
    password = password_of(Fleet(config).add(NAME))
    fleet_broker.wait_log("Reloading config")
    mine, others = (topic("stride", device=name) for name in ("treadmill-1", "treadmill-2"))
    stride = payload("stride").decode()
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("secret\n")
    collector = gym_config(tmp_path, fleet_broker, empty_database)
    login = BrokerConfig(port=fleet_broker.port, username="staff", password_file=str(secret))
    with collecting(collector.model_copy(update={"broker": login}), "one") as counts:
        refused = publish_as(fleet_broker.port, USER, password, others, stride)
        assert refused == "Not authorized"
        assert publish_as(fleet_broker.port, USER, password, mine, stride) is None
        wait_kept(empty_database, 1)
    assert [key.device for key in kept_keys(empty_database)] == [NAME]
    assert counts[0].refused.total() == 0


@pytest.mark.parametrize("action", ["revoke", "rotate"])
def test_a_device_that_is_connected_is_cut_off(
    config: GymConfig, fleet_broker: Broker, action: str
) -> None:
    fleet = Fleet(config)
    passwords = {name: password_of(fleet.add(name)) for name in (NAME, "gym/treadmill-2")}
    fleet_broker.wait_log("Reloading config")
    with (
        Listener(fleet_broker.port, "hipdrive/#", USER, passwords[NAME]) as device,
        Listener(
            fleet_broker.port, "hipdrive/#", "gym.treadmill-2", passwords["gym/treadmill-2"]
        ) as other,
    ):
        getattr(fleet, action)(NAME)
        assert device.ended_within(CUT_OFF_WITHIN_S)
        assert not other.ended_within(0.0)
    assert "password" in (refusal(fleet_broker.port, USER, passwords[NAME]) or "")


def test_a_device_that_was_rotated_comes_in_with_its_new_password(
    config: GymConfig, fleet_broker: Broker
) -> None:
    fleet = Fleet(config)
    old = password_of(fleet.add(NAME))
    new = password_of(fleet.rotate(NAME))
    fleet_broker.wait_log("Reloading config")
    assert new != old
    assert refusal(fleet_broker.port, USER, new) is None


def test_revoke_leaves_everything_as_it_was_before_add(
    tmp_path: Path, config: GymConfig, fleet_broker: Broker
) -> None:
    def state() -> dict[str, object]:
        files = [tmp_path / "passwords", tmp_path / "acl"]
        found: dict[str, object] = {
            str(file): (file.read_text(), file.stat().st_mode) for file in files
        }
        return found | {"fleet": [path.name for path in (tmp_path / "fleet").glob("*/*")]}

    before = state()
    fleet = Fleet(config)
    fleet.add(NAME)
    assert state() != before
    assert [(device.name, device.may_log_in) for device in fleet.devices()] == [(NAME, True)]
    fleet.revoke(NAME)
    assert state() == before
    assert fleet.devices() == []
    fleet_broker.wait_log("Reloading config")
    assert refusal(fleet_broker.port, "staff", "secret") is None


def test_the_files_of_a_device_are_a_configuration_and_a_first_boot(
    config: GymConfig, fleet_broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Fleet(config).add(NAME)
    hub = load(folder / "hipdrive.toml").hub
    assert (hub.site, hub.device, hub.username) == ("gym", "treadmill-1", USER)
    assert (hub.host, hub.port, hub.discovery_prefix) == ("127.0.0.1", fleet_broker.port, "")
    text = (folder / "user-data").read_text()
    assert text.startswith("#cloud-config\n")
    files = {each["path"]: each for each in yaml.safe_load(text)["write_files"]}
    assert files["/etc/hipdrive/hipdrive.toml"]["content"] == (folder / "hipdrive.toml").read_text()
    secret = files["/etc/hipdrive/mqtt-password"]
    assert secret["permissions"] == "0600"
    assert secret["content"].strip() == password_of(folder)
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert refusal(fleet_broker.port, USER, password_of(folder)) is None


def test_a_hash_is_the_one_that_mosquitto_passwd_makes(tmp_path: Path) -> None:
    write_passwords(tmp_path / "made", {"somebody": "a password"})
    made = (tmp_path / "made").read_text().strip().partition(":")[2]
    _, kind, iterations, salt, _ = made.split("$")
    import base64

    assert (kind, int(iterations), len(base64.b64decode(salt))) == ("7", ITERATIONS, SALT_BYTES)
    assert password_hash("a password", base64.b64decode(salt)) == made


@pytest.mark.parametrize("name", ["treadmill", "gym/", "Gym/a", "gym/a/b", "gym/a b", "../etc/x"])
def test_what_is_no_name_is_refused(config: GymConfig, name: str) -> None:
    with pytest.raises(ConfigError, match="SITE/DEVICE"):
        Fleet(config).add(name)


def test_adding_twice_and_revoking_nobody_are_refused(
    config: GymConfig, fleet_broker: Broker
) -> None:
    fleet = Fleet(config)
    fleet.add(NAME)
    with pytest.raises(FleetError, match="fleet rotate"):
        fleet.add(NAME)
    for act in (fleet.revoke, fleet.rotate):
        with pytest.raises(FleetError, match="is not there"):
            act("gym/another")
    fleet_broker.wait_log("Reloading config")


def test_a_process_that_is_no_mosquitto_is_not_signalled_and_nothing_is_left(
    tmp_path: Path, config: GymConfig
) -> None:
    (tmp_path / "pid").write_text(str(os.getpid()))
    before = (tmp_path / "passwords").read_text()
    with pytest.raises(FleetError, match="cannot be told"):
        Fleet(config).add(NAME)
    assert (tmp_path / "passwords").read_text() == before
    assert list((tmp_path / "fleet").glob("*/*")) == []


def test_the_command_says_no_secret(
    tmp_path: Path, config: GymConfig, fleet_broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    from hipdrive.cli import main

    file = tmp_path / "gym-server.toml"
    keys = config.fleet.model_dump()
    lines = [f"{name} = {json.dumps(value)}" for name, value in keys.items()]
    file.write_text("\n".join(["[broker]", f"port = {fleet_broker.port}", "[fleet]", *lines]))
    for words in (["add", NAME], ["list"], ["rotate", NAME], ["revoke", NAME], ["list"]):
        assert main(["fleet", *words, "--config", str(file)]) == 0
        secrets = [password_of(path.parent) for path in tmp_path.glob("fleet/*/*/mqtt-password")]
        said = capsys.readouterr().out
        assert all(secret not in said for secret in secrets)
        assert NAME in said or "no device" in said
