"""Answers that go on, and the one to who asks for one too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BUSY = 503


def streamed(content: AsyncIterator[bytes], media_type: str) -> StreamingResponse:
    """An answer that goes on for as long as the page is open."""
    return StreamingResponse(content, media_type=media_type, headers={"Cache-Control": "no-store"})


def busy(explanation: str) -> JSONResponse:
    """Too many pages are open, which the explanation says."""
    return JSONResponse({"explanation": explanation}, BUSY)
