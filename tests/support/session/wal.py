"""How far a write-ahead log of SQLite goes: https://www.sqlite.org/fileformat2.html#walformat."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEADER, FRAME = 32, 24


def salts(path: Path) -> str:
    """What the frames of the log's present round begin with; empty for a log without a header."""
    with path.open("rb") as file:
        header = file.read(HEADER)
    return header[16:24].hex() if len(header) == HEADER else ""


def committed_end(path: Path) -> int:
    """Where the last transaction of the present round ends, bytes; 0 for a log without one."""
    end = 0
    with path.open("rb") as file:
        header = file.read(HEADER)
        if len(header) < HEADER:
            return end
        (page,) = struct.unpack(">I", header[8:12])
        at = HEADER
        while len(frame := file.read(FRAME)) == FRAME and frame[8:16] == header[16:24]:
            at += FRAME + page
            if struct.unpack(">I", frame[4:8])[0]:
                end = at
            file.seek(at)
    return end
