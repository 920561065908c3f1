"""The files of a session folder: rows as they come, the rest at the end."""

from __future__ import annotations

import csv
import io
import os
from collections import deque
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

from hipdrive.gait.metrics.catalogue import EVENTS, measures, stride_metrics
from hipdrive.private_file import private
from hipdrive.session.append_file import AppendFile
from hipdrive.session.checksums import seal
from hipdrive.session.poses import POSES_NAME, SPOOL_NAME, PosesMeta, PosesSpool
from hipdrive.session.units import in_unit
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.time import LONGEST_GAP_NS, NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.gait.metrics.metric import Unit
    from hipdrive.session.cue_times import CueTimes
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.cue import Cue
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.stride import Stride

STRIDE_COLUMNS = (
    "t_s",
    "leg",
    "near",
    "thigh_ext_deg",
    "hip_ext_deg",
    "stride_time_s",
    "accepted",
    "reason",
    *(metric.column for metric in EVENTS),
)
"""Of `strides.csv`, before those of the metrics."""
GUARD_COLUMN = "guard"
"""Its last: of the near leg, for what nobody was asked for more after the stride; else empty."""
SUMMARY_NAME = "session.json"
STRIDES_NAME, FRAMES_NAME, CUES_NAME = TABLES = "strides.csv", "frames.csv", "cues.csv"
SO_FAR_NAME, REPORT_NAME = ".session.json", "report.html"
"""The summary so far, in the folder of a session that has not ended or was cut off."""
RESERVE_NAME, RESERVE_BYTES = ".reserve.partial", 32_768
"""Several times what a summary takes."""
FRAMES_HEADER = ("t_s", "near_thigh_ext_deg", "far_thigh_ext_deg", "score", "runner_seen")
CUES_HEADER = ("t_s", "kind", "thigh_ext_deg")
CUE_TIMES_HEADER = ("peak_s", "decided_s", "shown_s")
"""Of `cues.csv`, behind the others: the peak that the cue rests on, when the coach gave it, and
when a pin changed for it; empty where it was not shown, as another took its place at once."""
MOST_CUE_WAIT_NS = 2 * NS_PER_S
"""A cue is written once it has been shown, or after so long."""
MOST_FRAMES_WAITING = 1024
"""Frames wait for their angles: the filter's delay, and the first seconds until the facing is
known. Beyond, they are written without angles."""


