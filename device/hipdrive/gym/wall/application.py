"""The routes of the wall, as an ASGI application."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from hipdrive.control.command import LONGEST_BYTES, CommandError, SetPrivacy, parse
from hipdrive.errors import HipdriveError
from hipdrive.gym.wall.event_stream import EventStreams
from hipdrive.gym.wall.sign_in import WallRefusal
from hipdrive.gym.wall.users import WallRole, WallUser
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.printable import printable
from hipdrive.web.answers import busy, streamed
from hipdrive.web.gate import Gate
from hipdrive.web.static_files import static_route

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Scope

    from hipdrive.config import CommandName
    from hipdrive.gym.wall.board import BoardChanges
    from hipdrive.gym.wall.wall_parts import WallParts

log = logging.getLogger("hipdrive.wall")

OWN = ("index.html", "wall.css", "wall.js", "tiles.js", "details.js", "login.js")
OF_THE_DEVICE = (
    "style.css",
    "ask.js",
    "icon.svg",
    "uplot/uPlot.iife.min.js",
    "uplot/uPlot.min.css",
)
"""What the device's page is made of, and the wall as well."""
OPEN = {"/", "/login", *(f"/{name}" for name in OWN + OF_THE_DEVICE)}
"""What everybody may ask for: nothing of a gym is in it."""
COMMANDS: list[CommandName] = ["mute", "session", "privacy"]
"""What staff may ask of a device; who runs and where their target is, is the runner's."""
MOST_PAGES = 64
SEND_S = 5.0
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, REFUSED, TOO_MANY, AWAY = 401, 403, 404, 409, 429, 503
NO_STORE = {"Cache-Control": "no-store"}


def wall_application(parts: WallParts) -> Starlette:
    """The application; ends by itself with its server."""
    wall = _Wall(parts)
    pages = ((name, __package__) for name in OWN)
    shared = ((name, "hipdrive.web") for name in OF_THE_DEVICE)
    routes = [
        *(static_route(name, f"/{name}", package) for name, package in (*pages, *shared)),
        static_route("index.html", "/", __package__),
        Route("/login", wall.login, methods=["POST"]),
        Route("/logout", wall.logout, methods=["POST"]),
        Route("/who", wall.who),
        Route("/events", wall.events),
        Route("/devices/{site}/{device}", wall.device),
        Route("/devices/{site}/{device}/command/{name}", wall.command, methods=["POST"]),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Gate, names=parts.names, access_check=wall.access_check)],
        max_body_size=LONGEST_BYTES,
    )


