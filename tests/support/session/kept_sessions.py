"""Whether recorded sessions are whole, and stay as they are."""

from __future__ import annotations

import csv
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from hipdrive.api.stored_session import Session
from hipdrive.session.checksums import SEALED, SUMS_NAME, altered
from hipdrive.session.files import TABLES
from hipdrive.session.interrupted import CUT_OFF
from hipdrive.session.poses import SPOOL_NAME
from hipdrive.session.spool_rows import read_rows
from support.simulated_belt import FRAME_NS

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"SHA256SUMS", "cues.csv", "frames.csv", "poses.npz", "session.json", "strides.csv"}


def check(condition: object, words: str) -> None:
    if not condition:
        raise AssertionError(words)


def rows_of(table: Path) -> int:
    """Rows behind the header, each of which must be whole."""
    text = table.read_text(encoding="utf-8")
    check(text.endswith("\n"), f"{table} ends in the middle of a row")
    header, *rows = csv.reader(text.splitlines())
    check(all(len(row) == len(header) for row in rows), f"{table} has a damaged row")
    return len(rows)


def spooled(folder: Path) -> int:
    """Key points that a cut left of a session."""
    spool = folder / SPOOL_NAME
    return len(read_rows(spool).rows) if spool.exists() and spool.stat().st_size else 0


class SessionState(StrEnum):
    """What a session is once the device is back."""

    WHOLE = "whole"
    CUT_OFF = "says that it was cut off"
    NOTHING = "was cut off before anything of it was on the disk"


def check_complete(folder: Path, ended: set[str], least_frames: int) -> SessionState:
    """Check a session that was on when the power was cut, or before, once the device is back.

    Args:
        folder: of the session.
        ended: ids of those that the device had said to have ended.
        least_frames: that it must have.
    """
    names = {each.name for each in folder.iterdir()}
    if not least_frames and names <= set(TABLES):
        check(folder.name not in ended, f"{folder}: had ended, and is gone")
        return SessionState.NOTHING
    check(names == FILES, f"{folder}: {names}")
    session = Session.open(folder)
    check(not session.warnings, f"{folder}: {session.warnings}")
    noted = (folder / SUMS_NAME).read_text(encoding="utf-8")
    check(all(name in noted for name in SEALED) and not altered(folder), f"{folder}: checksums")
    summary = session.summary
    assert summary is not None, f"{folder}: no summary"
    times = [pose.t_ns for pose in session.key_points]
    steps = {after - before for before, after in pairwise(times)}
    check(steps <= {FRAME_NS}, f"{folder}: key points are missing in between")
    check(len(times) >= least_frames, f"{folder}: {len(times)} of {least_frames} key points")
    strides = rows_of(folder / "strides.csv")
    counted = sum(stride.accepted and stride.near for stride in session.strides)
    check(counted >= summary.strides, f"{folder}: {summary.strides} strides, {strides} rows")
    frames = rows_of(folder / "frames.csv")
    if CUT_OFF in summary.warnings:
        check(folder.name not in ended, f"{folder}: had ended, and says that it was cut off")
        return SessionState.CUT_OFF
    check(not summary.warnings, f"{folder}: {summary.warnings}")
    check(len(times) == summary.frames, f"{folder}: {summary.frames} frames, {len(times)} kept")
    check(frames == summary.frames, f"{folder}: {summary.frames} frames, {frames} rows")
    check(counted == summary.strides, f"{folder}: {summary.strides} strides, {counted} rows")
    return SessionState.WHOLE


def fingerprint(folder: Path) -> dict[str, str]:
    """What the files of a session are."""
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}
