"""The formats of key points that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from hipdrive.keypoint_files.c3d import C3dFile
from hipdrive.keypoint_files.mmpose import MMPoseFile, MMPoseFolder
from hipdrive.keypoint_files.openpose import OpenPoseFolder
from hipdrive.keypoint_files.trc import TrcFile

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

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