class SessionFiles:
    """Writes one session folder. Not for the loop's thread: disks stall.

    Args:
        folder: made by the caller, empty.
        meta: goes into `poses.npz`.
        start_ns: time of the session's first frame; None: of the first that is written.
        cue_times: when cues were shown; None: that is not known.

    Raises:
        OSError: from any method, when the disk is full or gone. What was written before stays as it
            was, and `write` may be tried again with what comes next.
    """

    def __init__(
        self,
        folder: Path,
        meta: PosesMeta,
        start_ns: int | None = None,
        cue_times: CueTimes | None = None,
    ) -> None:
        self._folder = folder
        self._cue_times = cue_times
        self._cues_waiting: deque[Cue] = deque()
        columns = (
            *STRIDE_COLUMNS,
            *(metric.column for metric in stride_metrics()),
            GUARD_COLUMN,
        )
        with ExitStack() as opened:
            self._strides = opened.enter_context(closing(_Table(folder / STRIDES_NAME, columns)))
            self._frames = opened.enter_context(
                closing(_Table(folder / FRAMES_NAME, FRAMES_HEADER))
            )
            header = (*CUES_HEADER, *CUE_TIMES_HEADER)
            self._cues = opened.enter_context(closing(_Table(folder / CUES_NAME, header)))
            self._spool = PosesSpool(folder / SPOOL_NAME, meta)
            _reserve(folder / RESERVE_NAME)
            opened.pop_all()
        self._waiting: deque[tuple[int, str, int]] = deque()
        self._sample: Sample | None = None
        self._start_ns = start_ns

    def write(self, result: FrameResult) -> None:
        """Append what a result brought."""
        pose = result.pose
        if self._start_ns is None:
            self._start_ns = pose.t_ns
        # Small before large: where there is room for one more stride only, it is kept.
        for stride in result.gait.strides:
            self._stride(stride, (stride.near and result.coach.guard) or "")
        self._cues_waiting.extend(result.cues)
        self._write_cues(pose.t_ns - MOST_CUE_WAIT_NS)
        self._spool.add(pose)
        self._waiting.append((pose.t_ns, f"{pose.body_score / ONE:.3f}", int(pose.runner_seen)))
        for sample in result.gait.samples:
            self._frames_until(sample)
        if len(self._waiting) > MOST_FRAMES_WAITING:
            self._frame_without_angles()

    def sync(self) -> None:
        """Onto the disk: a power cut takes only what comes after."""
        for part in (self._strides, self._cues, self._spool, self._frames):
            part.sync()

    def write_so_far(self, summary: SessionSummary) -> None:
        """Keep what the session came to so far, for when it is cut off."""
        # First: it must not count strides that a power cut takes from the table.
        self.sync()
        summary.write(self._folder / SO_FAR_NAME)

    def finish(self, summary: SessionSummary, step: Callable[[], None] = lambda: None) -> None:
        """Complete the folder: what is small and true first, the key points last.

        Args:
            summary: becomes `session.json`.
            step: called now and then, to show that the disk goes on.
        """
        self._keep_frames()
        (self._folder / RESERVE_NAME).unlink(missing_ok=True)
        self._write_cues(None)
        for table in (self._strides, self._cues):
            table.close()
        summary.write(self._folder / SUMMARY_NAME)
        (self._folder / SO_FAR_NAME).unlink(missing_ok=True)
        seal(self._folder)
        step()
        while self._waiting:
            self._frame_without_angles()
        self._frames.close()
        step()
        self._spool.pack(self._folder / POSES_NAME, step)

    def _keep_frames(self) -> None:
        """Have every frame on the disk before a summary says that the session came to its end."""
        # A disk without room for them may have some for the summary, and is asked again after it.
        with suppress(OSError):
            while self._waiting:
                self._frame_without_angles()
            for part in (self._frames, self._spool):
                part.sync()

    def abandon(self) -> None:
        """Give up after an error: leave what has been written."""
        for part in (self._strides, self._frames, self._cues, self._spool):
            part.abandon()
        with suppress(OSError):
            (self._folder / RESERVE_NAME).unlink(missing_ok=True)

    def _write_cues(self, until_ns: int | None) -> None:
        """Write the cues that have been shown, and those before a time; None: all."""
        while self._cues_waiting:
            cue = self._cues_waiting[0]
            time = None if self._cue_times is None else self._cue_times.of(cue)
            shown_ns = None if time is None else time.shown_ns
            if time and shown_ns is None and until_ns is not None and cue.t_ns >= until_ns:
                return
            decided_ns = None if time is None else time.decided_ns
            angle = "" if cue.thigh_ext_bam is None else _deg(cue.thigh_ext_bam)
            times = (self._time_cell(t_ns) for t_ns in (cue.peak_ns, decided_ns, shown_ns))
            self._cues.row(self._t_s(cue.t_ns), cue.kind, angle, *times)
            # Only now: a disk that is full is tried again.
            self._cues_waiting.popleft()

    def _time_cell(self, t_ns: int | None) -> str:
        return "" if t_ns is None else self._t_s(t_ns)

    def _stride(self, stride: Stride, guard: str) -> None:
        events = (stride.foot_strike_ns, stride.toe_off_ns)
        self._strides.row(
            self._t_s(stride.t_ns),
            stride.leg,
            int(stride.near),
            _deg(stride.thigh_ext_bam),
            _deg(stride.hip_ext_bam),
            f"{stride.stride_time_ns / NS_PER_S:.4f}",
            int(stride.accepted),
            stride.rejection or "",
            *(self._time_cell(t_ns) for t_ns in events),
            *(
                _cell(metric.unit, whole)
                for metric, whole in zip(stride_metrics(), measures(stride), strict=True)
            ),
            guard,
        )

    def _frames_until(self, sample: Sample) -> None:
        """Write the frames between the sample before and this one, angles in proportion.

        None where the engine started afresh in between: nothing was measured there.
        """
        before, self._sample = self._sample, sample
        while self._waiting and self._waiting[0][0] <= sample.t_ns:
            t_ns = self._waiting[0][0]
            if before is None or not (
                before.t_ns <= t_ns and 0 < sample.t_ns - before.t_ns <= LONGEST_GAP_NS
            ):
                self._frame_without_angles()
                continue
            share = (t_ns - before.t_ns) / (sample.t_ns - before.t_ns)
            near = before.near_thigh_ext_bam + share * (
                sample.near_thigh_ext_bam - before.near_thigh_ext_bam
            )
            far = before.far_thigh_ext_bam + share * (
                sample.far_thigh_ext_bam - before.far_thigh_ext_bam
            )
            _, score, seen = self._waiting.popleft()
            self._frames.row(self._t_s(t_ns), _deg(near), _deg(far), score, seen)

    def _frame_without_angles(self) -> None:
        t_ns, score, seen = self._waiting[0]
        self._frames.row(self._t_s(t_ns), "", "", score, seen)
        # Only now: a disk that is full is tried again.
        self._waiting.popleft()

    def _t_s(self, t_ns: int) -> str:
        assert self._start_ns is not None  # noqa: S101  # set by the first result
        return f"{(t_ns - self._start_ns) / NS_PER_S:.4f}"


def _reserve(path: Path) -> None:
    """Keep room for the summary: the key points fill a disk to its last block."""
    with open(path, "wb", opener=private) as file:
        os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)


class _Table:
    """One CSV file, its header written at once."""

    def __init__(self, path: Path, header: tuple[str, ...]) -> None:
        # By the line: a process that is killed leaves the strides it had.
        self._file = AppendFile(path)
        try:
            self.row(*header)
        except OSError:
            self._file.abandon()
            raise

    def row(self, *values: object) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(values)
        self._file.append(line.getvalue().encode())

    def sync(self) -> None:
        self._file.sync()

    def close(self) -> None:
        """Onto the disk."""
        self._file.close()

    def abandon(self) -> None:
        self._file.abandon()


def _cell(unit: Unit, whole: int | None) -> str:
    return "" if whole is None else f"{in_unit(unit, whole):.{unit.decimals}f}"


def _deg(bam: float) -> str:
    return f"{deg_from_bam(1) * bam:.3f}"
