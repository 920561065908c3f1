"""The routes of the page, as an ASGI application."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hipdrive.control.command import COMMANDS, LONGEST_BYTES, Refusal
from hipdrive.control.command_handler import ReceivedCommand
from hipdrive.errors import CalibrationError
from hipdrive.texts.phrases import Phrases
from hipdrive.web.answers import busy, streamed
from hipdrive.web.gate import Gate
from hipdrive.web.page_texts import index_page, refused, texts_module
from hipdrive.web.review import Review
from hipdrive.web.roll import save_roll
from hipdrive.web.static_files import content_route, static_route
from hipdrive.web.streams import Streams
from hipdrive.web.token_check import TokenCheck

if TYPE_CHECKING:
    from starlette.requests import Request

    from hipdrive.web.page_parts import PageParts

STATIC = (
    "style.css",
    "page.js",
    "ask.js",
    "say.js",
    "align.js",
    "run.js",
    "review.js",
    "icon.svg",
)
UPLOT = ("uPlot.iife.min.js", "uPlot.min.css")
REFUSED = 409


def application(parts: PageParts) -> Starlette:
    """The application; ends by itself with its server."""
    page = _Page(parts)
    review = Review(parts.data / "sessions", parts.language)
    index = index_page(parts.language)
    routes = [
        content_route("index.html", "/", index),
        content_route("index.html", "/index.html", index),
        content_route("texts.js", "/texts.js", texts_module(parts.language)),
        *(static_route(name, f"/{name}") for name in STATIC),
        *(static_route(f"uplot/{name}", f"/uplot/{name}") for name in UPLOT),
        Route("/events", page.events),
        Route("/pictures", page.pictures),
        Route("/checks", page.checks),
        Route("/command/{name}", page.command, methods=["POST"]),
        Route("/roll", page.roll, methods=["POST"]),
        Route("/sessions", review.sessions),
        Route("/sessions/{session}/report", review.report),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Gate, names=parts.names, access_check=TokenCheck(parts.access))],
        max_body_size=LONGEST_BYTES,
    )


@dataclass(slots=True)
class _Page:
    """The routes that look at the moment or change something."""

    parts: PageParts
    streams: Streams = field(init=False)

    def __post_init__(self) -> None:
        self.streams = Streams(self.parts)

    async def events(self, _request: Request) -> Response:
        """The values of the moment, as server-sent events."""
        events = self.streams.events()
        return self._busy() if events is None else streamed(events, "text/event-stream")

    async def pictures(self, _request: Request) -> Response:
        """The camera's picture, as motion JPEG."""
        pictures = self.streams.pictures()
        if pictures is None:
            return self._busy()
        return streamed(pictures, "multipart/x-mixed-replace; boundary=picture")

    async def checks(self, _request: Request) -> Response:
        """How the camera stands."""
        found = await asyncio.to_thread(self.streams.checks)
        return JSONResponse([check._asdict() for check in found])

    async def command(self, request: Request) -> Response:
        """Ask something of the device; the answer says what became of it."""
        payload = await request.body()
        answer = self.parts.commands.handle(
            ReceivedCommand(request.path_params["name"], payload), allowed=list(COMMANDS)
        )
        refusal = answer.refusal
        explanation = None if refusal is None else refused(refusal, self.parts.language)
        content = {
            "accepted": answer.accepted,
            **asdict(answer),
            "explanation": explanation or answer.explanation,
        }
        return JSONResponse(content, _status(refusal))

    async def roll(self, request: Request) -> Response:
        """Keep the camera's roll for the next session."""
        try:
            await asyncio.to_thread(
                save_roll, self.parts.data, await request.body(), self.parts.view.size
            )
        except CalibrationError as error:
            return JSONResponse({"accepted": False, "explanation": str(error)}, REFUSED)
        return JSONResponse({"accepted": True, "explanation": None})

    def _busy(self) -> JSONResponse:
        say = Phrases("page", self.parts.language)
        return busy(say("too_many_pages"))


def _status(refusal: Refusal | None) -> int:
    if refusal is None:
        return 200
    return 404 if refusal is Refusal.UNKNOWN else REFUSED
