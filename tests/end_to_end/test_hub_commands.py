"""`hipdrive hub check` and `hub watch` as they are typed, and what they never say."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.cli import main
from support.certificates import ELSEWHERE, HERE, authority, stranger
from support.hub.frames import first_result, make_hub, stride_result
from support.hub.shipped_config import PASSWORDS, ShippedBroker, shipped
from support.mosquitto import PATIENCE_S, Broker, Listener, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.certificates import Authority

__all__ = ["authority", "stranger"]

SECRET = "cor+rect h0rse"  # noqa: S105  # what must not be seen anywhere
SOURCES = str(Path(hipdrive.__file__).parents[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[ShippedBroker]:
    with shipped(tmp_path_factory.mktemp("etc"), authority) as running:
        yield running


def config_file(folder: Path, **fields: object) -> str:
    def toml(value: object) -> str:
        return str(value).lower() if isinstance(value, bool | int) else f"'{value}'"

    lines = [f"{key} = {toml(value)}" for key, value in fields.items()]
    file = folder / "hipdrive.toml"
    file.write_text("\n".join(["[hub]", *lines, ""]), encoding="utf-8")
    return str(file)


def secret_file(folder: Path, text: str) -> str:
    file = folder / "password"
    file.touch(mode=0o600)
    file.write_text(f"{text}\n", encoding="utf-8")
    return str(file)


def as_shipped(folder: Path, site: ShippedBroker, authority: Authority, /, **fields: object) -> str:
    given: dict[str, object] = {
        "host": "localhost",
        "port": site.ports[8883],
        "username": "treadmill",
        "password_file": secret_file(folder, PASSWORDS["treadmill"]),
        "tls": True,
        "ca_file": authority.certificate,
    }
    return config_file(folder, **(given | fields))


def check(config: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["hub", "check", "--config", config])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_check_of_the_broker_as_shipped(
    tmp_path: Path, site: ShippedBroker, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = check(as_shipped(tmp_path, site, authority), capsys)
    assert (code, err) == (0, "")
    port = site.ports[8883]
    assert out.startswith(f"localhost:{port} takes messages of the user 'treadmill' (TLSv1.3, ")
    assert out.count("\n") == 1


def test_check_tells_name_port_certificate_password_and_acl_apart(
    tmp_path: Path,
    site: ShippedBroker,
    stranger: Authority,
    authority: Authority,
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    wrongs: dict[str, dict[str, object]] = {
        "was not found: check hub.host": {"host": "a..b"},
        f"nothing listens at localhost:{port}": {"port": port},
        "a port for TLS needs hub.tls = true": {"tls": False, "ca_file": ""},
        "does not speak TLS as it should": {"port": site.ports[1883]},
        "signed by nobody who is trusted: set hub.ca_file": {"ca_file": stranger.certificate},
        "is not for '127.0.0.2'": {"host": "127.0.0.2"},
        "wants a certificate": {"port": site.ports[8885]},
        "refuses the user 'dashboard' or the password": {"username": "dashboard"},
        "hub.username is empty": {"username": ""},
        "allow the user 'treadmill' to write": {"site": "gym"},
    }
    for expected, wrong in wrongs.items():
        code, out, err = check(as_shipped(tmp_path, site, authority, **wrong), capsys)
        assert code == 1
        assert out == ""
        assert expected in err
        assert err.count("\n") == 1
        assert [other for other in wrongs if other in err] == [expected]


def test_check_tells_an_expired_certificate_and_a_wrong_name(
    tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    for extension, days, expected in ((HERE, -1, "has expired"), (ELSEWHERE, 1, "is not for")):
        certificate, key = authority.issue("broker", extension, days)
        files = [f"certfile {certificate}", f"keyfile {key}"]
        with Broker(tmp_path, listener=files) as broker:
            ca = {"tls": True, "ca_file": authority.certificate}
            config = config_file(tmp_path, host="localhost", port=broker.port, **ca)
            code, _, err = check(config, capsys)
        assert (code, err.count("\n")) == (1, 1)
        assert expected in err


def test_check_warns_of_a_password_in_the_clear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hipdrive.hub.mqtt.login._is_local", lambda _host: False)
    with Broker(tmp_path, {"device": SECRET}) as broker:
        user = {"username": "device", "password_file": secret_file(tmp_path, SECRET)}
        config = config_file(tmp_path, host="127.0.0.1", port=broker.port, **user)
        code, out, err = check(config, capsys)
    assert code == 0
    assert "(not encrypted)" in out
    assert "in the clear: set hub.tls = true" in err


def watched(*options: str) -> tuple[str, int, str]:
    """The lines of `hub watch` up to a summary, then Ctrl-C; its exit code and standard error."""
    command = [sys.executable, "-u", "-m", "hipdrive", "hub", "watch", *options]
    environ = {**os.environ, "PYTHONPATH": SOURCES}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True) as watching:
        assert watching.stdout is not None
        lines = [watching.stdout.readline()]
        while lines[-1] and "/summary" not in lines[-1]:
            lines.append(watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        _, err = watching.communicate(timeout=PATIENCE_S)
    return "".join(lines), watching.returncode, err


def test_watch_as_the_dashboard_writes_a_line_a_message_until_ctrl_c(
    tmp_path: Path, site: ShippedBroker, authority: Authority
) -> None:
    config = as_shipped(tmp_path, site, authority)
    mine = {"username": "treadmill", "password_file": secret_file(tmp_path, PASSWORDS["treadmill"])}
    ca = {"tls": True, "ca_file": str(authority.certificate), "host": "localhost"}
    reader = tmp_path / "reader"
    reader.mkdir()
    login = ["--username", "dashboard", "--password-file"]
    login.append(secret_file(reader, PASSWORDS["dashboard"]))
    with Listener(
        site.ports[8883], "#", "dashboard", PASSWORDS["dashboard"], authority.trusted()
    ) as listener:
        with make_hub(site.ports[8883], **mine, **ca):
            listener.wait_count("/availability", 1)
        listener.wait_for(lambda all_: any(m.payload == b"offline" for m in all_))
    line, code, err = watched("--config", config, *login)
    assert "hipdrive/home/treadmill/availability (retained) offline" in line
    assert (code, err) == (0, "")


def test_watch_that_sees_nothing_says_why_it_may_be(
    tmp_path: Path, site: ShippedBroker, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    """A device may not read its own topics there, but for whether it is online."""
    config = as_shipped(tmp_path, site, authority)
    assert main(["hub", "watch", "--config", config, "--seconds", "0.3"]) == 0
    printed = capsys.readouterr()
    assert all("/treadmill/availability" in line for line in printed.out.splitlines())
    assert "does the broker let the user 'treadmill' read there?" in printed.err


def test_watch_without_a_broker_fails_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_file(tmp_path, host="127.0.0.1", port=free_port())
    assert main(["hub", "watch", "--config", config]) == 1
    assert "nothing listens at" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon", "1e9"])
def test_a_time_that_is_none_is_wrong_use(seconds: str) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["hub", "watch", "--seconds", seconds])
    assert raised.value.code == 2


def test_the_password_is_seen_nowhere(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the highest log level, paho's own log included."""
    from paho.mqtt.client import Client

    made = Client.__init__

    def talkative(client: Client, *given: object, **named: object) -> None:
        made(client, *given, **named)  # type: ignore[arg-type]
        client.enable_logger(logging.getLogger("paho"))

    monkeypatch.setattr(Client, "__init__", talkative)
    caplog.set_level(logging.DEBUG)
    file = secret_file(tmp_path, SECRET)
    user: dict[str, object] = {"username": "device", "password_file": file}
    for password, acl in ((SECRET, None), ("another", None), (SECRET, "user reader\n")):
        with Broker(tmp_path, {"device": password}, acl) as broker:
            config = config_file(tmp_path, host="127.0.0.1", port=broker.port, **user)
            main(["hub", "check", "--config", config])
            main(["hub", "watch", "--config", config, "--seconds", "0.3"])
            with make_hub(broker.port, **user) as hub:
                hub.on_frame(first_result())
                hub.on_frame(stride_result(1))
                logging.getLogger("hipdrive").debug("%s %s", vars(hub), vars(hub.link._broker))
    Path(file).chmod(0o644)
    main(["hub", "check", "--config", config])
    Path(file).write_bytes(SECRET.encode() + b"\xff\n")
    Path(file).chmod(0o600)
    main(["hub", "check", "--config", config])
    printed = capfd.readouterr()
    everything = "\n".join([caplog.text, *caplog.messages, printed.out, printed.err])
    assert "Sending CONNECT" in everything
    assert "Login(host='127.0.0.1'" in everything
    assert "is open to other users" in everything
    assert "refuses the user 'device'" in everything
    for part in (SECRET, SECRET[:8], repr(SECRET.encode())[2:-1]):
        assert part not in everything
