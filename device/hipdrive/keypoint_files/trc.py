"""TRC: markers in space as text, of OpenSim, Pose2Sim and many others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.keypoint_files.marker_paths import marker_paths
from hipdrive.keypoint_files.side_view import seen_from_the_side
from hipdrive.small_file import MOST_DATA_BYTES, read_small_file

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from hipdrive.keypoint_files.marker_paths import MarkerPaths
    from hipdrive.keypoint_files.track import KeypointTrack

HEADER_LINES = 5
AGAIN = "export it again"


class TrcFile:
    """Reads a `.trc`: five lines of header, then frame, time and x, y, z of each marker."""

    name = "TRC"

    def recognises(self, path: Path) -> bool:
        """Whether it is called so."""
        return path.is_file() and path.suffix.lower() == ".trc"

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        """The markers, seen from the runner's right.

        Raises:
            SourceError: it is cut off, or lacks what is needed.
        """
        if fps is not None:
            raise SourceError(f"{path}: has times of its own; leave --fps out")
        return seen_from_the_side(self.markers(path))

    def markers(self, path: Path) -> MarkerPaths:
        """The markers as they are.

        Raises:
            SourceError: the file is cut off, or makes no sense.
        """
        try:
            content = read_small_file(path, MOST_DATA_BYTES)
        except OSError as error:
            raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
        lines = content.decode("utf-8-sig", errors="replace").splitlines()
        if len(lines) < HEADER_LINES or not lines[0].startswith("PathFileType"):
            raise SourceError(f"{path}: is not a whole TRC file; {AGAIN}")
        told = dict(zip(lines[1].split(), lines[2].split(), strict=False))
        names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
        rows = [line for line in lines[HEADER_LINES:] if line.strip()]
        if not rows:
            raise SourceError(f"{path}: has no frames; {AGAIN}")
        table = np.array([_numbers(row, 2 + 3 * len(names), path) for row in rows])
        places = table[:, 2:].reshape(len(rows), len(names), 3)
        unit = told.get("Units", "")
        return marker_paths(table[:, 1], names, places, unit, str(path))


def _numbers(row: str, columns: int, path: Path) -> list[float]:
    """The cells of a line; an empty one is not a number, and so are those that are left out."""
    cells = row.rstrip().split("\t")
    try:
        numbers = [float(cell) if cell.strip() else np.nan for cell in cells[:columns]]
    except ValueError as error:
        raise SourceError(f"{path}: frame {cells[0][:20]}: {error}; {AGAIN}") from error
    if not np.isfinite(numbers[:2]).all() or len(numbers) < 2:  # noqa: PLR2004  # its number, its time
        raise SourceError(f"{path}: frame {cells[0][:20]} has no time; {AGAIN}")
    return numbers + [np.nan] * (columns - len(numbers))
