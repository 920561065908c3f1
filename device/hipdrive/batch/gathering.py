"""Which recordings are meant: files and folders that are named, and manifests."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.batch.manifest import MANIFEST_SUFFIX, read_manifest
from hipdrive.batch.recording import (
    BatchRecording,
    RecordingSettings,
    absolute,
    file_of,
)
from hipdrive.camera.folder import SUFFIXES as PICTURE_SUFFIXES
from hipdrive.camera.timestamps import TIMESTAMPS
from hipdrive.errors import SourceError
from hipdrive.keypoint_files.formats import FORMATS
from hipdrive.session.poses import POSES_NAMES
from hipdrive.sources import scheme_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VIDEO_SUFFIXES = frozenset(
    {
        *(".3gp", ".asf", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4"),
        *(".mpeg", ".mpg", ".mts", ".ts", ".webm", ".wmv"),
    }
)
"""Taken from a folder; a file that is named is taken whatever it is called."""
KEY_POINT_SUFFIXES = frozenset({".c3d", ".npz", ".trc"})
UNTIMED_SUFFIX = ".json"


def gather(sources: Sequence[str], settings: RecordingSettings, out: Path) -> list[BatchRecording]:
    """The recordings that are meant, each once, in the order in which they are named.

    Args:
        sources: files, folders with recordings at any depth, manifests (.csv).
        settings: of every recording, where a manifest does not say otherwise.
        out: where results go: nothing in there is a recording.

    Raises:
        SourceError: sources are missing, hold no recording, or one is named twice with differing
            settings; all of that at once.
        ConfigError: a manifest is wrong.
    """
    found: dict[str, BatchRecording] = {}
    problems: list[str] = []
    for source in sources:
        try:
            for recording in _meant(source, settings, out.resolve()):
                other = found.setdefault(recording.source, recording)
                if other.settings != recording.settings:
                    problems.append(f"{recording.named}: is named twice, with differing settings")
        except SourceError as error:
            problems.append(str(error))
    if problems:
        raise SourceError("\n  ".join(problems))
    return list(found.values())


def _meant(source: str, settings: RecordingSettings, out: Path) -> Iterator[BatchRecording]:
    path = Path(source)
    if not scheme_of(source) and path.suffix.lower() == MANIFEST_SUFFIX and path.is_file():
        for named, of_line in read_manifest(path):
            yield from _recordings(named, path.parent, of_line.or_else(settings), out)
    else:
        yield from _recordings(source, Path(), settings, out)


def _recordings(
    named: str, folder: Path, settings: RecordingSettings, out: Path
) -> Iterator[BatchRecording]:
    """The recording of that name, or those in the folder of that name."""
    source = absolute(named, folder)
    file = file_of(source)
    if file is not None and not file.exists():
        raise SourceError(f"{named}: no such file or folder")
    if scheme_of(source) or not Path(source).is_dir() or _is_one_recording(Path(source)):
        yield _recording(named, source, settings)
        return
    inside = list(_inside(Path(source), out))
    if not inside:
        raise SourceError(
            f"{named}: holds no recordings; those of a folder are videos, .npz, .trc and .c3d "
            f"files, and folders of images, of another program's JSON, or of a session"
        )
    for path in inside:
        within = path.relative_to(source)
        yield _recording(str(Path(named) / within), str(path), settings)


def _recording(named: str, source: str, settings: RecordingSettings) -> BatchRecording:
    """A recording; a rate that is meant for those without times is left off the others."""
    return BatchRecording(
        named, source, settings if _lacks_times(source) else replace(settings, fps=None)
    )


def _lacks_times(source: str) -> bool:
    path = Path(source)
    if path.is_dir():
        return not any((path / name).is_file() for name in (*POSES_NAMES, TIMESTAMPS))
    return path.suffix.lower() == UNTIMED_SUFFIX


def _inside(folder: Path, out: Path) -> Iterator[Path]:
    """Recordings below a folder, in the order of their names."""

    def refuse(error: OSError) -> None:
        raise SourceError(f"{error.filename}: cannot be read ({error.strerror})") from error

    for name, folders, files in os.walk(folder, onerror=refuse):
        here = Path(name)
        inner = sorted(here / each for each in folders if not each.startswith("."))
        inner = [each for each in inner if each.resolve() != out]
        alone = [each for each in inner if _is_one_recording(each)]
        folders[:] = [each.name for each in inner if each not in alone]
        yield from alone
        yield from (here / each for each in sorted(files) if _is_recording_file(each))


def _is_recording_file(name: str) -> bool:
    suffix = Path(name).suffix.lower()
    return not name.startswith(".") and suffix in VIDEO_SUFFIXES | KEY_POINT_SUFFIXES


def _is_one_recording(folder: Path) -> bool:
    """Whether a folder is a recording and not a place for some.

    That is a session, or images or another program's key points with no folders or videos beside.
    """
    if any((folder / name).is_file() for name in (*POSES_NAMES, TIMESTAMPS)):
        return True
    try:
        inside = [each for each in folder.iterdir() if not each.name.startswith(".")]
    except OSError:
        return False
    if any(each.is_dir() or _is_recording_file(each.name) for each in inside):
        return False
    if any(each.suffix.lower() in PICTURE_SUFFIXES for each in inside):
        return True
    try:
        return any(each.recognises(folder) for each in FORMATS)
    except SourceError:
        # Of a format and damaged: whoever measures it says so.
        return True
