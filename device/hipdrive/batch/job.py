"""One recording's work: its session, whole in its folder or not there at all."""

from __future__ import annotations

import errno
import shutil
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.batch.origin import SessionOrigin, is_finished, note_origin
from hipdrive.errors import HipdriveError, SessionError, SourceError
from hipdrive.printable import printable
from hipdrive.private_file import make_private_folder
from hipdrive.whole_file import sync

if TYPE_CHECKING:
    from hipdrive.batch.recording import BatchRecording
    from hipdrive.config import Config
    from hipdrive.session.request import Outcome, SessionRequest

SESSIONS_NAME, WORK_NAME = "sessions", ".work"
OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""Errors that the next recording would meet too."""
REPORT_PACKAGES = ("jinja2", "matplotlib")


@dataclass(frozen=True, slots=True)
class Job:
    """A recording to be measured.

    Attributes:
        recording: which.
        config: for all recordings.
        out: folder of the results, seen by who measures.
        token: what makes the session's id unique among those of the same second.
    """

    recording: BatchRecording
    config: Config
    out: Path
    token: str

    @property
    def folder(self) -> Path:
        """Where the session is when it is whole."""
        return self.out / SESSIONS_NAME / self.recording.folder_name


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job.

    Attributes:
        recording: which.
        error: why there is no session, in a line; empty where there is one.
        of_the_disk: the folder of the results cannot be written: no other job can succeed.
    """

    recording: BatchRecording
    error: str = ""
    of_the_disk: bool = False


_one_at_a_time = threading.Lock()
"""A Dask worker may have several threads; a session is to have one core, and a process has one
setting of how often its threads take turns."""


def measure(job: Job) -> JobResult:
    """Measure a recording; whatever goes wrong is in the result."""
    with _one_at_a_time:
        try:
            _measure(job)
        except Exception as error:  # noqa: BLE001  # one recording does not stop the others
            return JobResult(job.recording, one_line(error), _is_of_the_disk(error))
    return JobResult(job.recording)


def one_line(error: BaseException) -> str:
    """An error as a line of a table."""
    text = printable(" ".join(str(error).split()))
    if isinstance(error, HipdriveError | OSError):
        return text
    return f"a fault of hipdrive itself ({type(error).__name__}: {text})"


def _is_of_the_disk(error: BaseException) -> bool:
    cause = error.__cause__ if isinstance(error, SessionError) else error
    return isinstance(cause, OSError) and cause.errno in OF_THE_DISK


def _measure(job: Job) -> None:
    import cv2

    if is_finished(job.folder, job.recording, job.config):
        return
    shutil.rmtree(job.folder, ignore_errors=True)  # of a source or settings that have changed
    cv2.setNumThreads(1)
    origin = SessionOrigin.of(job.recording, job.config)
    content = origin.content_sha256()
    work = job.out / WORK_NAME
    make_private_folder(work)
    folder = Path(tempfile.mkdtemp(prefix=f"{job.recording.folder_name}.", dir=work))
    try:
        _record(job, folder)
        if SessionOrigin.of(job.recording, job.config) != origin:
            raise SourceError(f"{job.recording.named}: changed while it was measured")
        note_origin(folder, origin, content)
        _put_in_place(folder, job)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _record(job: Job, folder: Path) -> None:
    """The session, as `hipdrive replay` makes it."""
    from hipdrive import app
    from hipdrive.rendered.answers import keep_known_answers
    from hipdrive.session.request import SessionRequest
    from hipdrive.sources import open_source

    settings = job.recording.settings
    request = SessionRequest(
        config=settings.applied_to(job.config),
        facing=settings.facing,
        session_dir=folder,
        started=datetime.now(UTC),
        token=job.token,
        stop=threading.Event(),
        look_ahead=False,
        publish=False,
        calibration=settings.calibration,
    )
    source = job.recording.source
    with open_source(source, settings.fps, settings.slow_motion, settings.static) as opened:
        session = app.replay(request, opened)
        keep_known_answers(opened, folder)
    _report(request, session)


def _report(request: SessionRequest, session: Outcome) -> None:
    """The session's report, where reports are wanted and can be made."""
    if session.summary.statement or not request.config.report.each_session or not can_report():
        return
    from hipdrive.api.stored_session import Session
    from hipdrive.report.page import NAME, write_report

    # A session without a report is whole; the index says which have one.
    with suppress(HipdriveError):
        write_report(Session.open(session.folder), session.folder / NAME, request.config.language)


def can_report() -> bool:
    """Whether the packages that reports need are installed."""
    return all(find_spec(package) for package in REPORT_PACKAGES)


def _put_in_place(folder: Path, job: Job) -> None:
    """Have the session be where it belongs, also after a power cut: all of it or nothing."""
    for path in folder.iterdir():
        sync(path)
    sync(folder)
    make_private_folder(job.folder.parent)
    try:
        folder.rename(job.folder)
    except OSError:
        # Another worker, taken for lost, was as quick.
        if not is_finished(job.folder, job.recording, job.config):
            raise
    sync(job.folder.parent)
