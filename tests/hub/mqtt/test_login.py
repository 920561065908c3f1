from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import ConfigError
from hipdrive.hub.mqtt.login import login
from support.hub.frames import hub_config

if TYPE_CHECKING:
    from pathlib import Path


def secret(folder: Path, content: bytes = b"open sesame\nsecond line\n", mode: int = 0o600) -> str:
    file = folder / "password"
    file.write_bytes(content)
    file.chmod(mode)
    return str(file)


def test_the_client_id_names_site_and_device() -> None:
    assert login(hub_config(1883, site="gym", device="t-07")).client_id == "hipdrive-gym.t-07"


def test_without_a_user_nothing_is_given() -> None:
    who = login(hub_config(1883))
    assert (who.username, who.password) == ("", None)


@pytest.mark.parametrize(
    "content",
    [
        b"open sesame\nmore\n",
        b"open sesame",
        b"open sesame\r\n",
        b"\xef\xbb\xbfopen sesame\r\n",
    ],
)
def test_the_password_is_the_first_line(tmp_path: Path, content: bytes) -> None:
    who = login(hub_config(1883, username="pi", password_file=secret(tmp_path, content)))
    assert who.password == "open sesame"  # noqa: S105


def test_the_password_is_not_shown(tmp_path: Path) -> None:
    config = hub_config(1883, username="pi", password_file=secret(tmp_path))
    assert "sesame" not in repr(login(config))


def test_a_missing_password_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"hub\.password_file.*nowhere.*chmod 600"):
        login(hub_config(1883, username="pi", password_file=missing))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_password_open_to_others_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    config = hub_config(1883, username="pi", password_file=secret(tmp_path, mode=mode))
    with pytest.raises(ConfigError, match=r"run chmod 600 .*password"):
        login(config)


@pytest.mark.parametrize("content", [b"", b"\nsecond\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_an_empty_password_is_refused(tmp_path: Path, content: bytes) -> None:
    config = hub_config(1883, username="pi", password_file=secret(tmp_path, content))
    with pytest.raises(ConfigError, match=r"first line of .* is empty"):
        login(config)


def test_a_password_that_is_no_text_is_refused_and_not_quoted(tmp_path: Path) -> None:
    config = hub_config(1883, username="pi", password_file=secret(tmp_path, b"ses\xffame\n"))
    with pytest.raises(ConfigError, match="not UTF-8") as raised:
        login(config)
    assert "ses" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_password_needs_a_user(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"hub\.username is empty"):
        login(hub_config(1883, password_file=secret(tmp_path)))


@pytest.mark.parametrize("given", ["pipe", "/dev/zero"])
@pytest.mark.parametrize("key", ["password_file", "ca_file", "cert_file", "key_file"])
def test_what_is_no_file_is_neither_waited_for_nor_read_without_end(
    tmp_path: Path, key: str, given: str
) -> None:
    """A pipe that nobody writes to keeps whoever opens it."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    own = secret(tmp_path)
    fields = {"username": "pi", "password_file": own}
    if key in {"cert_file", "key_file"}:
        fields |= {"cert_file": own, "key_file": own}
    fields[key] = str(tmp_path / given)
    with pytest.raises(ConfigError, match=rf"hub\.{key}: .*not a regular file"):
        login(hub_config(8883, tls=True, **fields))


def test_no_host_is_an_error_that_names_the_key() -> None:
    with pytest.raises(ConfigError, match=r"hub\.host is empty"):
        login(hub_config(1883, host=""))


@pytest.mark.parametrize("size", [65_536, 70_000, 1_000_000])
def test_a_password_too_long_for_mqtt_is_refused_and_not_cut(tmp_path: Path, size: int) -> None:
    config = hub_config(1883, username="pi", password_file=secret(tmp_path, b"x" * size))
    with pytest.raises(ConfigError, match="longer than the 65535 bytes") as raised:
        login(config)
    assert "xxx" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("x" * 70_000, "hub.username has 70000 bytes"),
        ("ü" * 32_768, "hub.username has 65536 bytes"),
        ("an\0na", "has a NUL in it"),
    ],
)
def test_a_user_name_that_mqtt_cannot_send_is_one_short_line(name: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as raised:
        login(hub_config(1883, username=name))
    assert len(str(raised.value)) < 200


def test_the_longest_user_name_of_mqtt_is_taken() -> None:
    assert login(hub_config(1883, username="x" * 65_535)).username == "x" * 65_535
