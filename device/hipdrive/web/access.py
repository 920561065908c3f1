"""Who may ask: a token where the page leaves the machine."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from hipdrive.private_file import make_private_folder, private
from hipdrive.small_file import read_small_file
from hipdrive.web.cookies import cookie_value, kept_cookie
from hipdrive.web.own_names import is_loopback

if TYPE_CHECKING:
    from pathlib import Path

COOKIE = "hipdrive"
COOKIE_KEPT_S = 365 * 86_400
TOKEN_NAME = "web_token"  # noqa: S105  # the name of a file
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one server.

    Attributes:
        token: what a browser has to show; None on loopback, where nobody else can ask.
    """

    token: str | None

    @classmethod
    def of(cls, host: str, token_file: Path) -> Access:
        """The rules of a server on an address.

        Raises:
            OSError: the token cannot be kept.
        """
        return cls(None if is_loopback(host) else kept_token(token_file))

    def token_in_link(self, query: str) -> bool:
        """Whether a link has the token in it."""
        return self._matches(parse_qs(query).get("token", [""])[0])

    def token_in_cookie(self, cookies: str) -> bool:
        """Whether a browser has the cookie."""
        if self.token is None:
            return True
        kept = cookie_value(COOKIE, cookies)
        return kept is not None and self._matches(kept)

    def cookie(self, *, secure: bool) -> str:
        """The header that gives the browser the token to keep."""
        return kept_cookie(COOKIE, self.token or "", COOKIE_KEPT_S, secure=secure)

    def _matches(self, given: str) -> bool:
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())


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
