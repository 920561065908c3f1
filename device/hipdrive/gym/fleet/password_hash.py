"""Passwords of devices, and their hashes as mosquitto has them in its password file.

mosquitto's format since 2.0: `$7$ITERATIONS$SALT$HASH`, PBKDF2 (RFC 8018) with HMAC-SHA-512, salt
and hash in base64 (`mosquitto_passwd(1)`).
"""

from __future__ import annotations

import base64
import hashlib
import secrets

ITERATIONS = 101
"""mosquitto's own. More would protect words that people choose; these passwords are 256 random
bits, and the broker, which has one thread, reckons a hash for each device that connects."""
SALT_BYTES, HASH_BYTES = 12, 64
PASSWORD_BYTES = 32


def new_password() -> str:
    """A password for a device, of 256 random bits, in letters, digits, - and _."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def password_hash(password: str, salt: bytes | None = None) -> str:
    """The hash of a password, for mosquitto's password file.

    Args:
        password: in the clear.
        salt: `SALT_BYTES` random bytes; None: they are made here.
    """
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS, HASH_BYTES)
    return f"$7${ITERATIONS}${_text(salt)}${_text(digest)}"


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
