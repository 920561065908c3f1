"""`csv`: the strides, one row each, columns as in `docs/metrics.md`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from hipdrive.exporters.stride_table import columns, rows

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.stored_session import Session


class CsvStrides:
    """Strides as a table; an empty cell where nothing was measured."""

    name = "csv"

    def write(self, session: Session, path: Path) -> None:
        """Write a header and a row for each stride."""
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns(session), lineterminator="\n")
            table.writeheader()
            table.writerows(rows(session))
