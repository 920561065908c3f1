"""Devices that show a certificate, at a real mosquitto with the shipped files."""

from __future__ import annotations

import stat
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from hipdrive.config import load
from hipdrive.gym.fleet.authority import LONGEST_NAME, DeviceAuthority
from hipdrive.gym.fleet.broker_files import FleetError
from hipdrive.gym.fleet.provisioning import Fleet
from hipdrive.gym.settings import BrokerConfig, FleetConfig, GymConfig
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import Login, login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.certificates import HERE
from support.mosquitto import PATIENCE_S, Broker, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.certificates import Authority

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "mosquitto" / "gym-certificates.conf"
NAME, OTHER = "gym/treadmill-1", "gym/treadmill-2"
CUT_OFF_WITHIN_S = 10.0


@pytest.fixture
def config(tmp_path: Path, authority: Authority) -> GymConfig:
    return GymConfig(
        broker=BrokerConfig(ca_file=str(authority.certificate)),
        fleet=FleetConfig(
            folder=str(tmp_path / "fleet"),
            password_file=str(tmp_path / "passwords"),
            acl_file=str(tmp_path / "acl"),
            pid_file=str(tmp_path / "pid"),
            device_host="localhost",
            certificate_port=free_port(),
            authority_folder=str(tmp_path / "fleet-authority"),
            authority_file=str(tmp_path / "devices.crt"),
            revoked_file=str(tmp_path / "devices.crl"),
        ),
    )


@pytest.fixture
def fleet(tmp_path: Path, config: GymConfig, authority: Authority) -> Iterator[Fleet]:
    """Two devices, and a broker that runs."""
    not_told = config.fleet.model_copy(update={"pid_file": ""})
    first = Fleet(config.model_copy(update={"fleet": not_told}))
    for name in (NAME, OTHER):
        first.add(name, certificate=True)
    certificate, key = authority.issue("broker", HERE)
    listener = SHIPPED.read_text(encoding="utf-8")
    listener = listener.replace("listener 8885", f"listener {config.fleet.certificate_port}")
    for named, where in (("broker.crt", certificate), ("broker.key", key)):
        listener = listener.replace(f"/etc/mosquitto/certs/{named}", str(where))
    lines = [
        "allow_anonymous false",
        f"password_file {config.fleet.password_file}",
        f"acl_file {config.fleet.acl_file}",
        f"pid_file {config.fleet.pid_file}",
        listener.replace("/etc/mosquitto/certs", str(tmp_path)),
    ]
    with Broker.of(tmp_path, "\n".join(lines), port=config.fleet.certificate_port):
        yield Fleet(config)


def login_of(folder: Path, authority: Authority) -> Login:
    """A device's login, from the files that it was given."""
    hub = load(folder / "hipdrive.toml").hub
    assert hub.cert_file == "/etc/hipdrive/mqtt-certificate.crt"
    here = {
        "cert_file": str(folder / "mqtt-certificate.crt"),
        "ca_file": str(authority.certificate),
    }
    return login(hub.model_copy(update=here), environ={"CREDENTIALS_DIRECTORY": str(folder)})


def opened(its: Login) -> tuple[Connection, WakePipe]:
    wake = WakePipe()
    connection = Connection(its, wake)
    connection.open(PATIENCE_S)
    return connection, wake


def refusal(its: Login) -> str | None:
    """Why the broker does not let it in; None: it does."""
    connection, wake = opened(its)
    problem = connection.problem
    connection.close()
    wake.close()
    return problem


