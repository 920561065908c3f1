"""`SHA256SUMS` of a session folder: what its tables and its summary were when they were written.

A bit that flips on a card turns one figure into another. `sha256sum -c` checks the file too. Key
points are not in it: their archive has a CRC-32 for each array.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hipdrive.small_file import read_small_file
from hipdrive.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path

SUMS_NAME = "SHA256SUMS"
SEALED = ("strides.csv", "cues.csv", "session.json")
MOST_TABLE_BYTES = 100_000_000
"""Days of strides."""


def seal(folder: Path) -> None:
    """Note what the files are, in the form of coreutils' `sha256sum`.

    Raises:
        OSError: one cannot be read, or the sums not be written.
    """
    sums = {name: _sha256(folder / name) for name in SEALED if (folder / name).is_file()}
    write_whole(folder / SUMS_NAME, "".join(f"{sum_}  {name}\n" for name, sum_ in sums.items()))


def altered(folder: Path) -> list[str]:
    """Names of the files that are no longer what they were; none where that was not noted."""
    try:
        text = read_small_file(folder / SUMS_NAME).decode(errors="replace")
        rows = [line.split("  ", 1) for line in text.splitlines()]
        noted = {row[1]: row[0] for row in rows if len(row) > 1}
        return [
            name
            for name in SEALED
            if (folder / name).is_file() and noted.get(name) != _sha256(folder / name)
        ]
    except OSError:
        return []


def _sha256(path: Path) -> str:
    return hashlib.sha256(read_small_file(path, MOST_TABLE_BYTES)).hexdigest()
