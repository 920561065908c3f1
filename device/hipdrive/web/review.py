"""The last sessions and their reports."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, JSONResponse, PlainTextResponse

from hipdrive.api.stored_session import Session
from hipdrive.errors import HipdriveError, SessionError
from hipdrive.report.page import NAME, write_report
from hipdrive.session.files import SUMMARY_NAME
from hipdrive.session.retention import ID
from hipdrive.session.summary import SessionSummary

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

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
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = asyncio.Lock()

    async def sessions(self, _request: Request) -> Response:
        """The newest sessions, newest first; a damaged one has a reason instead of figures."""
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
                    await asyncio.to_thread(lambda: write_report(Session.open(folder), path))
        except (HipdriveError, OSError) as error:
            return PlainTextResponse(f"{error}\n", NOT_POSSIBLE)
        headers = {"Content-Security-Policy": REPORT_POLICY, "Cache-Control": "no-cache"}
        return FileResponse(path, media_type="text/html; charset=utf-8", headers=headers)


def listed(folder: Path) -> list[dict[str, object]]:
    """The newest sessions of a folder, newest first."""
    if not folder.is_dir():
        return []
    names = sorted(
        (each.name for each in folder.iterdir() if ID.fullmatch(each.name)), reverse=True
    )
    return [_entry(folder / name) for name in names[:MOST_SESSIONS]]


def _entry(folder: Path) -> dict[str, object]:
    try:
        summary = SessionSummary.read(folder / SUMMARY_NAME)
    except SessionError:
        return {"id": folder.name, "problem": "going on, cut off, or damaged"}
    band, share = summary.band, summary.session_metrics.thigh_ext_in_band
    return {
        "id": folder.name,
        "problem": summary.statement or None,
        "started_utc": summary.started_utc,
        "duration_s": summary.duration_s,
        "runner": summary.runner,
        "strides": summary.strides,
        "thigh_ext_deg": summary.thigh_ext_deg.mean,
        "sd_deg": summary.thigh_ext_deg.sd,
        "target_deg": None if band is None else band.target_deg,
        "in_band_percent": share.value,
        "cadence_spm": summary.cadence_spm,
        "belt_mps": None if summary.camera is None else summary.camera.belt_mps,
    }