def date_of(kind: str, which: str, file: Path) -> datetime:
    """A date of a certificate or a list."""
    command = ["openssl", kind, which, "-noout", "-in", str(file)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    date = said.strip().partition("=")[2]
    return datetime.strptime(date, "%b %d %H:%M:%S %Y %Z").replace(tzinfo=UTC)


def test_who_has_a_certificate_and_the_password_is_let_in(
    tmp_path: Path, fleet: Fleet, authority: Authority
) -> None:
    mine, other = (login_of(tmp_path / "fleet" / name, authority) for name in (NAME, OTHER))
    assert refusal(mine) is None
    assert "refuses the user" in (refusal(replace(mine, password=other.password)) or "")
    assert mine.tls is not None
    bare = replace(mine, tls=authority.trusted())
    assert refusal(bare) is not None
    listed = {each.name: each.certificate_ends for each in fleet.devices()}
    assert set(listed) == {NAME, OTHER}
    assert None not in listed.values()


def test_who_is_revoked_is_cut_off_and_not_let_in_again(
    tmp_path: Path, fleet: Fleet, authority: Authority
) -> None:
    mine, other = (login_of(tmp_path / "fleet" / name, authority) for name in (NAME, OTHER))
    (device, wake), (neighbour, its_wake) = opened(mine), opened(other)
    assert device.problem is None
    fleet.revoke(NAME)
    device.wait_for(lambda: device.problem is not None, CUT_OFF_WITHIN_S)
    assert device.problem is not None
    assert "hub.cert_file was revoked" in (refusal(mine) or "")
    neighbour.poll(0.0)
    assert neighbour.problem is None
    assert refusal(replace(other, client_id="again")) is None
    for each in (device, neighbour, wake, its_wake):
        each.close()


def test_a_certificate_of_before_does_not_do_for_the_new_password(
    tmp_path: Path, fleet: Fleet, authority: Authority
) -> None:
    """Twice, as there is a newer list then that has to count."""
    folder = tmp_path / "fleet" / NAME
    for _ in range(2):
        old = login_of(folder, authority)
        fleet.rotate(NAME)
        new = login_of(folder, authority)
        assert refusal(new) is None
        stolen = replace(old, password=new.password)
        assert "hub.cert_file was revoked" in (refusal(stolen) or "")


def test_the_card_gets_the_certificate_and_its_key(
    tmp_path: Path, config: GymConfig, fleet: Fleet, authority: Authority
) -> None:
    folder = tmp_path / "fleet" / NAME
    text = (folder / "user-data").read_text(encoding="utf-8")
    files = {each["path"]: each for each in yaml.safe_load(text)["write_files"]}
    for name, mode in (("mqtt-certificate.crt", "0644"), ("mqtt-key", "0600")):
        assert files[f"/etc/hipdrive/{name}"]["content"] == (folder / name).read_text()
        assert files[f"/etc/hipdrive/{name}"]["permissions"] == mode
    assert files["/etc/hipdrive/ca.crt"]["content"] == authority.certificate.read_text()
    drop_in = files["/etc/systemd/system/hipdrive.service.d/gym.conf"]["content"]
    assert "LoadCredential=mqtt-key:/etc/hipdrive/mqtt-key\n" in drop_in
    assert load(folder / "hipdrive.toml").hub.port == config.fleet.certificate_port
    secret = [*folder.iterdir(), *(tmp_path / "fleet-authority").rglob("*.key")]
    assert {stat.S_IMODE(file.stat().st_mode) for file in secret} == {0o600}
    assert len(secret) == 6
    for public in ("devices.crt", "devices.crl"):
        assert stat.S_IMODE((tmp_path / public).stat().st_mode) == 0o644
    assert fleet.devices()[0].name == NAME


def test_the_list_of_revoked_certificates_outlasts_them(tmp_path: Path, fleet: Fleet) -> None:
    """A list that has ended has mosquitto refuse every device."""

    fleet.revoke(NAME)
    certificate = tmp_path / "fleet" / OTHER / "mqtt-certificate.crt"
    assert date_of("crl", "-nextupdate", tmp_path / "devices.crl") > date_of(
        "x509", "-enddate", certificate
    )


def test_each_list_of_revoked_certificates_is_younger_than_the_last(tmp_path: Path) -> None:
    """By a second, or OpenSSL goes on with the older one."""
    listed = tmp_path / "devices.crl"
    authority = DeviceAuthority(tmp_path / "authority", tmp_path / "devices.crt", listed)
    authority.issue("somebody", days=1)
    dates = []
    for _ in range(3):
        authority.revoke("somebody")
        dates.append(date_of("crl", "-lastupdate", listed))
    assert dates == sorted(set(dates))
    assert dates[-1] < datetime.now(UTC)


def test_a_name_that_is_too_long_for_a_certificate_is_refused(config: GymConfig) -> None:
    site = "s" * (LONGEST_NAME - 1)
    with pytest.raises(FleetError, match="shorter name"):
        Fleet(config).add(f"{site}/treadmill", certificate=True)
    assert Fleet(config).devices() == []
