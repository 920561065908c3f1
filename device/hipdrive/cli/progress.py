"""The progress bar of a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.session.sink import SessionSink, SinkInfo

if TYPE_CHECKING:
    from rich.console import Console

    from hipdrive.session.stats import SessionStats
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult

REDRAW_EVERY = 16
"""Frames between updates of the bar: it is drawn ten times a second at most anyway."""


class ProgressBar(SessionSink):
    """Sink that counts frames on the terminal.

    Args:
        stats: for strides and cadence.
        frame_count: how many will come; None when it is unknown.
        console: where to draw.
    """

    info = SinkInfo("progress")

    def __init__(self, stats: SessionStats, frame_count: int | None, console: Console) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._stats = stats
        self._progress = Progress(
            TextColumn("frames"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[strides]} strides"),
            console=console,
        )
        self._task = self._progress.add_task("frames", total=frame_count, strides=0)
        self._progress.start()

    def on_frame(self, _result: FrameResult) -> None:
        """Note one more frame."""
        if self._stats.frames % REDRAW_EVERY == 0:
            self._update()

    def end(self, _summary: SessionSummary) -> None:
        """Leave the full bar."""
        self._update()
        self._progress.stop()

    def _update(self) -> None:
        self._progress.update(self._task, completed=self._stats.frames, strides=self._stats.strides)
