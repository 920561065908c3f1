"""The files of `config/mosquitto`, run by a real mosquitto as shipped."""

from __future__ import annotations

import re
import socket
import ssl
import stat
import subprocess
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.config import parse
from hipdrive.hub.check import check_connection
from hipdrive.hub.forget import forget
from hipdrive.hub.home_assistant.discovery import discovery_topic
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.topics import Topics
from support.hub.frames import first_result, hub_config, make_hub, stride_result
from support.hub.shipped_config import FILES, LISTENER, PASSWORDS, ShippedBroker, shipped
from support.mosquitto import PATIENCE_S, Broker, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.certificates import Authority

TAKEN, TAKEN_FOR_NOBODY, BAD_PASSWORD, NOT_AUTHORISED = 0, 16, 134, 135
"""Reason codes of MQTT 5."""
OK = {TAKEN, TAKEN_FOR_NOBODY}
DENIED = {NOT_AUTHORISED}
OWN = "hipdrive/home/treadmill"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[ShippedBroker]:
    with shipped(tmp_path_factory.mktemp("etc"), authority) as running:
        yield running


def secret(folder: Path, user: str) -> str:
    file = folder / f"password-of-{user}"
    file.touch(mode=0o600)
    file.write_text(f"{PASSWORDS[user]}\n", encoding="utf-8")
    return str(file)


def device(
    site: ShippedBroker,
    authority: Authority,
    port: int = 8883,
    **fields: Any,  # noqa: ANN401 - whatever the field takes
) -> dict[str, Any]:
    """The device's configuration, as the README of the files says."""
    return {
        "host": "localhost",
        "port": site.ports[port],
        "username": "treadmill",
        "password_file": secret(site.folder, "treadmill"),
        "tls": port != 1883,
        "ca_file": str(authority.certificate) if port != 1883 else "",
        **fields,
    }


def reader(site: ShippedBroker, authority: Authority, topics: str = "#", **fields: Any) -> Listener:  # noqa: ANN401
    given: dict[str, Any] = {"username": "dashboard", "password": PASSWORDS["dashboard"], **fields}
    return Listener(site.ports[8883], topics, tls=authority.trusted(), **given)


class Publisher:
    """Publishes as a user, and returns the broker's reason code for each message."""

    def __init__(self, site: ShippedBroker, user: str) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.username_pw_set(user, PASSWORDS[user])
        self._answered = Event()
        self._reason = -1
        ready = Event()
        self._client.on_connect = lambda *_: ready.set()
        self._client.on_publish = self._take
        self._client.connect("127.0.0.1", site.ports[1883])
        self._client.loop_start()
        assert ready.wait(PATIENCE_S)

    def _take(self, _client: object, _data: object, _mid: int, reason: Any, *_: object) -> None:  # noqa: ANN401
        self._reason = reason.value
        self._answered.set()

    def publish(self, topic: str) -> int:
        self._answered.clear()
        self._client.publish(topic, b"{}", 1)
        assert self._answered.wait(PATIENCE_S)
        return self._reason

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def reason(site: ShippedBroker, user: str, topic: str) -> int:
    publisher = Publisher(site, user)
    try:
        return publisher.publish(topic)
    finally:
        publisher.close()


@pytest.mark.parametrize("port", [8883, 1883])
def test_a_device_that_is_set_up_as_documented_can_log_in(
    site: ShippedBroker, authority: Authority, port: int
) -> None:
    assert check_connection(hub_config(**device(site, authority, port)), 20.0).problem is None


def test_a_session_gets_from_the_device_to_the_dashboard(
    site: ShippedBroker, authority: Authority
) -> None:
    with reader(site, authority, f"{OWN}/#") as dashboard:
        with make_hub(**device(site, authority)) as hub:
            hub.on_frame(first_result())
            hub.on_frame(stride_result(1))
            dashboard.wait_count("/stride", 1)
        dashboard.wait_count("/summary", 1)
        dashboard.wait_count("/availability", 2)


