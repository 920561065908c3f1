"""Files of a page that are the same for everybody: markup, style, scripts."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def static_file(name: str, package: str = __package__) -> bytes:
    """A file of a package's folder `static`, by its path below it."""
    return resources.files(package).joinpath("static", *name.split("/")).read_bytes()


def static_route(name: str, path: str, package: str = __package__) -> Route:
    """A route to a file of a package's folder `static`; read once, now."""
    return content_route(name, path, static_file(name, package))


def content_route(name: str, path: str, content: bytes) -> Route:
    """A route to what stays the same while the server runs; the name says what it is."""
    media_type = MEDIA_TYPES[name[name.rindex(".") :]]

    async def respond(_request: Request) -> Response:
        return Response(content, media_type=media_type, headers={"Cache-Control": "no-cache"})

    return Route(path, respond)
