"""Which sessions are kept, and how long: a card is full one day, and measurements of a body age."""

from __future__ import annotations

import logging
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hipdrive.session.files import FRAMES_NAME, SUMMARY_NAME
from hipdrive.session.poses import POSES_NAME, SPOOL_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.config import KeepConfig

log = logging.getLogger("hipdrive.session")

MB = 1_000_000
ID = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]+", re.ASCII)
LARGE = (POSES_NAME, FRAMES_NAME)
"""What goes before the rest: ninety-nine parts in a hundred of a session."""
LONGEST_BREAK = timedelta(days=30)
"""A longer break between two sessions counts as this much, so that a clock that jumps by years does
not make all sessions old at once."""


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session on the disk.

    Attributes:
        folder: where it is.
        age: how long before the newest one it was.
    """

    folder: Path
    age: timedelta


def tidy(sessions: Path, keep: KeepConfig) -> None:
    """Remove what is not to be kept, oldest first; never the newest session.

    Touches folders that are named as hipdrive names them and hold a `session.json`: nothing else
    is its to remove.

    Raises:
        OSError: the folder cannot be read.
    """
    for session in _finished(sessions):
        if keep.days and session.age > timedelta(days=keep.days):
            _remove(session.folder, f"it is older than {keep.days} days")
        elif keep.key_point_days and session.age > timedelta(days=keep.key_point_days):
            _remove_large(session.folder)
    left = _Room(sessions, keep)
    if not left.too_little():
        return
    # All key points before the first summary: those are small, and what people look back at.
    for session in _finished(sessions):
        if left.too_little():
            left.used -= _remove_large(session.folder)
    for session in _finished(sessions):
        if reason := left.too_little():
            left.used -= _size(session.folder)
            _remove(session.folder, reason)


class _Room:
    """How much sessions take, counted once: a year of them has thousands of files.

    Attributes:
        used: bytes in all sessions; whoever removes some takes theirs off.
    """

    def __init__(self, sessions: Path, keep: KeepConfig) -> None:
        self._sessions = sessions
        self._keep = keep
        self.used = sum(_size(folder) for folder in sessions.iterdir())

    def too_little(self) -> str:
        """Why a session has to go; empty when none has."""
        keep, disk = self._keep, os.statvfs(self._sessions)
        if disk.f_bavail * disk.f_frsize < keep.free_megabytes * MB:
            return f"less than {keep.free_megabytes} MB are free"
        if keep.megabytes and self.used > keep.megabytes * MB:
            return f"sessions take more than {keep.megabytes} MB"
        return ""


def _finished(sessions: Path) -> list[KeptSession]:
    """The finished ones but the newest, oldest first."""
    dated = sorted(_dated(sessions))
    age, found = timedelta(), []
    for (before, folder), (after, _) in reversed(list(pairwise(dated))):
        age += min(after - before, LONGEST_BREAK)
        found.append(KeptSession(folder, age))
    return found[::-1]


def _dated(sessions: Path) -> Iterator[tuple[datetime, Path]]:
    for folder in sessions.iterdir():
        started = started_of(folder.name)
        # With a spool it goes on, or its key points are still to be packed.
        whole = (folder / SUMMARY_NAME).is_file() and not (folder / SPOOL_NAME).exists()
        if started and whole:
            yield started, folder


def started_of(name: str) -> datetime | None:
    """When a session began, from the name of its folder; None where that does not say it."""
    match = ID.fullmatch(name)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def _size(folder: Path) -> int:
    """Bytes of the files in a folder; 0 where it is none."""
    if not folder.is_dir():
        return 0
    with os.scandir(folder) as entries:
        return sum(entry.stat().st_size for entry in entries if entry.is_file())


def _remove(folder: Path, reason: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    log.warning("%s: removed, because %s ([keep] in the configuration)", folder, reason)


def _remove_large(folder: Path) -> int:
    """Remove the large files; how many bytes they had."""
    before = _size(folder)
    for name in LARGE:
        (folder / name).unlink(missing_ok=True)
    return before - _size(folder)
