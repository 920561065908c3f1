"""The folder of a batch's results: one batch at a time, and nobody else's files."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from hipdrive.batch.job import SESSIONS_NAME, WORK_NAME
from hipdrive.errors import SessionError
from hipdrive.private_file import make_private_folder, private

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

MARK_NAME = ".hipdrive-batch"
"""Locked by the batch at work; the lock ends with the process, however that ends."""
INDEX_NAME, SESSION_TABLE, STRIDE_TABLE = "index.html", "sessions", "strides"
RESULT_NAMES = (
    INDEX_NAME,
    *(
        f"{table}{suffix}"
        for table in (SESSION_TABLE, STRIDE_TABLE)
        for suffix in (".csv", ".parquet")
    ),
)


class BatchFolder:
    """A context in which the folder is this batch's alone.

    Args:
        path: made if need be.

    Raises:
        SessionError: it is a file, cannot be written, holds something else, or another batch is at
            work there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            make_private_folder(self.path)
            inside = {each.name for each in self.path.iterdir()}
            if inside and MARK_NAME not in inside:
                raise SessionError(
                    f"{path}: is not empty, and no batch's results are in it; name a new folder"
                )
            mark = os.fspath(self.path / MARK_NAME)
            self._handle = private(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        except NotADirectoryError as error:
            raise SessionError(f"{path}: is a file; name a folder for the results") from error
        except OSError as error:
            raise SessionError(f"{path}: cannot be written ({error.strerror or error})") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._handle)
            raise SessionError(f"{path}: another batch is at work there; wait for it") from error

    def __enter__(self) -> Self:
        self._clear_work()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._clear_work()
        os.close(self._handle)

    def forget_results(self) -> None:
        """Remove tables and index: they are to be of other sessions."""
        for name in RESULT_NAMES:
            with suppress(FileNotFoundError):
                (self.path / name).unlink()

    @property
    def sessions(self) -> Path:
        """Where the sessions are."""
        return self.path / SESSIONS_NAME

    def _clear_work(self) -> None:
        """Remove what a batch that was killed has left half made."""
        shutil.rmtree(self.path / WORK_NAME, ignore_errors=True)
