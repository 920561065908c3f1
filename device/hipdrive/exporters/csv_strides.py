"""`csv`: the strides, one row each, columns as in `docs/metrics.md`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from hipdrive.api.table import row
from hipdrive.gait.metrics.catalogue import stride_metrics

if TYPE_CHECKING:
    from typing import TextIO

    from hipdrive.api.stored_session import Session

STRIDE_FIELDS = (
    "t_s",
    "leg",
    "near",
    "thigh_ext_deg",
    "hip_ext_deg",
    "stride_time_s",
    "accepted",
    "rejection",
    "foot_strike_s",
    "toe_off_s",
)


class CsvStrides:
    """Strides as a table; an empty cell where nothing was measured."""

    name = "csv"

    def write(self, session: Session, file: TextIO) -> None:
        """Write a header and a row for each stride."""
        metrics = session.strides[0].metrics if session.strides else _metric_columns()
        table = csv.DictWriter(file, (*STRIDE_FIELDS, *metrics), lineterminator="\n")
        table.writeheader()
        table.writerows(row(stride) for stride in session.strides)


def _metric_columns() -> list[str]:
    return [metric.column for metric in stride_metrics()]
