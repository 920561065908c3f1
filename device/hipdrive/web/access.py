"""Who may ask: a token where the page leaves the machine, and no other site's pages."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from hipdrive.private_file import make_private_folder, private
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

COOKIE = "hipdrive"
TOKEN_NAME = "web_token"  # noqa: S105  # the name of a file
TOKEN_BYTES = 24
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one server.

    Attributes:
        token: what a browser has to show; None on loopback, where nobody else can ask.
        names: the host names under which the page may be asked for, beside addresses.
    """

    token: str | None
    names: frozenset[str]

    @classmethod
    def of(cls, host: str, names: Iterable[str], token_file: Path) -> Access:
        """The rules of a server on an address.

        Raises:
            OSError: the token cannot be kept.
        """
        known = {*LOOPBACK_NAMES, *names, socket.gethostname(), f"{socket.gethostname()}.local"}
        token = None if is_loopback(host) else kept_token(token_file)
        return cls(token, frozenset(name.lower() for name in known))

    def host_is_ours(self, host: str) -> bool:
        """Whether a Host header names this machine.

        A name of somebody else's that leads here would let their page read ours (DNS rebinding).
        """
        name = _name(host)
        return name is not None and (name in self.names or _is_address(name))

    def origin_is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether a request that changes something comes from our own page."""
        origin = headers.get("origin")
        if origin is None:
            # Browsers send an origin with every request that changes something.
            return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        return urlsplit(origin).netloc == headers.get("host")

    def token_in_link(self, query: str) -> bool:
        """Whether a link has the token in it."""
        return self._matches(parse_qs(query).get("token", [""])[0])

    def token_in_cookie(self, cookies: str) -> bool:
        """Whether a browser has the cookie."""
        if self.token is None:
            return True
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        return found is not None and self._matches(found.value)

    def cookie(self, *, secure: bool) -> str:
        """The header that gives the browser the token to keep."""
        parts = [f"{COOKIE}={self.token}", "Path=/", "HttpOnly", "SameSite=Strict"]
        return "; ".join([*parts, "Max-Age=31536000", *(["Secure"] if secure else [])])

    def _matches(self, given: str) -> bool:
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def kept_token(file: Path) -> str:
    """The token of this device, made once; a file of its owner's alone.

    Raises:
        OSError: it can neither be read nor written.
    """
    try:
        kept = read_small_file(file).decode("ascii", "replace").strip()
    except FileNotFoundError:
        kept = ""
    if len(kept) >= TOKEN_BYTES:
        return kept
    token = secrets.token_urlsafe(TOKEN_BYTES)
    make_private_folder(file.parent)
    with open(file, "w", encoding="ascii", opener=private) as stream:
        stream.write(token + "\n")
    return token


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
