"""Stands before every route: checks who asks, and says what the answer may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from hipdrive.web.access import Access

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
READING = {"GET", "HEAD"}
MISDIRECTED, FORBIDDEN, UNAUTHORIZED = 421, 403, 401


class Gate:
    """ASGI middleware.

    Args:
        app: what is behind it.
        access: the rules.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """The answer to a request that goes no further; None for one that does."""
        headers = Headers(scope=scope)
        if not self._access.host_is_ours(headers.get("host", "")):
            return PlainTextResponse("this machine has no such name\n", MISDIRECTED)
        reads = scope["method"] in READING
        if reads and self._access.token_in_link(scope["query_string"].decode("latin-1")):
            # The token leaves the address, where it would be read over a shoulder.
            cookie = self._access.cookie(secure=scope["scheme"] == "https")
            return RedirectResponse(scope["path"], 303, headers={"Set-Cookie": cookie})
        if not self._access.token_in_cookie(headers.get("cookie", "")):
            return PlainTextResponse(
                "open the link that hipdrive printed, or scan its QR code\n", UNAUTHORIZED
            )
        if not reads and not self._access.origin_is_ours(headers):
            return PlainTextResponse("only hipdrive's own page may ask for this\n", FORBIDDEN)
        return None
