"""Passwords that people choose, as they are kept: scrypt (RFC 7914).

N = 2^15, r = 8, p = 3 is one of the equal choices of OWASP's password storage cheat sheet: 32 MB
and a quarter of a second of processor for each try.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

LOG_N, R, P = 15, 8, 3
SALT_BYTES, HASH_BYTES = 16, 32
MOST_MEMORY = 128 << 20
LEAST_CHARACTERS, MOST_CHARACTERS = 10, 200


def hashed(password: str, salt: bytes | None = None, log_n: int = LOG_N) -> str:
    """A password as it is kept, as `scrypt$LOG_N$R$P$SALT$HASH`.

    Args:
        password: in the clear.
        salt: `SALT_BYTES` random bytes; None: they are made here.
        log_n: each more doubles what a try costs.
    """
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    digest = _digest(password, salt, log_n, R, P)
    return f"scrypt${log_n}${R}${P}${_text(salt)}${_text(digest)}"


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one that is kept."""
    try:
        kind, log_n, r, p, salt, digest = kept.split("$")
        expected = base64.b64decode(digest, validate=True)
        found = _digest(password, base64.b64decode(salt), int(log_n), int(r), int(p))
    except (ValueError, TypeError, binascii.Error, MemoryError, OverflowError):
        return False
    return kind == "scrypt" and hmac.compare_digest(found, expected)


def _digest(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=1 << log_n,
        r=r,
        p=p,
        maxmem=MOST_MEMORY,
        dklen=HASH_BYTES,
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
