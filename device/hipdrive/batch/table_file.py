"""A table as a file of its own: CSV, and Parquet where that is there."""

from __future__ import annotations

import csv
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, TypeAlias

from hipdrive.private_file import private

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import BinaryIO, Self, TextIO

    import pyarrow as pa

    from hipdrive.api.table import Cell

Row: TypeAlias = "Mapping[str, Cell]"
ROWS_AT_ONCE = 20_000
"""Rows of a Parquet row group; more are not held in memory."""


class TableRows(Protocol):
    """Takes the rows of a table."""

    def add(self, row: Row) -> None:
        """Append a row; a column that it lacks is empty."""


def has_parquet() -> bool:
    """Whether tables are written as Parquet too."""
    return find_spec("pyarrow") is not None


@contextmanager
def new_table(
    folder: Path, name: str, columns: Sequence[str], schema: pa.Schema | None
) -> Iterator[TableRows]:
    """A table that is there whole when the context is left, and not at all after an error.

    Args:
        folder: where it goes.
        name: of its files, without suffix; files that are there are replaced.
        columns: in their order.
        schema: of the Parquet file, those columns; None: there is to be none.

    Raises:
        OSError: it cannot be written.
    """
    suffixes = (".csv",) if schema is None else (".csv", ".parquet")
    partial = {suffix: folder / f".{name}{suffix}.partial" for suffix in suffixes}
    try:
        with ExitStack() as stack:
            text = stack.enter_context(
                open(partial[".csv"], "w", encoding="utf-8", newline="", opener=private)
            )
            tables: list[TableRows] = [_CsvTable(text, columns)]
            if schema is not None:
                file = stack.enter_context(open(partial[".parquet"], "wb", opener=private))
                tables.append(stack.enter_context(_ParquetTable(file, schema)))
            yield _Tables(tables)
        for suffix, path in partial.items():
            path.replace(folder / f"{name}{suffix}")
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)


class _Tables:
    """Several that get the same rows."""

    def __init__(self, tables: Sequence[TableRows]) -> None:
        self._tables = tables

    def add(self, row: Row) -> None:
        for table in self._tables:
            table.add(row)


class _CsvTable:
    def __init__(self, file: TextIO, columns: Sequence[str]) -> None:
        self._rows = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        self._rows.writeheader()

    def add(self, row: Row) -> None:
        self._rows.writerow(row)


class _ParquetTable:
    """Writes a row group now and then, so that a table may be larger than the memory."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        from pyarrow import parquet

        self._schema = schema
        self._file = parquet.ParquetWriter(file, schema)
        self._waiting: list[Row] = []

    def add(self, row: Row) -> None:
        self._waiting.append(row)
        if len(self._waiting) >= ROWS_AT_ONCE:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa

        self._file.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
        self._waiting.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is None and self._waiting:
            self._write()
        self._file.close()
