"""What a file of markers has, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

UNITS_PER_M = {"m": 1.0, "cm": 100.0, "mm": 1000.0}
LONGEST_S = 1e8
"""Three years: no recording counts from longer ago."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkerPaths:
    """Paths of markers in space.

    Attributes:
        t_s: [frames], in s.
        names: of the markers.
        metres: [frames, markers, 3]; not a number where a marker was not seen.
        unit: what the file says that its places are in.
        where: what a message begins with.
    """

    t_s: Array
    names: Sequence[str]
    metres: Array
    unit: str
    where: str


def marker_paths(
    t_s: Array, names: Sequence[str], places: Array, unit: str, where: str
) -> MarkerPaths:
    """The markers of a file.

    Args:
        t_s: [frames], in s.
        names: of the markers.
        places: [frames, markers, 3]; not a number, or all 0, where a marker was not seen.
        unit: what they are in, m, cm or mm.
        where: what a message begins with.

    Raises:
        SourceError: a time or the unit makes no sense.
    """
    if not np.abs(t_s).max() < LONGEST_S:
        raise SourceError(f"{where}: has a time of {np.abs(t_s).max():g} s; export it again")
    if unit.lower() not in UNITS_PER_M:
        raise SourceError(f"{where}: is in {unit!r}; m, cm and mm are read")
    metres = places / UNITS_PER_M[unit.lower()]
    metres[(metres == 0).all(axis=-1)] = np.nan
    return MarkerPaths(t_s, names, metres, unit, where)