def test_a_device_that_shows_a_certificate_gets_in_where_one_is_wanted(
    site: ShippedBroker, authority: Authority
) -> None:
    plain = device(site, authority, 8885)
    assert "hub.cert_file and hub.key_file" in str(
        check_connection(hub_config(**plain), 20.0).problem
    )
    certificate, key = authority.issue("treadmill", "extendedKeyUsage=clientAuth")
    own: dict[str, Any] = {"cert_file": str(certificate), "key_file": str(key)}
    assert check_connection(hub_config(**plain, **own), 20.0).problem is None
    # A certificate is no password.
    anonymous = plain | {"username": "", "password_file": ""}
    assert "wants a user" in str(check_connection(hub_config(**anonymous, **own), 20.0).problem)


def test_the_wrong_password_and_no_password(site: ShippedBroker, authority: Authority) -> None:
    wrong = device(site, authority, password_file=secret(site.folder, "dashboard"))
    assert "refuses the user 'treadmill' or the password" in str(
        check_connection(hub_config(**wrong), 20).problem
    )
    anonymous = device(site, authority, username="", password_file="")
    assert "wants a user" in str(check_connection(hub_config(**anonymous), 20).problem)


def test_a_device_is_forgotten_once_it_is_off(site: ShippedBroker, authority: Authority) -> None:
    config = hub_config(**device(site, authority))
    with (
        reader(site, authority, f"{OWN}/availability") as dashboard,
        make_hub(**device(site, authority)),
    ):
        dashboard.wait_for(lambda all_: all_ and all_[-1].payload == b"online")
        assert "treadmill is online: stop it first" in str(forget(config, timeout_s=20.0))
    assert forget(config, timeout_s=20.0) is None


def test_a_device_cannot_pass_for_another(site: ShippedBroker, authority: Authority) -> None:
    other = device(site, authority, device="treadmill-2")
    problem = str(check_connection(hub_config(**other), 20.0).problem)
    assert "allow the user 'treadmill' to write hipdrive/home/treadmill-2/# there" in problem
    assert "Not authorized" in problem


@pytest.mark.parametrize(
    ("user", "topic", "codes"),
    [
        ("treadmill", f"{OWN}/live", OK),
        ("treadmill", f"{OWN}/a/b/c", OK),
        ("treadmill", discovery_topic("homeassistant", Topics("home", "treadmill")), OK),
        ("treadmill", OWN[:-1], DENIED),
        ("treadmill", "hipdrive/home/treadmill-2/live", DENIED),
        ("treadmill", "hipdrive/gym/treadmill/live", DENIED),
        ("treadmill", "homeassistant/device/hipdrive_home_AT_treadmill-2/config", DENIED),
        ("treadmill", "homeassistant/status", DENIED),
        ("treadmill", "anything", DENIED),
        ("treadmill-2", "hipdrive/home/treadmill-2/live", OK),
        ("treadmill-2", f"{OWN}/live", DENIED),
        ("dashboard", f"{OWN}/live", DENIED),
        ("dashboard", f"{OWN}/command/mute", DENIED),
        ("dashboard", "hipdrive", DENIED),
        ("dashboard", "anything", DENIED),
        ("homeassistant", f"{OWN}/command/mute", OK),
        ("homeassistant", f"{OWN}/live", DENIED),
    ],
)
def test_which_user_may_write_which_topic(
    site: ShippedBroker, user: str, topic: str, codes: set[int]
) -> None:
    assert reason(site, user, topic) in codes


def test_which_user_may_read_which_topic(site: ShippedBroker, authority: Authority) -> None:
    """Mosquitto refuses no subscription; it passes nothing on."""
    own = {"username": "treadmill", "password": PASSWORDS["treadmill"]}
    with (
        reader(site, authority) as dashboard,
        reader(site, authority, **own) as treadmill,
    ):
        for user, topic in [
            ("treadmill", f"{OWN}/live"),
            ("treadmill-2", "hipdrive/home/treadmill-2/live"),
            ("homeassistant", "hipdrive/home/treadmill-2/command/mute"),
            ("homeassistant", "homeassistant/status"),
            ("homeassistant", f"{OWN}/command/mute"),
        ]:
            assert reason(site, user, topic) in OK
        treadmill.wait_count("/treadmill/command/mute", 1)
        dashboard.wait_count("/treadmill/command/mute", 1)
        # Whether it was there itself is kept from other tests.
        heard = [m.topic for m in treadmill.messages if m.topic != f"{OWN}/availability"]
        assert heard == ["homeassistant/status", f"{OWN}/command/mute"]
        assert [m.topic for m in dashboard.messages if m.topic.startswith("homeassistant")] == []
        assert dashboard.on("/treadmill-2/command/mute")


