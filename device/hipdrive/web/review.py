"""The last sessions and their reports."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, JSONResponse, PlainTextResponse

from hipdrive.api.stored_session import Session
from hipdrive.errors import HipdriveError
from hipdrive.history.as_json import history_json
from hipdrive.history.past_session import past_sessions
from hipdrive.report.page import NAME, write_report
from hipdrive.session.retention import ID

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from hipdrive.texts.catalogue import Language

MOST_SESSIONS = 50
NOT_FOUND, NOT_POSSIBLE = 404, 409
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; frame-ancestors 'none'"
)
"""A report is one file with its style and script in it; it may ask for nothing."""


class Review:
    """Routes that read what is on the disk.

    Args:
        folder: of all sessions; need not exist.
        language: of reports that are made.
    """

    def __init__(self, folder: Path, language: Language) -> None:
        self._folder = folder
        self._language = language
        self._making = asyncio.Lock()

    async def sessions(self, _request: Request) -> Response:
        """The newest sessions, and the trends over those that can be compared."""
        return JSONResponse(await asyncio.to_thread(listed, self._folder))

    async def report(self, request: Request) -> Response:
        """The report of a session; made now where it is missing."""
        name = request.path_params["session"]
        folder = self._folder / name
        if not ID.fullmatch(name) or not folder.is_dir():
            return PlainTextResponse("there is no such session\n", NOT_FOUND)
        path = folder / NAME
        try:
            async with self._making:
                if not path.exists():
                    await asyncio.to_thread(self._make, folder, path)
        except (HipdriveError, OSError) as error:
            return PlainTextResponse(f"{error}\n", NOT_POSSIBLE)
        headers = {"Content-Security-Policy": REPORT_POLICY, "Cache-Control": "no-cache"}
        return FileResponse(path, media_type="text/html; charset=utf-8", headers=headers)

    def _make(self, folder: Path, path: Path) -> None:
        write_report(Session.open(folder), path, self._language)


def listed(folder: Path) -> dict[str, object]:
    """The newest sessions of a folder, and the trends over them."""
    return history_json(past_sessions(folder, MOST_SESSIONS))
