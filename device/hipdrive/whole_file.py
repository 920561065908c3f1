"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from hipdrive.private_file import private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Opener = Callable[[str, int], int]


@contextmanager
def replacing(path: Path, opener: Opener = private) -> Iterator[BinaryIO]:
    """A file that comes in the place of the one that was there before, once it is written.

    Args:
        path: the file.
        opener: by which `open` makes it; its owner's alone unless another is given.

    Raises:
        OSError: it cannot be written; a file that was there before stays as it was, and so it does
            after any other error.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(partial, "wb", opener=opener) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync(path.parent)


def write_whole(
    path: Path, text: str, opener: Opener = private, *, as_before: bool = False
) -> None:
    """Put a text file there, in the place of the one that was there before.

    Args:
        path: the file.
        text: what it says.
        opener: as of `replacing`.
        as_before: owner and mode of a file that was there before stay.

    Raises:
        OSError: as of `replacing`.
    """
    with replacing(path, opener) as file:
        file.write(text.encode())
        if as_before:
            _like(file.fileno(), path)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _like(handle: int, before: Path) -> None:
    with suppress(FileNotFoundError):
        status = before.stat()
        os.fchown(handle, status.st_uid, status.st_gid)
        os.fchmod(handle, status.st_mode & 0o777)
