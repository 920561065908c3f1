"""The formats of key points that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from hipdrive.errors import SourceError
from hipdrive.keypoint_files.c3d import C3dFile
from hipdrive.keypoint_files.mmpose import MMPoseFile, MMPoseFolder
from hipdrive.keypoint_files.openpose import OpenPoseFolder
from hipdrive.keypoint_files.side_view import seen_from_the_side
from hipdrive.keypoint_files.static_trial import with_static_trial
from hipdrive.keypoint_files.trc import TrcFile

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from hipdrive.keypoint_files.marker_paths import MarkerPaths
    from hipdrive.keypoint_files.track import KeypointTrack


class KeypointFormat(Protocol):
    """Reads key points that another program made."""

    @property
    def name(self) -> str:
        """What people call it."""

    def recognises(self, path: Path) -> bool:
        """Whether the file or folder is for this reader; cheap."""

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        """The key points of the runner.

        Args:
            path: what was recognised.
            fps: frames a second, for formats without times.

        Raises:
            SourceError: one line that says what is wrong and what would do.
        """
        ...


FORMATS: list[KeypointFormat] = [
    MMPoseFolder(),
    OpenPoseFolder(),
    MMPoseFile(),
    TrcFile(),
    C3dFile(),
]
"""The first that recognises a path reads it; another format is one entry more."""


def read_with_static(path: Path, static: Path) -> KeypointTrack:
    """Markers of a run whose knees and ankles are marked in a trial of standing only.

    Raises:
        SourceError: one of them is no file of markers, or a joint cannot be carried over.
    """
    return seen_from_the_side(with_static_trial(_markers(path), _markers(static)))


def _markers(path: Path) -> MarkerPaths:
    for kind in (TrcFile(), C3dFile()):
        if kind.recognises(path):
            return kind.markers(path)
    raise SourceError(f"{path}: has no markers; --static goes with two .trc or .c3d files")
