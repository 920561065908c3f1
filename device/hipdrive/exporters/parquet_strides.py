"""`parquet`: the strides as a table with types and units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.exporters.extra import missing
from hipdrive.exporters.stride_table import columns, rows
from hipdrive.gait.metrics.catalogue import EVENTS, FIELDS, stride_metrics

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from hipdrive.api.stored_session import Session
    from hipdrive.session.summary import SessionSummary

SCHEMA = "hipdrive/strides/1"


class ParquetStrides:
    """Strides as a table; null where nothing was measured.

    A column has its unit and its definition in its metadata, the file the session's id.
    """

    name = "parquet"

    def write(self, session: Session, path: Path) -> None:
        """Write one row group.

        Raises:
            MissingPackageError: pyarrow is not installed.
        """
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise missing(self.name, "pyarrow") from error
        told = {"schema": SCHEMA, "session": session.summary.id if session.summary else ""}
        schema = pa.schema(
            [stride_field(name, session.summary) for name in columns(session)], metadata=told
        )
        parquet.write_table(pa.Table.from_pylist(rows(session), schema=schema), path)


def stride_field(column: str, summary: SessionSummary | None) -> pa.Field:
    """A column of strides with its type and unit.

    Args:
        column: its name, with the unit.
        summary: has the definition of each metric; None: they are those of this version.
    """
    import pyarrow as pa

    types = {"leg": pa.string(), "rejection": pa.string(), "near": pa.bool_()}
    kind = types.get(column, pa.bool_() if column == "accepted" else pa.float64())
    if column == "t_s":
        return pa.field(column, kind, metadata={"unit": "s"})
    for metric in (*FIELDS, *EVENTS, *stride_metrics()):
        if metric.column == column:
            recorded = summary.metrics.get(metric.name) if summary else None
            definition = recorded.definition if recorded else metric.definition
            told = {"unit": metric.unit.symbol, "definition": definition}
            return pa.field(column, kind, metadata=told)
    return pa.field(column, kind)