def test_a_dashboard_in_a_browser_reads_over_an_encrypted_websocket(
    site: ShippedBroker, authority: Authority
) -> None:
    with Listener(
        site.ports[8884],
        f"{OWN}/#",
        "dashboard",
        PASSWORDS["dashboard"],
        authority.trusted(),
        "websockets",
    ) as dashboard:
        assert reason(site, "treadmill", f"{OWN}/live") in OK
        dashboard.wait_count("/live", 1)


@pytest.mark.parametrize("user", [None, "dashboard"])
def test_the_websocket_wants_a_password(
    site: ShippedBroker, authority: Authority, user: str | None
) -> None:
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    reasons: list[int] = []
    answered = Event()

    def take(_client: object, _data: object, _flags: object, reason: Any, *_: object) -> None:  # noqa: ANN401
        reasons.append(reason.value)
        answered.set()

    client = Client(
        CallbackAPIVersion.VERSION2,
        protocol=MQTTProtocolVersion.MQTTv5,
        transport="websockets",
        reconnect_on_failure=False,
    )
    client.username_pw_set(user, "wrong" if user else None)
    client.tls_set_context(authority.trusted())
    client.on_connect = take
    client.connect("localhost", site.ports[8884])
    client.loop_start()
    assert answered.wait(PATIENCE_S)
    client.disconnect()
    client.loop_stop()
    assert reasons[0] in {BAD_PASSWORD, NOT_AUTHORISED}


def test_the_listener_in_the_clear_is_of_this_machine_only(site: ShippedBroker) -> None:
    with socket.socket() as other:
        # The same port of another of this machine's addresses is free.
        other.bind(("127.0.0.2", site.ports[1883]))


def test_every_listener_on_the_network_is_encrypted() -> None:
    for name in ("mosquitto.conf", "client-certificates.conf"):
        text = (FILES / name).read_text(encoding="utf-8")
        for part in re.split(r"^(?=listener )", text, flags=re.MULTILINE)[1:]:
            assert "127.0.0.1" in part.splitlines()[0] or "\ncertfile " in part
            assert "\nallow_anonymous true" not in part
        assert LISTENER.findall(text)


def blocks(language: str) -> list[str]:
    """The blocks of the README in that language."""
    text = (FILES / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_certificates_of_the_readme_work(tmp_path: Path) -> None:
    [commands] = blocks("sh")
    commands = commands.replace("/etc/mosquitto/certs", str(tmp_path))
    commands = commands.replace("BROKER=broker.local", "BROKER=localhost")
    subprocess.run(["sh", "-e", "-c", commands], check=True, capture_output=True)
    assert stat.S_IMODE((tmp_path / "broker.key").stat().st_mode) == 0o600
    files = [f"certfile {tmp_path}/broker.crt", f"keyfile {tmp_path}/broker.key"]
    ca = str(tmp_path / "ca.crt")
    with Broker(tmp_path, listener=files) as broker:
        trusting = hub_config(broker.port, host="localhost", tls=True, ca_file=ca)
        assert check_connection(trusting, 20.0).problem is None
        # As browsers and Python 3.13 look at certificates, by default.
        strict = ssl.create_default_context(cafile=ca)
        strict.verify_flags |= ssl.VERIFY_X509_STRICT
        with socket.create_connection(("127.0.0.1", broker.port)) as plain:
            strict.wrap_socket(plain, server_hostname="localhost").close()
        assert "is not for '127.0.0.1'" in str(
            check_connection(trusting.model_copy(update={"host": "127.0.0.1"}), 20.0).problem
        )


def test_the_configuration_of_the_readme_is_one(tmp_path: Path) -> None:
    [text] = blocks("toml")
    config = parse(text, "README.md").hub
    [service] = blocks("ini")
    assert "LoadCredential=mqtt-password:" in service
    (tmp_path / "mqtt-password").write_text("open sesame\n", encoding="utf-8")
    (tmp_path / "mqtt-password").chmod(0o440)
    here = config.model_copy(update={"ca_file": ""})
    who = login(here, ClientRole.DEVICE, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert who.password == "open sesame"  # noqa: S105
    assert f"user {config.username}\n" in (FILES / "hipdrive.acl").read_text(encoding="utf-8")
