"""The page beside a command: served while it works, and its link printed."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.cli.say import complain, say
from hipdrive.errors import MissingPackageError, WebError

if TYPE_CHECKING:
    import argparse
    import threading
    from collections.abc import Iterator, Mapping

    from hipdrive.health.degraded import DegradedParts
    from hipdrive.session.request import SessionRequest


def add_web_option(parser: argparse.ArgumentParser) -> None:
    """The option of every command that can serve the page."""
    parser.add_argument(
        "--web",
        action="store_true",
        help="serve the page, and print its address (web.* of the configuration)",
    )


@contextmanager
def served(
    request: SessionRequest, parts: DegradedParts, *, wanted: bool, needed: bool = True
) -> Iterator[SessionRequest]:
    """The request with the page in it, which is served meanwhile, where that is wanted.

    Args:
        request: of the first session.
        parts: those that do not work; the page shows them.
        wanted: False for no page.
        needed: False goes on without the page where it cannot be served.

    Raises:
        WebError: the port is taken, or the certificate cannot be used.
        MissingPackageError: the packages of the page are missing.
    """
    with ExitStack() as stack:
        if wanted:
            try:
                request = _with_page(request, parts, stack)
            except (MissingPackageError, WebError) as error:
                if needed:
                    raise
                complain(str(error))
        yield request


def stay(stop: threading.Event) -> None:
    """Keep the page after the session, for whoever reads it, until the command is stopped."""
    if not stop.is_set():
        say("the page stays until Ctrl-C")
        stop.wait()


def _with_page(request: SessionRequest, parts: DegradedParts, stack: ExitStack) -> SessionRequest:
    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.web.live_view import LiveView
    from hipdrive.web.server import WebServer

    view, commands = LiveView(), CommandHandler(request.config)
    server = stack.enter_context(WebServer(request.config, view, commands, parts))
    say(f"page: {_told(server.link, os.environ)}")
    if server.for_others and sys.stdout.isatty():
        import segno

        segno.make(server.link, error="l").terminal(compact=True)
    return replace(
        request,
        sinks=(*request.sinks, view.open_sink),
        commands=commands,
        on_view=view.on_view,
        watched=lambda: view.watched,
        page=server.link,
    )


def _told(link: str, environ: Mapping[str, str]) -> str:
    """The link; without its token where it would be kept in the journal, which others may read."""
    address, _, token = link.partition("?")
    if not token or "JOURNAL_STREAM" not in environ:
        return link
    return f"{address} (the token that it asks for is in the data folder)"
