"""Names of runners on their way into the database: a pseudonym that only the key's owner can make.

A name that a device was told may be a person's. The database has HMAC-SHA-256 of it (RFC 2104), so
that neither a copy of the database nor a guess of names tells who ran. The site is part of it: two
people of the same name at two sites are two runners.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from hipdrive.errors import ConfigError
from hipdrive.private_file import private
from hipdrive.small_file import read_small_file

KEY_BYTES = 32
DIGITS = 32
"""Hexadecimal digits of a pseudonym: 128 bits."""


def pseudonym(key: bytes, site: str, runner: str) -> str:
    """The pseudonym of a runner at a site."""
    return hmac.new(key, f"{site}\0{runner}".encode(), hashlib.sha256).hexdigest()[:DIGITS]


def runner_key(path: str) -> bytes:
    """The key in the file; a file that is not there is made, readable by its owner alone.

    Raises:
        ConfigError: the file cannot be read or made, or is too short for a key.
    """
    file = Path(path).expanduser()
    try:
        if not file.exists():
            with open(file, "x", encoding="ascii", opener=private) as new:
                new.write(f"{secrets.token_hex(KEY_BYTES)}\n")
        key = read_small_file(file).strip()
    except OSError as error:
        raise ConfigError(
            f"database.runner_key_file: {file} cannot be used ({error.strerror}): "
            "name a file that the collector's user may read and write"
        ) from error
    if len(key) < KEY_BYTES:
        raise ConfigError(
            f"database.runner_key_file: {file} has {len(key)} bytes, and a key has {KEY_BYTES} "
            "or more; restore the one that made the pseudonyms in the database"
        )
    return key
