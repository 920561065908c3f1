"""Serves the device's page."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from hipdrive.errors import MissingPackageError, WebError
from hipdrive.web.access import TOKEN_NAME, Access
from hipdrive.web.own_names import OwnNames
from hipdrive.web.page_link import page_link

if TYPE_CHECKING:
    from types import TracebackType

    from hipdrive.config import Config
    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.web.live_view import LiveView


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
            from hipdrive.web.application import application
            from hipdrive.web.page_parts import PageParts
            from hipdrive.web.page_server import PageServer
        except ImportError as error:
            message = f"the page needs {error.name}: pip install 'hipdrive[web]'"
            raise MissingPackageError(message) from error
        web, data = config.web, config.data_path(os.environ)
        try:
            access = Access.of(web.host, data / TOKEN_NAME)
        except OSError as error:
            raise WebError(f"{data / TOKEN_NAME}: {error.strerror}") from error
        self.for_others = access.token is not None
        names = OwnNames.of(web.names)
        app = application(PageParts(view, commands, parts, data, access, names, config.language))
        self._server = PageServer(app, web, "web")
        self.link = page_link(web.host, self._server.port, access.token, secure=self._server.secure)

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
        self._server.close()
