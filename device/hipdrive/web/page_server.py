"""Serves an application from a thread of its own, on an address of the configuration."""

from __future__ import annotations

import logging
import os
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from hipdrive.errors import WebError
from hipdrive.web.certificate import certificate_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from hipdrive.config import ListenConfig

log = logging.getLogger("hipdrive.web")

MOST_CONNECTIONS = 128
END_S = 3
"""Streams never end by themselves: so long they have to be cut off."""


class PageServer:
    """The server of one page.

    Args:
        app: what is served.
        listen: address and certificate.
        table: of the configuration that has them.

    Attributes:
        port: where it listens.
        secure: whether there is a certificate.

    Raises:
        WebError: the port is taken, or the certificate cannot be used.
    """

    def __init__(self, app: ASGIApp, listen: ListenConfig, table: str) -> None:
        certificate = certificate_of(listen, table)
        self.secure = certificate is not None
        self._socket = _bound(listen, table)
        self.port: int = self._socket.getsockname()[1]
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
        self._thread = threading.Thread(target=self._serve, name=table, daemon=True)
        self._thread.start()

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


def _bound(listen: ListenConfig, table: str) -> socket.socket:
    host, port = listen.host, listen.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        bound = socket.create_server((host, port), family=family, backlog=MOST_CONNECTIONS)
    except socket.gaierror as error:
        raise WebError(
            f"the page cannot be served on {host} ({error.strerror}): {table}.host has to be an "
            "address of this machine"
        ) from error
    except OSError as error:
        # `strerror` has the address once more.
        reason = os.strerror(error.errno) if error.errno else error
        raise WebError(
            f"the page cannot be served on {host} port {port} ({reason}): set another "
            f"{table}.port, or end what has it; {table}.host has to be an address of this machine"
        ) from error
    # Connections inherit it. asyncio sets it on sockets that name their protocol, which those of
    # `create_server` do not: an answer's body waited 40 ms for the acknowledgement of its head.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    bound.settimeout(0)
    return bound
