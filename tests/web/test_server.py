"""What keeps the page from being served: one line each, with what to do."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli import main
from hipdrive.config.sections import WebConfig
from hipdrive.errors import WebError
from hipdrive.web.certificate import certificate_of
from support.certificates import HERE
from support.runner_file import key_points_of

if TYPE_CHECKING:
    from pathlib import Path

    from support.certificates import Authority

OR_HTTP = "or leave web.cert_file and web.key_file empty for http"


@pytest.fixture(scope="module")
def pair(authority: Authority) -> tuple[Path, Path]:
    return authority.issue("served", HERE)


def refusal(certificate: Path, key: Path) -> str:
    """What is said of two files that cannot be used: one line."""
    with pytest.raises(WebError) as refused:
        certificate_of(WebConfig(cert_file=str(certificate), key_file=str(key)), "web")
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_sound_pair_is_taken(pair: tuple[Path, Path]) -> None:
    certificate, key = pair
    web = WebConfig(cert_file=str(certificate), key_file=str(key))
    assert certificate_of(web, "web") == (str(certificate), str(key))
    assert certificate_of(WebConfig(), "web") is None


def test_a_file_that_is_missing(pair: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, key = pair
    missing = tmp_path / "none.pem"
    assert refusal(missing, key).startswith(
        f"web.cert_file: {missing} cannot be read (No such file or directory): put it there"
    )
    said = refusal(certificate, missing)
    assert said.startswith(f"web.key_file: {missing} cannot be read (No such file or directory)")
    assert said.endswith(OR_HTTP)


def test_a_file_that_cannot_be_read(pair: tuple[Path, Path], tmp_path: Path) -> None:
    """A folder, and a pipe to which nobody writes; whoever runs the tests may read every file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for unreadable in (tmp_path, pipe):
        said = refusal(pair[0], unreadable)
        assert said.startswith(f"web.key_file: {unreadable} cannot be read (not a regular file)")


def test_a_file_of_another_user(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def forbidden(path: Path, flags: int) -> int:
        if path == pair[1]:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags)

    monkeypatch.setattr("hipdrive.small_file.os.open", forbidden)
    assert "cannot be read (Permission denied): put it there, readable for the user" in refusal(
        *pair
    )


def test_a_key_of_another_certificate(pair: tuple[Path, Path], authority: Authority) -> None:
    _, other = authority.issue("other", HERE)
    said = refusal(pair[0], other)
    assert f"web.cert_file {pair[0]} and web.key_file {other} do not work" in said
    assert "KEY_VALUES_MISMATCH" in said
    assert "the key that of the certificate" in said


def test_what_is_no_certificate(pair: tuple[Path, Path], tmp_path: Path) -> None:
    text = tmp_path / "text.pem"
    text.write_text("no certificate\n")
    assert "they must be PEM" in refusal(text, pair[1])
    assert "they must be PEM" in refusal(pair[0], text)


def test_a_key_with_a_passphrase(pair: tuple[Path, Path], authority: Authority) -> None:
    locked = authority.locked(pair[1])
    said = refusal(pair[0], locked)
    assert said == f"web.key_file: {locked} has a passphrase, and nobody is there to type it"


def replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str], web: str) -> str:
    """What `replay --web` says where it cannot serve the page."""
    config = tmp_path / "hipdrive.toml"
    config.write_text(f'data_dir = "{tmp_path}"\n[web]\n{web}\n')
    source = key_points_of(tmp_path, 3)
    arguments = ["--web", "--config", str(config), "--no-publish"]
    assert main(["replay", source, "--session-dir", str(tmp_path / "s"), *arguments]) == 1
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    return said


def test_a_command_ends_with_that_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = replayed(tmp_path, capsys, 'cert_file = "/nowhere/c.pem"\nkey_file = "/nowhere/k.pem"')
    assert said.startswith("hipdrive: web.cert_file: /nowhere/c.pem cannot be read")


def test_a_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = replayed(tmp_path, capsys, f"port = {port}")
    assert said == (
        f"hipdrive: the page cannot be served on 127.0.0.1 port {port} (Address already in use): "
        "set another web.port, or end what has it; web.host has to be an address of this machine"
    )


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_an_address_of_another_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    said = replayed(tmp_path, capsys, f'host = "{host}"')
    assert said.startswith(f"hipdrive: the page cannot be served on {host} ")
    assert "an address of this machine" in said
