"""The broker's address and the device's credentials."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive import secret_file
from hipdrive.errors import ConfigError
from hipdrive.hub.mqtt import tls
from hipdrive.hub.mqtt.client_names import ClientRole, client_id

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from hipdrive.config import HubConfig


LONGEST_HOST = 253
"""Of a name (RFC 1035, 2.3.4, as text)."""


@dataclass(frozen=True, slots=True)
class Login:
    """How to reach the broker, and as whom.

    Attributes:
        host, port: where the broker listens.
        client_id: the name of the connection at the broker.
        username: empty: none is given.
        password: None: none is given.
        tls: what the broker has to prove; None: the connection is not encrypted.
        role: what the connection is for.
    """

    host: str
    port: int
    client_id: str
    username: str = ""
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    role: ClientRole = ClientRole.DEVICE

    @property
    def address(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"

    @property
    def caution(self) -> str | None:
        """A warning about a login that works; None: there is none.

        A password in the clear is warned of and not refused: brokers at home mostly listen without
        TLS by default, and a user who is refused removes the password, which protects less.
        """
        if self.password is None or self.tls is not None or _is_local(self.host):
            return None
        return (
            f"the password crosses the network to {self.address} in the clear: set hub.tls = true "
            "and the broker's TLS port"
        )


def login(
    config: HubConfig,
    role: ClientRole = ClientRole.DEVICE,
    environ: Mapping[str, str] = os.environ,
) -> Login:
    """The login of a device, with the password from its file; all files are checked here.

    Args:
        config: the configuration.
        role: what the connection is for.
        environ: environment variables.

    Raises:
        ConfigError: no host is named, or a file cannot be used.
    """
    if not config.host:
        raise ConfigError("hub.host is empty: name the broker, or nothing is published")
    if len(config.host) > LONGEST_HOST or "\0" in config.host:
        raise ConfigError(
            f"hub.host is no name or address: it has {len(config.host)} characters, and "
            f"{LONGEST_HOST} are the most, none of them a NUL"
        )
    _check_username(config.username)
    if config.password_file and not config.username:
        raise ConfigError("hub.password_file is set, but hub.username is empty: set both or none")
    key, password = "hub.password_file", None
    if config.password_file:
        file = secret_file.resolve(key, config.password_file, environ)
        password = secret_file.read_password(key, file, environ)
    return Login(
        config.host,
        config.port,
        client_id(config.site, config.device, role),
        config.username,
        password,
        tls.context(config, environ),
        role,
    )


def _check_username(username: str) -> None:
    """Refuse what MQTT cannot send as text (MQTT 5, 1.5.4), without quoting all of it."""
    try:
        size = len(username.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise ConfigError(f"hub.username has no form in UTF-8 ({error.reason})") from error
    if size > secret_file.LONGEST_TEXT_BYTES:
        raise ConfigError(
            f"hub.username has {size} bytes, and MQTT can send {secret_file.LONGEST_TEXT_BYTES}: "
            "name the user that the broker knows"
        )
    if "\0" in username:
        raise ConfigError("hub.username has a NUL in it: name the user that the broker knows")


def _is_local(host: str) -> bool:
    """True for a broker on this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") in {"localhost", "ip6-localhost"}
