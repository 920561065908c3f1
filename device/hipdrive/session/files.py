"""The files of a session folder: rows as they come, the rest at the end."""

from __future__ import annotations

import csv
import os
from collections import deque
from typing import TYPE_CHECKING, TextIO

from hipdrive.gait.metrics.catalogue import EVENTS, measures, stride_metrics
from hipdrive.session.poses import SPOOL_NAME, PosesMeta, PosesSpool
from hipdrive.session.units import in_unit
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import ONE
from hipdrive.types.time import LONGEST_GAP_NS, NS_PER_S

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.gait.metrics.metric import Unit
    from hipdrive.session.summary import SessionSummary
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
FRAMES_HEADER = ("t_s", "near_thigh_ext_deg", "far_thigh_ext_deg", "score", "runner_seen")
CUES_HEADER = ("t_s", "kind", "thigh_ext_deg")
MOST_FRAMES_WAITING = 1024
"""Frames wait for their angles: the filter's delay, and the first seconds until the facing is
known. Beyond, they are written without angles."""


class SessionFiles:
    """Writes one session folder. Not for the loop's thread: disks stall.

    Args:
        folder: made by the caller, empty.
        meta: goes into `poses.npz`.

    Raises:
        OSError: from any method, when the disk is full or gone.
    """

    def __init__(self, folder: Path, meta: PosesMeta) -> None:
        self._folder = folder
        self._meta = meta
        self._strides = _Table(
            folder / "strides.csv",
            (*STRIDE_COLUMNS, *(metric.column for metric in stride_metrics())),
        )
        self._frames = _Table(folder / "frames.csv", FRAMES_HEADER)
        self._cues = _Table(folder / "cues.csv", CUES_HEADER)
        self._spool = PosesSpool(folder / SPOOL_NAME)
        self._waiting: deque[tuple[int, str, int]] = deque()
        self._sample: Sample | None = None
        self._start_ns: int | None = None

    def write(self, result: FrameResult) -> None:
        """Append what a result brought."""
        pose = result.pose
        if self._start_ns is None:
            self._start_ns = pose.t_ns
        self._spool.add(pose)
        self._waiting.append((pose.t_ns, f"{pose.body_score / ONE:.3f}", int(pose.runner_seen)))
        for sample in result.gait.samples:
            self._frames_until(sample)
        if len(self._waiting) > MOST_FRAMES_WAITING:
            self._frame_without_angles()
        for stride in result.gait.strides:
            self._stride(stride)
        for cue in result.cues:
            angle = "" if cue.thigh_ext_bam is None else _deg(cue.thigh_ext_bam)
            self._cues.row(self._t_s(cue.t_ns), cue.kind, angle)

    def finish(self, summary: SessionSummary) -> None:
        """Complete the folder; `session.json` comes last and all at once."""
        while self._waiting:
            self._frame_without_angles()
        for table in (self._strides, self._frames, self._cues):
            table.close()
        self._spool.pack(self._folder / "poses.npz", self._meta)
        summary.write(self._folder / "session.json")

    def abandon(self) -> None:
        """Give up after an error: close what can be closed, leave what has been written."""
        for part in (self._strides, self._frames, self._cues, self._spool):
            try:
                part.close()
            except OSError:
                continue

    def _stride(self, stride: Stride) -> None:
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
            *("" if t_ns is None else self._t_s(t_ns) for t_ns in events),
            *(
                _cell(metric.unit, whole)
                for metric, whole in zip(stride_metrics(), measures(stride), strict=True)
            ),
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
        t_ns, score, seen = self._waiting.popleft()
        self._frames.row(self._t_s(t_ns), "", "", score, seen)

    def _t_s(self, t_ns: int) -> str:
        assert self._start_ns is not None  # noqa: S101  # set by the first result
        return f"{(t_ns - self._start_ns) / NS_PER_S:.4f}"


class _Table:
    """One CSV file, its header written at once."""

    def __init__(self, path: Path, header: tuple[str, ...]) -> None:
        # By the line: after a power cut the strides are there.
        self._file: TextIO = path.open("w", buffering=1, newline="", encoding="utf-8")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(header)

    def row(self, *values: object) -> None:
        self._writer.writerow(values)

    def close(self) -> None:
        """Onto the disk."""
        if not self._file.closed:
            with self._file as file:
                file.flush()
                os.fsync(file.fileno())


def _cell(unit: Unit, whole: int | None) -> str:
    return "" if whole is None else f"{in_unit(unit, whole):.{unit.decimals}f}"


def _deg(bam: float) -> str:
    return f"{deg_from_bam(1) * bam:.3f}"
