"""A file that records are appended to, whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from hipdrive.private_file import private

if TYPE_CHECKING:
    from pathlib import Path


class AppendFile:
    """A new file without a buffer: what is appended survives a kill of the process.

    A disk that fails in the middle of a record leaves part of it; that is cut off before the next
    one is written, so the file can be gone on with when there is room again.

    Args:
        path: of the file; one that is there is emptied.

    Raises:
        OSError: from any method, when the disk is full or gone.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = open(path, "wb", buffering=0, opener=private)  # noqa: SIM115  # closed by `close`
        self._size = 0
        self._torn = False

    def append(self, record: bytes) -> None:
        """Append a record, or leave the file as it was."""
        if self._torn:
            self._file.truncate(self._size)
            self._file.seek(self._size)
            self._torn = False
        self._torn = True
        rest = memoryview(record)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._torn = False
        self._size += len(record)

    def sync(self) -> None:
        """Onto the disk: what was appended survives a power cut."""
        os.fsync(self._file.fileno())

    def fileno(self) -> int:
        """The file's descriptor."""
        return self._file.fileno()

    def close(self) -> None:
        """Onto the disk, and close. Safe to call twice."""
        if not self._file.closed:
            with self._file:
                self.sync()

    def abandon(self) -> None:
        """Close after an error, whatever reached the disk. Safe to call twice."""
        with suppress(OSError):
            self._file.close()
