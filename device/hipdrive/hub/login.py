"""Who the device is to the broker."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError

if TYPE_CHECKING:
    from hipdrive.config import HubConfig

PASSWORD_BYTES = 4096
"""More than any password; a wrong file is not read to its end."""


@dataclass(frozen=True, slots=True)
class Login:
    """How to reach the broker and what to say there.

    Attributes:
        host, port: where the broker listens.
        client_id: one for each connection: a broker ends the older of two with the same.
        username: empty: none is given.
        password: None: none is given.
    """

    host: str
    port: int
    client_id: str
    username: str = ""
    password: str | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Host and port as messages name them."""
        return f"{self.host}:{self.port}"


def login(config: HubConfig, suffix: str = "") -> Login:
    """The login of a device, with the password from its file.

    Args:
        config: the configuration.
        suffix: set the client id apart with this, so as not to end the device's own connection.

    Raises:
        ConfigError: no host is named, or the password file cannot be used.
    """
    if not config.host:
        raise ConfigError("hub.host is empty: name the broker, or nothing is published")
    if config.password_file and not config.username:
        raise ConfigError("hub.password_file is set, but hub.username is empty: set both or none")
    return Login(
        config.host,
        config.port,
        f"hipdrive-{config.site}-{config.device}{suffix}",
        config.username,
        _password(Path(config.password_file).expanduser()) if config.password_file else None,
    )


def _password(file: Path) -> str:
    """The first line of a file that only its owner can read."""
    try:
        with file.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            text = stream.read(PASSWORD_BYTES).decode("utf-8")
    except OSError as error:
        problem = f"{file} cannot be read ({error.strerror}): put the password in its first line"
        raise ConfigError(f"hub.password_file: {problem} and chmod 600 it") from error
    except UnicodeDecodeError:
        # Without `from`: the exception quotes the bytes of the password.
        raise ConfigError(f"hub.password_file: {file} is not UTF-8 text") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        remedy = f"run chmod 600 {file}"
        raise ConfigError(f"hub.password_file: {file} is open to other users: {remedy}")
    password = text.split("\n", 1)[0].rstrip("\r")
    if not password:
        raise ConfigError(f"hub.password_file: the first line of {file} is empty")
    return password
