"""Files that hold a secret: their paths, and whether other users can read them."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIALS = "$CREDENTIALS_DIRECTORY/"
"""Prefix of a path to one of the service's systemd credentials."""
LONGEST_TEXT_BYTES = 65_535
"""MQTT sends the length of a text in two bytes (MQTT 5, 1.5.4); no other password is as long."""


def resolve(key: str, value: str, environ: Mapping[str, str]) -> Path:
    """Resolve a path of the configuration.

    Args:
        key: key of the configuration, for messages.
        value: a path; `~` and, at its beginning, `$CREDENTIALS_DIRECTORY/` are replaced.
        environ: environment variables.

    Raises:
        ConfigError: it names a credential, and systemd has given none.
    """
    if not value.startswith(CREDENTIALS):
        return Path(value).expanduser()
    folder, name = environ.get("CREDENTIALS_DIRECTORY"), value.removeprefix(CREDENTIALS)
    if not folder:
        raise ConfigError(
            f"{key} = {value!r}, but systemd has given no credentials: add LoadCredential={name}:"
            "FILE to the service, or name the file itself to run without systemd"
        )
    return Path(folder) / name


def read(key: str, file: Path, environ: Mapping[str, str]) -> bytes:
    """Read a secret file.

    Raises:
        ConfigError: it cannot be read, or other users can read it too. The secret is never quoted.
    """
    try:
        content = read_small_file(file)
        mode = file.stat().st_mode
    except OSError as error:
        problem = f"{file} cannot be read ({error.strerror})"
        remedy = "put the secret there, owned by the user hipdrive runs as, and chmod 600 it"
        raise ConfigError(f"{key}: {problem}: {remedy}") from error
    if mode & _forbidden(file, environ):
        raise ConfigError(f"{key}: {file} is open to other users: run chmod 600 {file}")
    return content


def read_password(key: str, file: Path, environ: Mapping[str, str]) -> str:
    """Read the first line of a secret file, without its line end.

    The mark that Windows puts before UTF-8 text is no part of it.

    Raises:
        ConfigError: as `read`; or the line is empty, too long, or no UTF-8 text.
    """
    content = read(key, file, environ).removeprefix(codecs.BOM_UTF8)
    line = content.split(b"\n", 1)[0].rstrip(b"\r")
    if not line:
        raise ConfigError(f"{key}: the first line of {file} is empty")
    if len(line) > LONGEST_TEXT_BYTES:
        raise ConfigError(
            f"{key}: the first line of {file} is longer than the {LONGEST_TEXT_BYTES} bytes that a "
            "password may have: is it the right file?"
        )
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        # Without `from`: the exception quotes the bytes of the password.
        raise ConfigError(f"{key}: {file} is not UTF-8 text") from None


def _forbidden(file: Path, environ: Mapping[str, str]) -> int:
    """The bits of a file mode that let other users read the file."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if folder and file.parent == Path(folder):
        # systemd lets the service's user in by an access list, whose mask stands where the group's
        # bits are; nobody else gets into the folder.
        return stat.S_IRWXO
    return stat.S_IRWXG | stat.S_IRWXO
