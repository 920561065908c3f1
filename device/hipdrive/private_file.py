"""Files and folders that only their owner may read, whatever the umask: a body's measurements."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE_MODE, FOLDER_MODE, READABLE_MODE = 0o600, 0o700, 0o644


def private(path: str, flags: int) -> int:
    """An opener for `open`, by which a file is its owner's alone."""
    return _opened(path, flags, FILE_MODE)


def readable(path: str, flags: int) -> int:
    """An opener for what root may write and the service has to read."""
    return _opened(path, flags, READABLE_MODE)


def _opened(path: str, flags: int, mode: int) -> int:
    handle = os.open(path, flags, mode)
    # A disk of a camera card's kind has no modes.
    with suppress(OSError):
        os.fchmod(handle, mode)
    return handle


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing.

    Raises:
        OSError: it cannot be made.
    """
    missing = [folder, *folder.parents]
    while missing and missing[-1].exists():
        missing.pop()
    for each in reversed(missing):
        with suppress(FileExistsError):
            each.mkdir(FOLDER_MODE)
            # The umask may have taken the owner's own rights.
            with suppress(OSError):
                each.chmod(FOLDER_MODE)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
