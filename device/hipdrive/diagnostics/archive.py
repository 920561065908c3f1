"""Writes the archive."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from hipdrive.diagnostics import contents
from hipdrive.diagnostics.redaction import Redactor, known_words, without_texts
from hipdrive.errors import DiagnosticsError
from hipdrive.private_file import private
from hipdrive.web.access import TOKEN_NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from hipdrive.config import Config

FOLDER = "hipdrive-diagnostics"


def write_archive(
    file: Path,
    config: Config,
    data: Path,
    now: datetime,
    journal: Callable[[], str] = contents.journal,
) -> list[str]:
    """Gather what helps to find a fault; only its owner may read the file.

    Args:
        file: a gzipped tar archive, which must not exist.
        config: the configuration.
        data: folder of the device.
        now: goes into the archive as the time of its files.
        journal: reads the service's log.

    Returns:
        Names of what is in it.

    Raises:
        DiagnosticsError: it exists, or cannot be written.
    """
    sessions = data / "sessions"
    words = known_words(config, contents.runners(sessions), data / TOKEN_NAME)
    redacted = Redactor(words)
    parts = {
        "machine.json": contents.as_json(contents.machine(data)),
        "configuration.json": contents.as_json(without_texts(config)),
        "sessions.json": contents.as_json(contents.sessions(sessions)),
        "files.txt": "\n".join(contents.files(data)) + "\n",
        "log.txt": journal(),
    }
    try:
        with (
            open(file, "xb", opener=private) as stream,
            tarfile.open(fileobj=stream, mode="w:gz") as archive,
        ):
            for name, text in parts.items():
                _add(archive, name, redacted(text), now)
    except OSError as error:
        raise DiagnosticsError(
            f"{file}: cannot be written ({error.strerror}); name another file with --out"
        ) from error
    return list(parts)


def _add(archive: tarfile.TarFile, name: str, text: str, now: datetime) -> None:
    content = text.encode("utf-8", "replace")
    entry = tarfile.TarInfo(f"{FOLDER}/{name}")
    entry.size, entry.mtime, entry.mode = len(content), int(now.timestamp()), 0o600
    archive.addfile(entry, io.BytesIO(content))
