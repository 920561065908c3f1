from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from hipdrive.errors import ConfigError
from hipdrive.gym.collector.collecting import collect
from hipdrive.gym.database.connection import connect
from hipdrive.gym.runner_pseudonym import runner_key
from hipdrive.gym.settings import GymConfig, WallConfig, load_gym
from hipdrive.hub.mqtt.client_names import ClientRole

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "gym-server.toml"


def test_the_example_has_every_key_with_its_default() -> None:
    written = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert written == GymConfig().model_dump()
    assert load_gym(EXAMPLE) == GymConfig()


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gym.toml"
    file.write_text("[collect]\ngruop = 'a'\n")
    with pytest.raises(ConfigError, match="gruop"):
        load_gym(file)


def test_a_password_does_not_stand_in_the_configuration() -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: hipdrive[gym]")
    with pytest.raises(ConfigError, match="pgpass") as refused:
        connect("dbname=hipdrive password=secret")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65])
def test_a_collector_has_a_name_that_a_broker_takes(name: str) -> None:
    with pytest.raises(ConfigError, match="--name"):
        collect(GymConfig(), name, bool, print)


def test_the_key_of_the_pseudonyms_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "key"
    key = runner_key(str(file))
    assert runner_key(str(file)) == key
    assert len(key) == 64
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc\n")
    with pytest.raises(ConfigError, match="restore"):
        runner_key(str(tmp_path / "key"))


@pytest.mark.parametrize("page", ["http://{host}/", "ftp://{device}/", "http://{device/", "{}"])
def test_a_devices_page_that_is_no_address_is_refused(page: str, tmp_path: Path) -> None:
    file = tmp_path / "gym.toml"
    file.write_text(f'[wall]\ndevice_page = "{page}"\n')
    with pytest.raises(ConfigError, match="device_page"):
        load_gym(file)


def test_the_wall_is_a_user_of_its_own_where_it_has_one(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("of the wall\n")
    password.chmod(0o600)
    wall = WallConfig(username="wall", password_file=str(password))
    config = GymConfig(wall=wall)
    found = config.broker_login("hipdrive-wall.gym", ClientRole.WALL)
    assert (found.username, found.password, found.role) == ("wall", "of the wall", ClientRole.WALL)
    assert config.broker_login("hipdrive-collect.gym").username == "collector"
    assert GymConfig().broker_login("hipdrive-wall.gym", ClientRole.WALL).username == "collector"


def test_a_cluster_is_reached_by_each_of_its_nodes() -> None:
    others = ["nats-2", "nats-3:1884", "[fd00::3]:1885"]
    config = GymConfig.model_validate({"broker": {"host": "nats-1", "other_hosts": others}})
    logins = config.broker_logins("one")
    assert [(each.host, each.port) for each in logins] == [
        ("nats-1", 1883),
        ("nats-2", 1883),
        ("nats-3", 1884),
        ("fd00::3", 1885),
    ]
    assert {each.client_id for each in logins} == {"one"}


@pytest.mark.parametrize("host", ["", "a b", "a:b", "a:0", "a:65536"])
def test_a_node_that_is_none_is_refused(host: str) -> None:
    config = GymConfig.model_validate({"broker": {"other_hosts": [host]}})
    with pytest.raises(ConfigError, match="other_hosts"):
        config.broker_logins("one")
