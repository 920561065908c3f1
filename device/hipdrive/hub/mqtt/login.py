"""Who the device is to the broker."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
from hipdrive.hub.mqtt import secret, tls

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from hipdrive.config import HubConfig


@dataclass(frozen=True, slots=True)
class Login:
    """How to reach the broker and what to say there.

    Attributes:
        host, port: where the broker listens.
        client_id: one for each connection: a broker ends the older of two with the same.
        username: empty: none is given.
        password: None: none is given.
        tls: what the broker has to prove; None: nothing is encrypted.
    """

    host: str
    port: int
    client_id: str
    username: str = ""
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    @property
    def address(self) -> str:
        """Host and port as messages name them."""
        return f"{self.host}:{self.port}"

    @property
    def caution(self) -> str | None:
        """What is to be said of a login that works; None for nothing.

        A password in the clear is warned of and not refused: brokers at home mostly listen without
        TLS as they come, and whoever is refused takes the password away, which protects less.
        """
        if self.password is None or self.tls is not None or _here(self.host):
            return None
        return (
            f"the password crosses the network to {self.address} in the clear: set hub.tls = true "
            "and the broker's TLS port"
        )


def login(config: HubConfig, suffix: str = "", environ: Mapping[str, str] = os.environ) -> Login:
    """The login of a device, with the password from its file; all files are checked here.

    Args:
        config: the configuration.
        suffix: set the client id apart with this, so as not to end the device's own connection.
        environ: the environment.

    Raises:
        ConfigError: no host is named, or a file cannot be used.
    """
    if not config.host:
        raise ConfigError("hub.host is empty: name the broker, or nothing is published")
    if config.password_file and not config.username:
        raise ConfigError("hub.password_file is set, but hub.username is empty: set both or none")
    key, password = "hub.password_file", None
    if config.password_file:
        file = secret.place(key, config.password_file, environ)
        password = secret.password(key, file, environ)
    return Login(
        config.host,
        config.port,
        f"hipdrive-{config.site}-{config.device}{suffix}",
        config.username,
        password,
        tls.context(config, environ),
    )


def _here(host: str) -> bool:
    """True for a broker on this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") in {"localhost", "ip6-localhost"}
