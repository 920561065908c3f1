"""The strides of a session as a table: what CSV, JSON and Parquet have in common."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from hipdrive.api.table import row
from hipdrive.api.values import StrideValues
from hipdrive.gait.metrics.catalogue import stride_metrics

if TYPE_CHECKING:
    from hipdrive.api.stored_session import Session
    from hipdrive.api.table import Cell

METRICS_FIELD = "metrics"


def columns(session: Session) -> list[str]:
    """The names of the columns, units in them: the fields of a stride, then its metrics.

    The metrics are those that were recorded, also where another version recorded them.
    """
    if session.strides:
        return [*_fields(), *session.strides[0].metrics]
    return present_columns()


def present_columns() -> list[str]:
    """The same of what this version records."""
    return [*_fields(), *(metric.column for metric in stride_metrics())]


def _fields() -> list[str]:
    return [field.name for field in fields(StrideValues) if field.name != METRICS_FIELD]


def rows(session: Session) -> list[dict[str, Cell]]:
    """A row for each stride of either leg, the rejected ones too; None for the unknown."""
    return [row(stride) for stride in session.strides]
