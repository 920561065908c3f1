"""Turns away who has no token; who has it in the link gets it as a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, RedirectResponse

from hipdrive.web.gate import READING

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Scope

    from hipdrive.web.access import Access

UNAUTHORIZED = 401


class TokenCheck:
    """Who may ask a device's page, for the `Gate`.

    Args:
        access: the rules.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def __call__(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """The answer to who may not ask; None for who may."""
        query = scope["query_string"].decode("latin-1")
        if scope["method"] in READING and self._access.token_in_link(query):
            # The token leaves the address, where it would be read over a shoulder.
            cookie = self._access.cookie(secure=scope["scheme"] == "https")
            return RedirectResponse(scope["path"], 303, headers={"Set-Cookie": cookie})
        if not self._access.token_in_cookie(headers.get("cookie", "")):
            return PlainTextResponse(
                "open the link that hipdrive printed, or scan its QR code\n", UNAUTHORIZED
            )
        return None
