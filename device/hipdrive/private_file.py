"""Files and folders that only their owner may read, whatever the umask: a body's measurements."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
READABLE_MODE, READABLE_FOLDER_MODE = 0o644, 0o755


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


def make_private_file(path: Path) -> None:
    """Make an empty file unless there is one, and have it be its owner's alone.

    Raises:
        OSError: it cannot be made.
    """
    # Not opened where it is there: closing it would let go of SQLite's locks on it.
    with suppress(FileExistsError):
        os.close(private(str(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    with suppress(OSError):
        path.chmod(FILE_MODE)


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing.

    Raises:
        OSError: it cannot be made.
    """
    _make_folder(folder, FOLDER_MODE)


def make_readable_folder(folder: Path) -> None:
    """The same, of what others may read."""
    _make_folder(folder, READABLE_FOLDER_MODE)


def _make_folder(folder: Path, mode: int) -> None:
    missing = [folder, *folder.parents]
    while missing and missing[-1].exists():
        missing.pop()
    for each in reversed(missing):
        with suppress(FileExistsError):
            each.mkdir(mode)
            # The umask may have taken the owner's own rights.
            with suppress(OSError):
                each.chmod(mode)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
