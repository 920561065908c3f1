"""The tables of a batch: a row for each recording, and one for each stride."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.api.stored_session import Session
from hipdrive.batch.batch_folder import SESSION_TABLE, STRIDE_TABLE
from hipdrive.batch.session_row import SESSION_COLUMNS, session_row
from hipdrive.batch.table_file import has_parquet, new_table
from hipdrive.exporters.stride_table import present_columns, rows
from hipdrive.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from hipdrive.batch.job import Job, JobResult

WHOSE_STRIDE = ("source", "session")
"""First columns of the table of strides: `source` and `id` of the table of sessions."""
SESSIONS_SCHEMA = "hipdrive/batch-sessions/1"
STRIDES_SCHEMA = "hipdrive/batch-strides/1"


def write_tables(out: Path, done: Sequence[tuple[Job, JobResult]]) -> list[str]:
    """Write both tables; each file is there whole or not at all.

    Args:
        out: folder of the batch.
        done: every recording, and what came of it.

    Returns:
        Names of the files: CSV, and Parquet where pyarrow is installed.

    Raises:
        SourceError: a session's folder was changed meanwhile.
        OSError: a table cannot be written.
    """
    parquet = has_parquet()
    stride_columns = (*WHOSE_STRIDE, *present_columns())
    with (
        new_table(
            out, SESSION_TABLE, tuple(SESSION_COLUMNS), _session_schema() if parquet else None
        ) as sessions,
        new_table(
            out, STRIDE_TABLE, stride_columns, _stride_schema() if parquet else None
        ) as strides,
    ):
        for job, result in done:
            session = None if result.error else Session.open(job.folder)
            sessions.add(session_row(job, result, session))
            if session is None:
                continue
            whose = {
                "source": printable(job.recording.named),
                "session": session.summary.id if session.summary else None,
            }
            for row in rows(session):
                strides.add({**whose, **row})
    suffixes = (".csv", ".parquet") if parquet else (".csv",)
    return [f"{table}{suffix}" for table in (SESSION_TABLE, STRIDE_TABLE) for suffix in suffixes]


def _session_schema() -> pa.Schema:
    import pyarrow as pa

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    return pa.schema(
        [pa.field(name, kinds[kind]) for name, kind in SESSION_COLUMNS.items()],
        metadata={"schema": SESSIONS_SCHEMA},
    )


def _stride_schema() -> pa.Schema:
    import pyarrow as pa

    from hipdrive.exporters.parquet_strides import stride_field

    return pa.schema(
        [
            *(pa.field(name, pa.string()) for name in WHOSE_STRIDE),
            *(stride_field(name, None) for name in present_columns()),
        ],
        metadata={"schema": STRIDES_SCHEMA},
    )
