"""Records a session from a thread of its own: a disk may stall, fill up or go; the loop may not."""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from hipdrive.errors import SessionError
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.private_file import make_private_folder
from hipdrive.session.files import SessionFiles
from hipdrive.session.sink import RunsIn, SessionSink, SinkInfo
from hipdrive.session.summary import SessionSummary
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.session.cue_times import CueTimes
    from hipdrive.session.poses import PosesMeta

log = logging.getLogger("hipdrive.session")

MOST_RESULTS_WAITING = 2048
"""Half a minute at 60 frames a second; SD cards stall for seconds."""
IDLE_NS = 10 * NS_PER_S
"""A live session records nothing once no runner has been there for so long: a service that watches
an empty treadmill all day would fill its card (a gigabyte of key points a day). Poses without a
runner add nothing to strides, and the coach has gone dark by then."""
STALL_S = 8.0
"""A disk that takes nothing for this long is given up by a replay, which otherwise waits for it."""
END_S = 6.0
"""How long the end of a live session waits for the disk; a service has 20 s for all of it."""
SYNC_NS = 5 * NS_PER_S
"""A power cut takes this much of a session, and no more."""
RETRY_NS = 5 * NS_PER_S
"""After a failure the disk is tried again so often."""
BEHIND_NS = 5 * NS_PER_S
"""A disk that is behind for longer has stalled or is too slow; cards pause for seconds."""
SO_FAR_NS = 30 * NS_PER_S
"""A session that is cut off has a summary that is no older, by the frames' own time."""


@dataclass(frozen=True, slots=True)
class _SoFar:
    """The summary of a session that goes on."""

    summary: SessionSummary


