"""Every export format, and how a session gets into a file of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import ExportError
from hipdrive.exporters.csv_strides import CsvStrides
from hipdrive.exporters.json_strides import JsonStrides

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.stored_session import Session
    from hipdrive.exporters.exporter import Exporter

EXPORTERS: dict[str, Exporter] = {each.name: each for each in (CsvStrides(), JsonStrides())}
"""By name. A format from outside: `hipdrive.EXPORTERS["mine"] = MyFormat()`."""


def export(session: Session, exporter: str | Exporter, path: Path) -> None:
    """Write a session to a file, which is there whole or not at all.

    Args:
        session: to be written.
        exporter: a format, or the name of one in `EXPORTERS`.
        path: of the file; one that is there is replaced.

    Raises:
        ExportError: no such format, or the session lacks what it needs.
        OSError: the file cannot be written.
    """
    if isinstance(exporter, str):
        if exporter not in EXPORTERS:
            raise ExportError(
                f"no export format is called {exporter!r}; there are {', '.join(EXPORTERS)}"
            )
        exporter = EXPORTERS[exporter]
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            exporter.write(session, file)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
