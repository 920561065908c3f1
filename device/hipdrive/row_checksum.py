"""What tells a row of an SQLite file from one in which a bit has flipped."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def checksum(columns: Sequence[object]) -> int:
    """CRC-32 over columns as SQLite returns them: it finds every change of up to 32 bits in a row.

    Their types go in as well, because a flipped bit may turn one into another.
    """
    total = 0
    for value in columns:
        data = value if isinstance(value, bytes) else str(value).encode(errors="replace")
        total = zlib.crc32(f"{type(value).__name__} {len(data)} ".encode(), total)
        total = zlib.crc32(data, total)
    return total
