"""The session folders that name a runner."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hipdrive.session.checksums import SUMS_NAME, altered, seal
from hipdrive.session.files import REPORT_NAME, SO_FAR_NAME, SUMMARY_NAME
from hipdrive.session.json_file import write_json
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path

SUMMARIES = (SUMMARY_NAME, SO_FAR_NAME)
"""The files that have the name."""


def folders_of(sessions: Path, name: str) -> list[Path]:
    """The folders whose summary names the runner, oldest first; what cannot be read names nobody.

    Args:
        sessions: the folder that they are in; need not exist.
        name: of the runner.
    """
    folders = sorted(sessions.iterdir()) if sessions.is_dir() else []
    return [each for each in folders if any(_names(each / file, name) for file in SUMMARIES)]


def remove_name(folder: Path, name: str) -> None:
    """Make a session nobody's. Its figures stay; its report, which can be made again, does not.

    Raises:
        OSError: the folder cannot be written.
    """
    sound = (folder / SUMS_NAME).is_file() and not altered(folder)
    (folder / REPORT_NAME).unlink(missing_ok=True)
    for file in SUMMARIES:
        if _names(folder / file, name):
            write_json(folder / file, {**_values(folder / file), "runner": None})
    if sound:
        seal(folder)


def _names(summary: Path, name: str) -> bool:
    return bool(name) and _values(summary).get("runner") == name


def _values(summary: Path) -> dict[str, object]:
    """Whatever version of hipdrive wrote it."""
    try:
        values = json.loads(read_small_file(summary))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
