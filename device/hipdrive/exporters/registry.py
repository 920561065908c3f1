"""Every export format, and how a session gets into a file of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import ExportError
from hipdrive.exporters.c3d_markers import C3dMarkers
from hipdrive.exporters.csv_strides import CsvStrides
from hipdrive.exporters.fit_activity import FitActivity
from hipdrive.exporters.json_strides import JsonStrides
from hipdrive.exporters.opensim_motion import OpenSimMotion
from hipdrive.exporters.parquet_strides import ParquetStrides
from hipdrive.exporters.tcx_activity import TcxActivity
from hipdrive.exporters.trc_markers import TrcMarkers

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.stored_session import Session
    from hipdrive.exporters.exporter import Exporter

EXPORTERS: dict[str, Exporter] = {
    each.name: each
    for each in (
        CsvStrides(),
        JsonStrides(),
        ParquetStrides(),
        OpenSimMotion(),
        TrcMarkers(),
        C3dMarkers(),
        FitActivity(),
        TcxActivity(),
    )
}
"""By name. A format from outside: `hipdrive.EXPORTERS["mine"] = MyFormat()`."""


def export(session: Session, exporter: str | Exporter, path: Path) -> None:
    """Write a session to a file, which is there whole or not at all.

    Args:
        session: to be written.
        exporter: a format, or the name of one in `EXPORTERS`.
        path: of the file; one that is there is replaced.

    Raises:
        ExportError: no such format, or the session lacks what it needs.
        SourceError: the format needs key points, and they are missing or damaged.
        MissingPackageError: a package that the format needs is not installed.
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
        exporter.write(session, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
