"""Stands before every route: checks whence a request comes, and says what the answer may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from hipdrive.web.own_names import OwnNames

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
MISDIRECTED, FORBIDDEN = 421, 403


class Gate:
    """ASGI middleware.

    Args:
        app: what is behind it.
        names: of this machine.
        access_check: the answer to who may not ask; None for a request that goes on.
    """

    def __init__(
        self,
        app: ASGIApp,
        names: OwnNames,
        access_check: Callable[[Scope, Headers], ASGIApp | None],
    ) -> None:
        self._app = app
        self._names = names
        self._access_check = access_check

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
        if not self._names.host_is_ours(headers.get("host", "")):
            return PlainTextResponse("this machine has no such name\n", MISDIRECTED)
        if (answer := self._access_check(scope, headers)) is not None:
            return answer
        if scope["method"] not in READING and not self._names.origin_is_ours(headers):
            return PlainTextResponse("only hipdrive's own page may ask for this\n", FORBIDDEN)
        return None
