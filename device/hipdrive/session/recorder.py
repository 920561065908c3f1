"""Records a session from a thread of its own: a disk may stall, the loop may not."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING

from hipdrive.errors import SessionError
from hipdrive.session.files import SessionFiles
from hipdrive.session.sink import RunsIn, SessionSink, SinkInfo

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.session.poses import PosesMeta
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult

log = logging.getLogger("hipdrive.session")

MOST_RESULTS_WAITING = 2048
"""Half a minute at 60 frames a second; SD cards stall for seconds."""
IDLE_NS = 10_000_000_000
"""A live session records nothing once no runner has been there for so long: a service that watches
an empty treadmill all day would fill its card (a gigabyte of key points a day). Poses without a
runner add nothing to strides, and the coach has gone dark by then."""


class Recorder(SessionSink):
    """Sink that writes the session folder.

    Args:
        folder: to be made; must not exist, or be empty.
        meta: goes into `poses.npz`.
        lossless: True records everything and makes the loop wait for a slow disk, as a replay
            should; False drops results and counts them, as a live session must, and leaves out
            the time without a runner.

    Attributes:
        dropped: results that were not recorded.

    Raises:
        SessionError: the folder cannot be made.
    """

    info = SinkInfo("recorder", RunsIn.OWN_THREAD, "frames of a live session")

    def __init__(self, folder: Path, meta: PosesMeta, *, lossless: bool) -> None:
        self._folder = folder
        self._lossless = lossless
        self.dropped = 0
        self._failed: Exception | None = None
        self._seen_ns: int | None = None
        self._queue: queue.Queue[FrameResult | None] = queue.Queue(MOST_RESULTS_WAITING)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise SessionError(f"{folder}: is not empty; name a new folder")
            self._files = SessionFiles(folder, meta)
        except OSError as error:
            if isinstance(error, SessionError):
                raise
            raise SessionError(f"{folder}: cannot be written ({error.strerror})") from error
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def on_frame(self, result: FrameResult) -> None:
        """Hand a result to the writer."""
        if self._lossless:
            self._queue.put(result.without_frame())
            return
        if result.pose.runner_seen or self._seen_ns is None:
            self._seen_ns = result.pose.t_ns
        elif result.pose.t_ns - self._seen_ns > IDLE_NS:
            return
        try:
            self._queue.put_nowait(result.without_frame())
        except queue.Full:
            self.dropped += 1

    @property
    def warnings(self) -> list[str]:
        """What is missing from the record, one sentence each."""
        if not self.dropped:
            return []
        return [f"{self.dropped} frames are not in the record: the disk was too slow or failed"]

    def end(self, summary: SessionSummary) -> None:
        """Write what is left and complete the folder.

        Raises:
            SessionError: the recording is not complete.
        """
        self._queue.put(None)
        self._thread.join()
        try:
            if self._failed:
                raise self._failed  # noqa: TRY301  # handled like a failure at the end
            self._files.finish(summary)
        except Exception as error:
            self._files.abandon()
            raise SessionError(
                f"{self._folder}: the session is not complete ({_reason(error)}); "
                "free space on the disk, or name another folder with --session-dir"
            ) from error

    def _write(self) -> None:
        """The thread: after an error it goes on emptying the queue, so that no caller waits."""
        while (result := self._queue.get()) is not None:
            if self._failed:
                self.dropped += 1
                continue
            try:
                self._files.write(result)
            except Exception as error:  # noqa: BLE001  # no caller may wait for a dead thread
                self._failed = error
                log.error("recording has stopped: %s (%s)", _reason(error), self._folder)  # noqa: TRY400  # one line


def _reason(error: Exception) -> str:
    """What the system calls the error, without the number."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
