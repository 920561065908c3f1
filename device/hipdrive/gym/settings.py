"""Every key of the configuration of a gym's server with its meaning, unit and default.

`config/gym-server.toml` is the annotated example. It is another file than a device's: no device
knows the database, and the server has no camera.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pydantic import Field, field_validator

from hipdrive.config import HubConfig, ListenConfig, Section, checked
from hipdrive.config.reading import configuration_text
from hipdrive.config.section import PathText, TopicLevel, TopicPrefix
from hipdrive.errors import ConfigError
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.login import Login, login

MOST_PORT = 65_535
_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:\[\]]+))(?::(\d{1,5}))?", re.ASCII)
STANDARD_FILE = Path("/etc/hipdrive/gym-server.toml")


class BrokerConfig(Section):
    """The broker, as the server's programs reach it."""

    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    other_hosts: list[str] = Field(default=[])
    """Of a cluster: its other nodes, which a collector goes to when one is gone; at the same port,
    unless it is named ("nats-2.example:8883")."""
    username: str = "collector"
    """User of the broker; empty: none is named."""
    password_file: PathText = ""
    """File whose first line is the password; empty: none is sent."""
    tls: bool = False
    ca_file: PathText = ""
    """Certificate of the CA that signed the broker's; empty: those that the system trusts."""


class DatabaseConfig(Section):
    """PostgreSQL."""

    connection: str = "dbname=hipdrive"
    """Where it is, as libpq writes it, such as "host=db.example user=hipdrive dbname=hipdrive".
    A password stands in `~/.pgpass` or the file that `passfile` names, never here."""
    runner_key_file: PathText = "/var/lib/hipdrive-collect/runner-key"
    """Key by which names of runners become pseudonyms; made when it is not there."""


class CollectConfig(Section):
    """The collector."""

    group: TopicPrefix = ""
    """Collectors of the same group share the messages among them; empty: this one gets all. Not
    every broker keeps a place in a group when it is killed (docs/gym.md)."""
    sites: list[TopicLevel] = Field(default=[])
    """What is collected; empty: all sites."""
    most_waiting: int = Field(default=10_000, ge=1, le=65_535)
    """Messages that the broker hands over before the first of them must be in the database."""
    longest_wait_s: float = Field(default=0.2, ge=0.01, le=10)
    """How long a message waits for others to share its transaction."""


class RetentionConfig(Section):
    """How long rows are kept, whole months; 0: for ever."""

    stride_months: int = Field(default=3, ge=0, le=1200)
    """Strides and single cues."""
    session_months: int = Field(default=24, ge=0, le=1200)
    """Sessions, their summaries and counts of cues."""
    health_months: int = Field(default=3, ge=0, le=1200)
    """Reports of health."""


class FleetConfig(Section):
    """Where `hipdrive fleet` puts what it makes."""

    folder: PathText = "/etc/hipdrive/fleet"
    """A folder a device: its configuration, its password and the card's first-boot file."""
    password_file: PathText = "/etc/mosquitto/hipdrive.passwd"  # noqa: S105  # a path
    """Of mosquitto's."""
    acl_file: PathText = "/etc/mosquitto/hipdrive.acl"
    """Of mosquitto's."""
    pid_file: PathText = "/run/mosquitto/mosquitto.pid"
    """Where mosquitto's process id stands; empty: it is not told, and is reloaded by hand."""
    device_host: str = ""
    """What devices call the broker; empty: `broker.host`."""
    device_port: int = Field(default=8883, ge=1, le=65535)
    device_tls: bool = True
    device_ca_file: PathText = "/etc/hipdrive/ca.crt"
    """Where a device has the CA's certificate; empty: those that its system trusts."""
    authority_folder: PathText = "/etc/hipdrive/fleet-authority"
    """What signs devices' certificates; made with the first one."""
    authority_file: PathText = "/etc/mosquitto/certs/devices.crt"
    """Its certificate, for mosquitto (`cafile`)."""
    revoked_file: PathText = "/etc/mosquitto/certs/devices.crl"
    """List of the certificates that are revoked, for mosquitto (`crlfile`)."""
    certificate_port: int = Field(default=8885, ge=1, le=65535)
    """Where devices come in that show a certificate."""
    certificate_days: int = Field(default=3650, ge=1, le=7300)
    """How long a certificate counts."""
    discovery_prefix: TopicPrefix = ""
    """Where Home Assistant looks for devices; empty: a gym's are not told to it."""


