"""How far a batch has come: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.counted import counted
from hipdrive.errors import SessionError
from hipdrive.printable import printable
from hipdrive.session.files import SUMMARY_NAME
from hipdrive.session.summary import SessionSummary
from hipdrive.texts import phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rich.console import Console

    from hipdrive.batch.job import JobResult


class BatchLines:
    """A line for each recording.

    Args:
        say: takes a line.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._recordings = self._done = 0

    def begin(self, recordings: int, earlier: int, notes: Sequence[str]) -> None:
        """Say how many there are."""
        self._recordings, self._done = recordings, earlier
        for line in _beginning(recordings, earlier, notes):
            self._say(line)

    def ended(self, result: JobResult, folder: Path) -> None:
        """Say what came of one."""
        self._done += 1
        self._say(f"{self._done} of {self._recordings}: {_told(result, folder)}")

    def close(self) -> None:
        """Nothing to give back."""


class BatchBar:
    """A bar with the time that is left, and a line above it for each recording without figures.

    Args:
        console: a terminal.
    """

    def __init__(self, console: Console) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._progress = Progress(
            TextColumn("recordings"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._progress.add_task("", start=False)

    def begin(self, recordings: int, earlier: int, notes: Sequence[str]) -> None:
        """Draw it; the time that is left is reckoned from what is done now."""
        for line in _beginning(recordings, earlier, notes):
            self._print(line)
        self._progress.update(self._task, total=recordings, completed=earlier)
        self._progress.start_task(self._task)
        self._progress.start()

    def ended(self, result: JobResult, folder: Path) -> None:
        """Move it on, and say of what there are no figures."""
        if result.error or _statement(folder):
            self._print(_told(result, folder))
        self._progress.advance(self._task)

    def close(self) -> None:
        """Give the line back."""
        self._progress.stop()

    def _print(self, line: str) -> None:
        self._progress.console.print(line, highlight=False, markup=False, soft_wrap=True)


def _beginning(recordings: int, earlier: int, notes: Sequence[str]) -> list[str]:
    before = f", {earlier} of them measured before" if earlier else ""
    return [f"{counted(recordings, 'recording')}{before}", *map(printable, notes)]


def _told(result: JobResult, folder: Path) -> str:
    """What came of a recording, in a line."""
    named = printable(result.recording.named)
    if result.error:
        return f"{named}: failed: {result.error}"
    try:
        summary = SessionSummary.read(folder / SUMMARY_NAME)
    except SessionError:
        return f"{named}: measured"
    if summary.statement:
        was = phrases.named("verdict", summary.verdict, "en")
        return printable(f"{named}: {was}: {summary.statement}")
    return f"{named}: {counted(summary.strides, 'stride')}"


def _statement(folder: Path) -> str:
    try:
        return SessionSummary.read(folder / SUMMARY_NAME).statement
    except SessionError:
        return ""