class _Wall:
    """The routes that are not the same for everybody."""

    def __init__(self, parts: WallParts) -> None:
        self._parts = parts
        self._streams = EventStreams(MOST_PAGES)

    def access_check(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """The answer to who is not logged in; None for who is, or asks for what is open."""
        if scope["path"] in OPEN:
            return None
        user = self._parts.sign_in.user(headers.get("cookie", ""))
        scope["wall_user"] = user
        if user is None:
            return _told("log in first", UNAUTHORIZED)
        return None

    async def login(self, request: Request) -> Response:
        """Log in by name and password."""
        try:
            given = json.loads(await request.body())
            name, password = given["name"], given["password"]
        except (ValueError, LookupError, TypeError, RecursionError):
            name = password = None
        if not isinstance(name, str) or not isinstance(password, str):
            return _told("name and password are asked for", REFUSED)
        address = request.client.host if request.client else ""
        try:
            found = await asyncio.to_thread(self._parts.sign_in.attempt, name, password, address)
        except HipdriveError as error:
            return _told(str(error), AWAY)
        if found is WallRefusal.TOO_OFTEN:
            return _told("too many tries; wait a minute", TOO_MANY)
        if not isinstance(found, WallUser):
            log.warning("wall: a wrong password for %s from %s", printable(name[:64]), address)
            return _told("name or password is wrong", UNAUTHORIZED)
        cookie = self._parts.sign_in.cookie(found, secure=request.url.scheme == "https")
        return JSONResponse(_person(found), headers={"Set-Cookie": cookie, **NO_STORE})

    async def logout(self, request: Request) -> Response:
        """Log out."""
        secure = request.url.scheme == "https"
        cookie = self._parts.sign_in.end(request.headers.get("cookie", ""), secure=secure)
        return JSONResponse({"accepted": True}, headers={"Set-Cookie": cookie, **NO_STORE})

    async def who(self, request: Request) -> Response:
        """Who is logged in."""
        return JSONResponse(_person(_user(request)), headers=NO_STORE)

    async def events(self, request: Request) -> Response:
        """All tiles, and then what changes, as server-sent events."""
        cookies, since = request.headers.get("cookie", ""), 0

        def newest() -> bytes | None:
            nonlocal since
            changes = self._parts.board.changes(since)
            if changes is None:
                return None
            whole, since = since == 0, changes.number
            return _event({**_changed(changes), "whole": whole})

        def alive() -> bytes | None:
            # Who was taken out, or has another password, is not told any more.
            return None if self._parts.sign_in.user(cookies) is None else _event({})

        stream = self._streams.opened(newest, alive)
        return (
            busy("too many pages are open; close one")
            if stream is None
            else streamed(stream, "text/event-stream")
        )

    async def device(self, request: Request) -> Response:
        """Sessions and a week's health of a device."""
        site, device = request.path_params["site"], request.path_params["device"]
        if not self._parts.board.knows(site, device):
            return _told("there is no such device", NOT_FOUND)
        page = self._parts.device_page.format(site=site, device=device)
        try:
            past = await asyncio.to_thread(self._parts.past.device, site, device)
        except HipdriveError as error:
            return JSONResponse({"page": page, "explanation": str(error)}, AWAY, NO_STORE)
        return JSONResponse({"page": page, **past}, headers=NO_STORE)

    async def command(self, request: Request) -> Response:
        """Send a device a command; only staff may."""
        user, payload = _user(request), await request.body()
        site, device, name = (request.path_params[key] for key in ("site", "device", "name"))
        if user.role is not WallRole.STAFF:
            self._parts.sign_in.refuse(WallRefusal.VIEWER)
            log.warning("wall: %s may look, and has sent %s", user.name, printable(name[:64]))
            return _told("viewers may look; staff may do this", FORBIDDEN)
        if not self._parts.board.knows(site, device):
            return _told("there is no such device", NOT_FOUND)
        try:
            asked = parse(name, payload, COMMANDS, (0.0, 0.0))
        except CommandError as error:
            return _told(str(error), REFUSED)
        if isinstance(asked, SetPrivacy) and not asked.private:
            return _told("somebody wants the camera closed; it is opened at the treadmill", REFUSED)
        sent = self._parts.listener.send(f"{Topics(site, device).command}/{name}", payload)
        try:
            problem = await asyncio.wait_for(asyncio.wrap_future(sent), SEND_S)
        except TimeoutError:
            problem = "the broker does not answer; it is not known whether it has the command"
        log.warning("wall: %s sends %s/%s %s", user.name, site, device, name)
        return _told(problem, AWAY if problem else 200)


def _user(request: Request) -> WallUser:
    user = request.scope["wall_user"]
    assert isinstance(user, WallUser)  # noqa: S101  # `access_check` has put it there
    return user


def _person(user: WallUser) -> dict[str, object]:
    return {"name": user.name, "role": str(user.role)}


def _told(explanation: str | None, status: int) -> JSONResponse:
    content = {"accepted": explanation is None, "explanation": explanation}
    return JSONResponse(content, status, NO_STORE)


def _changed(changes: BoardChanges) -> dict[str, object]:
    return {
        "tiles": [tile.as_json() for tile in changes.tiles],
        "gone": changes.gone,
        "problem": changes.problem,
        "refused": changes.refused,
    }


def _event(content: dict[str, object]) -> bytes:
    return f"data: {json.dumps(content, allow_nan=False)}\n\n".encode()