class WallConfig(ListenConfig):
    """The page for staff; needs the packages of `hipdrive[web]` too."""

    port: int = Field(default=8711, ge=0, le=65535)
    """0: any that is free."""
    users_file: PathText = "/var/lib/hipdrive-wall/users"
    """Who may look, and who may steer; `hipdrive wall user` writes it."""
    username: str = ""
    """User of the broker, who may read all topics and write commands; empty: `broker.username`, who
    as the collector's may write none."""
    password_file: PathText = ""
    """File whose first line is that user's password."""
    sites: list[TopicLevel] = Field(default=[])
    """Whose devices are shown; none: those of all sites."""
    silent_s: float = Field(default=13.0, ge=11, le=3600)
    """A device that says nothing for so long is offline; it sends its health every 10 s."""
    version: str = ""
    """Which all devices should have; empty: the newest that each has heard of."""
    device_page: str = ""
    """Address of a device's own page, to align the camera by, with {site} and {device} in it, such
    as "http://{device}.local:8710/"; empty: no link."""

    @field_validator("device_page")
    @classmethod
    def _is_a_page(cls, value: str) -> str:
        try:
            filled = value.format(site="gym", device="treadmill-1")
        except (LookupError, ValueError) as error:
            message = f"{value!r} has braces that are not {{site}} or {{device}}"
            raise ValueError(message) from error
        if value and not filled.startswith(("http://", "https://")):
            message = f"{value!r} does not begin with http:// or https://"
            raise ValueError(message)
        return value


class GymConfig(Section):
    """The whole file. Every key may be left out."""

    broker: BrokerConfig = BrokerConfig()
    database: DatabaseConfig = DatabaseConfig()
    collect: CollectConfig = CollectConfig()
    retention: RetentionConfig = RetentionConfig()
    fleet: FleetConfig = FleetConfig()
    wall: WallConfig = WallConfig()

    def broker_login(self, client_id: str, role: ClientRole = ClientRole.COLLECT) -> Login:
        """How a program of the server reaches the broker.

        Args:
            client_id: its name there.
            role: what it is; the wall may be another user than the others.

        Raises:
            ConfigError: the password file or the certificate cannot be used.
        """
        keys = self.broker.model_dump(exclude={"other_hosts"})
        if role is ClientRole.WALL and self.wall.username:
            keys |= {"username": self.wall.username, "password_file": self.wall.password_file}
        found = login(HubConfig(**keys), role)
        return Login(
            found.host,
            found.port,
            client_id,
            found.username,
            found.password,
            found.tls,
            role,
        )

    def broker_logins(self, client_id: str) -> list[Login]:
        """The same for each node of a cluster.

        Raises:
            As `broker_login`; or another host is none.
        """
        first = self.broker_login(client_id)
        others = [_address(each, first.port) for each in self.broker.other_hosts]
        return [first, *(replace(first, host=host, port=port) for host, port in others)]


def _address(named: str, port: int) -> tuple[str, int]:
    """Host and port of "HOST", "HOST:PORT" or "[ADDRESS]:PORT"."""
    found = _ADDRESS.fullmatch(named)
    if found is None or not 1 <= (its_port := int(found[3] or port)) <= MOST_PORT:
        raise ConfigError(f"broker.other_hosts: {named!r} is no host, and no HOST:PORT")
    return found[1] or found[2], its_port


def load_gym(path: Path | None) -> GymConfig:
    """Read and check the configuration of a gym's server.

    Args:
        path: the file; None: `STANDARD_FILE` if there is one, else the defaults.

    Raises:
        ConfigError: the file cannot be read or is wrong; the message has one line a problem.
    """
    if path is None and not STANDARD_FILE.is_file():
        return GymConfig()
    named = path or STANDARD_FILE
    return checked(GymConfig, configuration_text(named), str(named))
