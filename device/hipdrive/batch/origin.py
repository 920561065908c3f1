"""What a session was made of: by that a finished recording is known, and one that changed."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.batch.recording import file_of
from hipdrive.errors import ModelError, SourceError
from hipdrive.pose.store import find_spec
from hipdrive.session.checksums import SEALED, SUMS_NAME, altered
from hipdrive.session.json_file import write_json
from hipdrive.session.poses import POSES_NAMES
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.batch.recording import BatchRecording
    from hipdrive.config import Config

ORIGIN_NAME = "batch.json"
SCHEMA = "hipdrive/batch-recording/1"
DECIDING = frozenset({"language", "pose", "gait", "treadmill", "runner", "coach", "cues", "report"})
"""Tables of the configuration that a replay's results depend on."""
MOST_ORIGIN_BYTES = 50_000_000
"""Of a folder with an hour of images."""


@dataclass(frozen=True, slots=True)
class SessionOrigin:
    """What a recording's session was, or would be, made of.

    Attributes:
        settings_sha256: of version, model, configuration and what is known of the recording.
        files: by path what the disk says of each file: bytes, times of the last change of content
            and of anything, both ns, and inode. Who puts other content in without moving the last
            two has to set the clock back.
    """

    settings_sha256: str
    files: dict[str, list[int]]

    @classmethod
    def of(cls, recording: BatchRecording, config: Config) -> SessionOrigin:
        """As it is now.

        Raises:
            SourceError: a file is missing, or is none.
            ModelError: there is no such model.
        """
        return cls(_settings_sha256(recording, config), _states(_files(recording)))

    def content_sha256(self) -> str:
        """Of names and contents of the files.

        Raises:
            SourceError: one cannot be read.
        """
        whole = hashlib.sha256()
        for name in self.files:
            try:
                with open(name, "rb") as file:  # noqa: PTH123  # a name as the system has it
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise SourceError(f"{name}: cannot be read ({error.strerror})") from error
            whole.update(f"{digest} ".encode() + os.fsencode(Path(name).name) + b"\0")
        return whole.hexdigest()


def _settings_sha256(recording: BatchRecording, config: Config) -> str:
    """Of all that decides beside the recording itself.

    Raises:
        ModelError: there is no such model.
    """
    settings = recording.settings
    values = {
        "hipdrive": __version__,
        "model": find_spec(config.pose.model).sha256,
        "config": settings.applied_to(config).model_dump(mode="json", include=set(DECIDING)),
        "settings": {
            name: str(value) for name, value in asdict(settings).items() if value is not None
        },
    }
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def note_origin(folder: Path, origin: SessionOrigin, content_sha256: str) -> None:
    """Keep in a session's folder what it was made of.

    Raises:
        OSError: it cannot be written.
    """
    values = {"schema": SCHEMA, **asdict(origin), "content_sha256": content_sha256}
    write_json(folder / ORIGIN_NAME, values)


def is_finished(folder: Path, recording: BatchRecording, config: Config) -> bool:
    """Whether a folder holds the whole session of the recording as it is now.

    A file whose times alone have changed is read, and its new times are kept.
    """
    try:
        values = json.loads(read_small_file(folder / ORIGIN_NAME, MOST_ORIGIN_BYTES))
        now = SessionOrigin.of(recording, config)
        if values["schema"] != SCHEMA or values["settings_sha256"] != now.settings_sha256:
            return False
        if values["files"] != now.files:
            content = now.content_sha256()
            if values["content_sha256"] != content:
                return False
            note_origin(folder, now, content)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, SourceError, ModelError):
        return False
    return _is_sound(folder)


def _is_sound(folder: Path) -> bool:
    there = all((folder / name).is_file() for name in (*SEALED, SUMS_NAME))
    return there and not altered(folder)


def _files(recording: BatchRecording) -> Iterable[Path]:
    """What the recording is read from, and what is read with it."""
    source, settings = file_of(recording.source), recording.settings
    if source is not None and source.is_dir():
        poses = [source / name for name in POSES_NAMES if (source / name).is_file()]
        yield from poses[:1] or sorted(each for each in source.iterdir() if each.is_file())
    elif source is not None:
        yield source
    yield from (each for each in (settings.calibration, settings.static) if each is not None)


def _states(files: Iterable[Path]) -> dict[str, list[int]]:
    found = {}
    try:
        for path in files:
            state = path.stat()
            if not stat.S_ISREG(state.st_mode):
                raise SourceError(f"{path}: is not a file; save the recording to one first")
            found[str(path)] = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
    except OSError as error:
        raise SourceError(f"{error.filename}: cannot be read ({error.strerror})") from error
    return found
