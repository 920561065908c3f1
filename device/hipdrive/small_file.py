"""Files that are read whole: configuration, calibration, passwords, summaries, pictures."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 1_000_000
"""More than any of them has; what is larger is another file, named by mistake."""


MOST_DATA_BYTES = 500_000_000
"""Hours of another program's key points, or the largest picture."""


def read_small_file(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Read a file that must be one: a device or a pipe would be read for ever, or waited for.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger than `most_bytes`; `strerror`
            says which.
    """
    # A pipe that nobody writes to is opened at once, and recognised.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        with open(handle, "rb", closefd=False) as file:
            content = file.read(most_bytes + 1)
    finally:
        os.close(handle)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"larger than {most_bytes} bytes", str(path))
    return content
