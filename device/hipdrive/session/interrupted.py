"""What sessions left that were cut off: completed at the next start.

A power cut or a kill leaves the summary so far and the spool of key points. The one becomes
`session.json` and says that it was cut off; the other is packed.
"""

from __future__ import annotations

import logging
import mmap
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.errors import HipdriveError, SessionError
from hipdrive.session.checksums import SUMS_NAME, seal
from hipdrive.session.files import SO_FAR_NAME, SUMMARY_NAME, TABLES
from hipdrive.session.poses import POSES_NAME, SPOOL_NAME, PosesMeta, lock, meta_of, pack_rows
from hipdrive.session.spool_rows import read_rows
from hipdrive.session.summary import SessionSummary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger("hipdrive.session")

CUT_OFF = "the session was cut off; these are its figures up to half a minute before"


def no_profile(_runner: str, _session_id: str) -> bool:
    """No profile has the session."""
    return False


def complete_all(sessions: Path, in_profile: Callable[[str, str], bool] = no_profile) -> None:
    """Complete every session that was cut off; what cannot be is said, and stays.

    Args:
        sessions: the folder they are in; need not exist.
        in_profile: whether the profile of a runner, by name, has the session of that id.
    """
    try:
        folders = sorted(sessions.iterdir()) if sessions.is_dir() else []
    except OSError as error:
        log.warning("%s: cannot be read (%s)", sessions, error.strerror)
        return
    for folder in folders:
        try:
            complete(folder, in_profile)
        except (OSError, ValueError, KeyError, TypeError, HipdriveError) as error:
            log.warning("%s: was cut off and cannot be completed (%s)", folder, error)


def complete(folder: Path, in_profile: Callable[[str, str], bool]) -> None:
    """Complete a session that was cut off; leaves alone what is whole, or goes on.

    Args:
        folder: of the session.
        in_profile: as of `complete_all`.

    Raises:
        OSError: the folder cannot be written.
        ValueError, KeyError, TypeError, HipdriveError: the spool is none.
    """
    spool = folder / SPOOL_NAME
    partial = [file for file in folder.glob(".*.partial") if file != spool]
    if not (spool.is_file() or (folder / SO_FAR_NAME).is_file() or partial):
        return
    handle = os.open(spool, os.O_RDONLY) if spool.is_file() else None
    try:
        if handle is not None and not lock(handle):
            return
        for file in partial:
            file.unlink(missing_ok=True)
        for name in TABLES:
            _end_with_a_row(folder / name)
        _summarise(folder, in_profile)
        if handle is not None:
            _pack(folder, spool)
    finally:
        if handle is not None:
            os.close(handle)


def _summarise(folder: Path, in_profile: Callable[[str, str], bool]) -> None:
    so_far = folder / SO_FAR_NAME
    if so_far.is_file() and not (folder / SUMMARY_NAME).exists():
        try:
            summary = SessionSummary.read(so_far)
        except SessionError as error:
            log.warning("%s", error)
        else:
            warnings = (*summary.warnings, CUT_OFF)
            known = in_profile(summary.runner or "", summary.id)
            programme = summary.programme and summary.programme.cut_off(in_profile=known)
            cut_off = replace(summary, warnings=warnings, programme=programme)
            cut_off.write(folder / SUMMARY_NAME)
            log.warning("%s: was cut off; its summary is of what there was", folder)
    if (folder / SUMMARY_NAME).exists() and not (folder / SUMS_NAME).exists():
        seal(folder)
    so_far.unlink(missing_ok=True)


def _end_with_a_row(table: Path) -> None:
    """Leave the part of a row out that a power cut left."""
    if table.is_file() and table.stat().st_size:
        with table.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
            end = content.rfind(b"\n") + 1
            if end < len(content):
                os.truncate(table, end)


def _pack(folder: Path, spool: Path) -> None:
    found = read_rows(spool)
    if len(found.rows) and not (folder / POSES_NAME).exists():
        unknown = PosesMeta(folder.name, None, None)
        meta = unknown if found.meta is None else meta_of(found.meta)
        pack_rows(found, meta, folder / POSES_NAME)
        if found.damaged:
            said = "%s: %d of its last frames are damaged and left out"
            log.warning(said, folder, found.damaged)
    spool.unlink(missing_ok=True)
