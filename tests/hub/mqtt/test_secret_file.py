from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import ConfigError
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.login import login
from support.hub.frames import hub_config, make_hub
from support.mosquitto import free_port

if TYPE_CHECKING:
    from pathlib import Path

KEY = "$CREDENTIALS_DIRECTORY/mqtt-password"


def credential(folder: Path, mode: int) -> dict[str, str]:
    file = folder / "mqtt-password"
    file.write_bytes(b"open sesame\n")
    file.chmod(mode)
    return {"CREDENTIALS_DIRECTORY": str(folder)}


@pytest.mark.parametrize("mode", [0o400, 0o440])
def test_the_password_comes_from_systemds_credentials(tmp_path: Path, mode: int) -> None:
    """0440 is what a file shows that systemd lets the service's user read by an access list."""
    who = login(
        hub_config(1883, username="pi", password_file=KEY),
        ClientRole.DEVICE,
        credential(tmp_path, mode),
    )
    assert who.password == "open sesame"  # noqa: S105


def test_a_credential_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    environ = credential(tmp_path, 0o444)
    with pytest.raises(ConfigError, match="is open to other users"):
        login(hub_config(1883, username="pi", password_file=KEY), ClientRole.DEVICE, environ)


def test_a_file_that_the_group_can_read_is_refused_outside_of_the_credentials(
    tmp_path: Path,
) -> None:
    credential(tmp_path, 0o440)
    elsewhere = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    config = hub_config(1883, username="pi", password_file=str(tmp_path / "mqtt-password"))
    with pytest.raises(ConfigError, match="is open to other users"):
        login(config, ClientRole.DEVICE, elsewhere)


def test_without_systemd_the_message_says_how_to_get_a_credential() -> None:
    with pytest.raises(ConfigError) as raised:
        login(hub_config(1883, username="pi", password_file=KEY), ClientRole.DEVICE, {})
    assert "LoadCredential=mqtt-password:FILE" in str(raised.value)
    assert "hub.password_file" in str(raised.value)


@pytest.mark.parametrize(
    ("host", "cautioned"),
    [
        ("127.0.0.1", False),
        ("127.1.2.3", False),
        ("::1", False),
        ("localhost", False),
        ("LOCALHOST.", False),
        ("192.168.1.20", True),
        ("broker.gym.example", True),
        ("localhost.example", True),
    ],
)
def test_a_password_in_the_clear_is_warned_of_unless_the_broker_is_on_this_machine(
    tmp_path: Path, host: str, *, cautioned: bool
) -> None:
    environ = credential(tmp_path, 0o400)
    who = login(
        hub_config(1883, host=host, username="pi", password_file=KEY), ClientRole.DEVICE, environ
    )
    assert (who.caution is not None) is cautioned
    if who.caution:
        assert "hub.tls = true" in who.caution


def test_nothing_is_warned_of_with_tls_or_without_a_password(tmp_path: Path) -> None:
    environ = credential(tmp_path, 0o400)
    secured = hub_config(8883, host="broker", username="pi", password_file=KEY, tls=True)
    assert login(secured, ClientRole.DEVICE, environ).caution is None
    assert login(hub_config(1883, host="broker")).caution is None


def test_a_password_in_the_clear_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hipdrive.hub.mqtt.login._is_local", lambda _host: False)
    credential(tmp_path, 0o400)
    file = str(tmp_path / "mqtt-password")
    file_only = {"username": "pi", "password_file": file}
    make_hub(free_port(), **file_only).close()
    assert sum("in the clear: set hub.tls = true" in line for line in caplog.messages) == 1
    assert "sesame" not in caplog.text
