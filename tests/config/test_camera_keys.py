"""The keys of a camera on the network, whose address may have a password in it."""

from __future__ import annotations

import pytest

from hipdrive.camera.stream.address import StreamAddress
from hipdrive.config import Config, parse
from hipdrive.errors import ConfigError


def problem(text: str) -> str:
    """The one problem of a configuration."""
    with pytest.raises(ConfigError) as caught:
        parse(text, "my.toml")
    (line,) = str(caught.value).splitlines()[1:]
    return line.strip()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://me:secret@host/",
        "rtsp://me:secret@host:70000/",
        "rtsp://me:secret@host:port/",
        "http://me:secret@/stream",
        "http://me:secret@host/a b",
        "http://me:secret@[::1/stream",
        "me:secret@host",
        "rtsp://me:secret@host/" + 2000 * "a",
    ],
)
def test_what_is_no_address_of_a_camera_is_refused_without_a_word_of_it(url: str) -> None:
    line = problem(f"[camera]\nkind = 'url'\nurl = '{url}'")
    assert line.startswith(("camera.url: is no address", "camera.url: must be rtsp://HOST/PATH"))
    assert "secret" not in line


def test_a_password_that_is_in_the_wrong_place_is_not_shown() -> None:
    line = problem("[camera]\nfps = 'rtsp://me:secret@host/live'")
    assert line == "camera.fps = 'rtsp://host/live': must be a whole number from 15 to 120"
    assert "secret" not in problem("camera = 'rtsp://me:secret@host/live'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = 'url'", 'camera: kind = "url" and url belong together: set both or none'),
        ("url = 'rtsp://host/'", 'camera: kind = "url" and url belong together: set both or none'),
        ("username = 'me'", "camera: username and password_file are of a camera on the network"),
        ("password_file = '/x'", "camera: username and password_file are of a camera on the netwo"),
    ],
)
def test_keys_of_a_camera_on_the_network_belong_together(text: str, said: str) -> None:
    assert problem(f"[camera]\n{text}").startswith(said)


def test_of_an_address_only_the_host_is_shown() -> None:
    address = StreamAddress.parse("rtsp://anna:p%40ss%3Aw@[fe80::1]:8554/live/token?pwd=1")
    assert str(address) == "rtsp://[fe80::1]:8554"
    assert (address.username, address.password) == ("anna", "p@ss:w")
    assert address.bare_url == "rtsp://[fe80::1]:8554/live/token?pwd=1"
    assert address.full_url == "rtsp://anna:p%40ss%3Aw@[fe80::1]:8554/live/token?pwd=1"
    for shown in (str(address), repr(address)):
        assert not any(word in shown for word in ("anna", "p@", "p%40", "token", "pwd"))


def test_a_configuration_that_is_printed_has_no_address_in_it() -> None:
    config = parse("[camera]\nkind = 'url'\nurl = 'rtsp://me:secret@host/live'", "my.toml")
    assert isinstance(config, Config)
    assert "secret" not in repr(config)
    assert "secret" not in repr(config.camera)
