"""Serves the page from a thread of its own."""

from __future__ import annotations

import logging
import os
import socket
import threading
from typing import TYPE_CHECKING, Self

from hipdrive.errors import MissingPackageError, WebError
from hipdrive.web.access import TOKEN_NAME, Access, is_loopback
from hipdrive.web.certificate import certificate_of

if TYPE_CHECKING:
    from types import TracebackType

    from hipdrive.config import Config
    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.web.live_view import LiveView

log = logging.getLogger("hipdrive.web")

MOST_CONNECTIONS = 128
END_S = 3
"""Streams never end by themselves: so long they have to be cut off."""


class WebServer:
    """The server; a context that closes it.

    Args:
        config: `web` has address, names and certificate.
        view: what is shown.
        commands: takes what is asked of the device.
        parts: those that do not work.

    Attributes:
        link: what to open in a browser, the token in it where one is needed.
        for_others: whether other machines can ask.

    Raises:
        WebError: the port is taken, or the certificate cannot be used.
        MissingPackageError: Starlette or uvicorn is not installed.
    """

    def __init__(
        self, config: Config, view: LiveView, commands: CommandHandler, parts: DegradedParts
    ) -> None:
        try:
            import uvicorn

            from hipdrive.web.application import application
            from hipdrive.web.page_parts import PageParts
        except ImportError as error:
            message = f"the page needs {error.name}: pip install 'hipdrive[web]'"
            raise MissingPackageError(message) from error
        web, data = config.web, config.data_path(os.environ)
        try:
            access = Access.of(web.host, web.names, data / TOKEN_NAME)
        except OSError as error:
            raise WebError(f"{data / TOKEN_NAME}: {error.strerror}") from error
        certificate = certificate_of(web)
        self.for_others = access.token is not None
        self._socket = _bound(web.host, web.port)
        app = application(PageParts(view, commands, parts, data, access, config.language))
        settings = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=END_S,
            ssl_certfile=certificate and certificate[0],
            ssl_keyfile=certificate and certificate[1],
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)
        self._thread.start()
        port = self._socket.getsockname()[1]
        self.link = page_link(web.host, port, access.token, secure=certificate is not None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server; pages that are open lose their streams."""
        self._server.should_exit = True
        self._thread.join(END_S + 2)
        self._socket.close()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except Exception:
            log.exception("the page is not served any more")


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        bound = socket.create_server((host, port), family=family, backlog=MOST_CONNECTIONS)
    except socket.gaierror as error:
        raise WebError(
            f"the page cannot be served on {host} ({error.strerror}): web.host has to be an "
            "address of this machine"
        ) from error
    except OSError as error:
        # `strerror` has the address once more.
        reason = os.strerror(error.errno) if error.errno else error
        raise WebError(
            f"the page cannot be served on {host} port {port} ({reason}): set another web.port, or "
            "end what has it; web.host has to be an address of this machine"
        ) from error
    bound.settimeout(0)
    return bound


def page_link(host: str, port: int, token: str | None, *, secure: bool) -> str:
    """What to open in a browser.

    Args:
        host: the address that is listened on.
        port: the port.
        token: what a browser has to show; None on loopback.
        secure: whether there is a certificate.
    """
    name = host if is_loopback(host) else _address(host)
    shown = f"[{name}]" if ":" in name else name
    query = f"?token={token}" if token else ""
    return f"{'https' if secure else 'http'}://{shown}:{port}/{query}"


def _address(host: str) -> str:
    """Where others on the network find this machine."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: it only makes the kernel choose the address it would send from.
            probe.connect(("192.0.2.1", 9))
            name: str = probe.getsockname()[0]
        except OSError:
            return f"{socket.gethostname()}.local"
    return name
