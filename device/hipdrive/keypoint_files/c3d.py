"""C3D: markers in space as a motion laboratory stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import MissingPackageError, SourceError
from hipdrive.keypoint_files.marker_paths import marker_paths
from hipdrive.keypoint_files.side_view import seen_from_the_side

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from hipdrive.keypoint_files.marker_paths import MarkerPaths
    from hipdrive.keypoint_files.track import KeypointTrack

USUAL_UNIT = "mm"
"""Of a file that does not say, as many do not."""


class C3dFile:
    """Reads the points of a `.c3d` with ezc3d, which is an extra of hipdrive."""

    name = "C3D"

    def recognises(self, path: Path) -> bool:
        """Whether it is called so."""
        return path.is_file() and path.suffix.lower() == ".c3d"

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        """The markers, seen from the runner's right.

        Raises:
            SourceError: it is damaged, or lacks what is needed.
            MissingPackageError: ezc3d is not installed.
        """
        if fps is not None:
            raise SourceError(f"{path}: has times of its own; leave --fps out")
        return seen_from_the_side(self.markers(path))

    def markers(self, path: Path) -> MarkerPaths:
        """The markers as they are.

        Raises:
            SourceError: the file is damaged, or makes no sense.
            MissingPackageError: ezc3d is not installed.
        """
        try:
            import ezc3d
        except ImportError as error:
            raise MissingPackageError(
                f"{path}: C3D needs ezc3d: pip install 'hipdrive[c3d]'"
            ) from error
        try:
            file = ezc3d.c3d(str(path))
            point = file["parameters"]["POINT"]
            names = [str(name) for name in point["LABELS"]["value"]]
            units, rate = point["UNITS"]["value"], float(point["RATE"]["value"][0])
            places = np.asarray(file["data"]["points"], np.float64)[:3].transpose(2, 1, 0)
        except Exception as error:  # ezc3d raises plain ones of several kinds
            raise SourceError(
                f"{path}: is damaged, or no C3D file of points ({error}); export it again"
            ) from error
        if not rate > 0 or not len(places):
            raise SourceError(f"{path}: has no frames, or no rate; export it again")
        unit = str(units[0]) if units else USUAL_UNIT
        t_s = np.arange(len(places)) / rate
        return marker_paths(t_s, names, places[:, : len(names)].copy(), unit, str(path))
