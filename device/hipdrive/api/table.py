"""Values as rows, and as a pandas table where pandas is installed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeAlias

from hipdrive.api.values import StrideValues
from hipdrive.errors import MissingPackageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from hipdrive.api.values import AngleSample, CueValues

Cell: TypeAlias = "float | str | bool | None"
Rows: TypeAlias = "Sequence[StrideValues] | Sequence[AngleSample] | Sequence[CueValues]"


def row(values: StrideValues | AngleSample | CueValues) -> dict[str, Cell]:
    """One row by column; the metrics of a stride become columns of their own."""
    cells = {field.name: getattr(values, field.name) for field in fields(values)}
    if isinstance(values, StrideValues):
        cells |= cells.pop("metrics")
    return cells


def data_frame(values: Rows) -> DataFrame:
    """The rows as a pandas table.

    Raises:
        MissingPackageError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingPackageError(
            "to_pandas() needs pandas, which hipdrive does not install: pip install pandas"
        ) from error
    return pd.DataFrame.from_records([row(each) for each in values])