class Recorder(SessionSink):
    """Sink that writes the session folder.

    A live session goes on without a record where the disk is full, read-only or stalled; that is
    said, and the record goes on when there is room again. A replay is there for its record, and
    fails.

    Args:
        folder: to be made; must not exist, or be empty.
        meta: goes into `poses.npz`.
        lossless: True records everything and makes the loop wait for a slow disk, as a replay
            should; False drops results and counts them, as a live session must, and leaves out
            the time without a runner.
        parts: told when the disk fails and when it works again.
        summary: the session so far, kept in case that it is cut off; None: it is not kept.
        clock_ns: a monotonic clock.
        cue_times: when cues were shown; None: that is not known.

    Raises:
        SessionError: the folder is not empty, or a replay's cannot be made.
    """

    info = SinkInfo("recorder", RunsIn.OWN_THREAD, "frames of a live session")

    def __init__(
        self,
        folder: Path,
        meta: PosesMeta,
        *,
        lossless: bool,
        parts: DegradedParts | None = None,
        summary: Callable[[], SessionSummary] | None = None,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        cue_times: CueTimes | None = None,
    ) -> None:
        self._folder = folder
        self._meta = meta
        self._lossless = lossless
        self._parts = parts or DegradedParts()
        self._summary = summary
        self._clock_ns = clock_ns
        self._cue_times = cue_times
        self._late = self._unwritten = 0
        self._failed: Exception | None = None
        self._retry_ns = self._synced_ns = clock_ns()
        self._start_ns: int | None = None
        self._seen_ns: int | None = None
        self._so_far_ns: int | None = None
        self._behind_ns: int | None = None
        self._steps = 0
        self._queue: queue.Queue[FrameResult | SessionSummary | _SoFar] = queue.Queue(
            MOST_RESULTS_WAITING
        )
        self._files: SessionFiles | None = None
        self._refuse_used()
        if lossless:
            self._open_now()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Results that were not recorded."""
        return self._late + self._unwritten

    def on_frame(self, result: FrameResult) -> None:
        """Hand a result to the writer.

        Raises:
            SessionError: a replay's disk has stalled.
        """
        if self._lossless:
            self._put_patiently(result.without_frame())
            return
        t_ns = result.pose.t_ns
        if result.pose.runner_seen or self._seen_ns is None:
            self._seen_ns = t_ns
        elif t_ns - self._seen_ns > IDLE_NS:
            return
        if not self._put(result.without_frame()):
            self._late += 1
            self._note_behind()
        if self._summary and (self._so_far_ns is None or t_ns - self._so_far_ns >= SO_FAR_NS):
            self._so_far_ns = t_ns
            self._put(_SoFar(self._summary()))

    def _note_behind(self) -> None:
        now_ns = self._clock_ns()
        behind_ns = self._behind_ns
        if behind_ns is None:
            self._behind_ns = now_ns
        elif now_ns - behind_ns > BEHIND_NS:
            self._parts.degrade(
                DevicePart.RECORDER, f"the disk is too slow for a record ({self._folder})"
            )

    @property
    def warnings(self) -> list[str]:
        """What is missing from the record, one sentence each."""
        if not self.dropped:
            return []
        return [f"{self.dropped} frames are not in the record: the disk was too slow or failed"]

    def end(self, summary: SessionSummary) -> None:
        """Write what is left and complete the folder, as long as the disk goes on.

        What a live session does not get done in time is completed at the next start.

        Raises:
            SessionError: a replay's recording is not complete.
        """
        if self._lossless:
            self._put_patiently(summary)
            self._wait_while_it_goes_on()
            if self._failed:
                full = isinstance(self._failed, OSError)
                remedy = "free space on the disk, or name another folder with --session-dir"
                raise SessionError(
                    f"{self._folder}: the session is not complete ({_reason(self._failed)})"
                    + (f"; {remedy}" if full else "")
                ) from self._failed
            return
        deadline_ns = self._clock_ns() + round(END_S * NS_PER_S)
        if self._put(summary, END_S):
            self._ended.wait(max(deadline_ns - self._clock_ns(), 0) / NS_PER_S)
        if not self._ended.is_set():
            self._leave_behind()

    def _put(self, item: FrameResult | SessionSummary | _SoFar, patience_s: float = 0) -> bool:
        try:
            self._queue.put(item, block=patience_s > 0, timeout=patience_s)
        except queue.Full:
            return False
        return True

    def _put_patiently(self, item: FrameResult | SessionSummary) -> None:
        """Wait for a slow disk, and not for one that has stalled."""
        steps = self._steps
        while not self._put(item, STALL_S):
            if steps == self._steps:
                raise SessionError(self._stalled())
            steps = self._steps

    def _wait_while_it_goes_on(self) -> None:
        steps = self._steps
        while not self._ended.wait(STALL_S):
            if steps == self._steps:
                raise SessionError(self._stalled())
            steps = self._steps

    def _stalled(self) -> str:
        return f"{self._folder}: the disk has taken nothing for {STALL_S:g} s; check it"

    def _leave_behind(self) -> None:
        self._parts.degrade(
            DevicePart.RECORDER,
            f"{self._folder} is not complete: the disk was not done within {END_S:g} s; what is "
            "there is completed at the next start",
        )
        while not self._queue.empty():
            try:
                self._late += isinstance(self._queue.get_nowait(), FrameResult)
            except queue.Empty:
                return

    def _refuse_used(self) -> None:
        try:
            used = self._folder.exists() and any(self._folder.iterdir())
        except OSError as error:
            if self._lossless:
                raise SessionError(self._not_writable(error)) from error
            return
        if used:
            raise SessionError(f"{self._folder}: is not empty; name a new folder")

    def _open_now(self) -> None:
        try:
            self._open()
        except OSError as error:
            raise SessionError(self._not_writable(error)) from error

    def _not_writable(self, error: OSError) -> str:
        return f"{self._folder}: cannot be written ({error.strerror})"

    def _open(self) -> SessionFiles:
        if self._files is None:
            make_private_folder(self._folder)
            self._files = SessionFiles(self._folder, self._meta, self._start_ns, self._cue_times)
        return self._files

    def _write(self) -> None:
        """The thread: after an error it goes on emptying the queue, so that no caller waits."""
        while not isinstance(item := self._queue.get(), SessionSummary):
            if isinstance(item, FrameResult) and self._start_ns is None:
                self._start_ns = item.pose.t_ns
            if self._may_try():
                self._try(partial(self._take, item))
            if self._failed and isinstance(item, FrameResult):
                self._unwritten += 1
            self._steps += 1
            self._queue.task_done()
        if self._lossless and self._failed:
            self._abandon()
        else:
            self._try(lambda files: files.finish(item, self._step))
        if self._failed:
            self._abandon()
        self._ended.set()

    def _take(self, item: FrameResult | _SoFar, files: SessionFiles) -> None:
        if isinstance(item, _SoFar):
            # What it counts is on the disk before it.
            files.write_so_far(item.summary)
        else:
            files.write(item)
            if self._clock_ns() - self._synced_ns < SYNC_NS:
                return
            files.sync()
        self._synced_ns = self._clock_ns()

    def _may_try(self) -> bool:
        if self._failed is None:
            return True
        if self._lossless or not isinstance(self._failed, OSError):
            return False
        return self._clock_ns() >= self._retry_ns

    def _try(self, act: Callable[[SessionFiles], None]) -> None:
        try:
            act(self._open())
        except Exception as error:  # noqa: BLE001  # no caller may wait for a dead thread
            self._failed = error
            self._retry_ns = self._clock_ns() + RETRY_NS
            self._parts.degrade(
                DevicePart.RECORDER, f"recording has stopped: {_reason(error)} ({self._folder})"
            )
            return
        self._failed = None
        if self._queue.qsize() * 2 <= MOST_RESULTS_WAITING:
            self._behind_ns = None
            self._parts.recover(DevicePart.RECORDER)

    def _step(self) -> None:
        self._steps += 1

    def _abandon(self) -> None:
        if self._files is not None:
            self._files.abandon()


def _reason(error: Exception) -> str:
    """What the system calls the error, without the number."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
