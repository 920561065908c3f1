"""What is read from a file of key points: one person, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.camera.source import ClosedOnExit
from hipdrive.errors import SourceError
from hipdrive.session.poses import PosesMeta
from hipdrive.types.pose import Pose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from hipdrive.types.skeleton import Skeleton

BEYOND_PX = 30_000
"""Further from the corner of the picture than a recording can keep."""


@dataclass(frozen=True, slots=True, eq=False)
class KeypointTrack:
    """The key points of one person.

    Attributes:
        t_ns: int64 [frames], when each was taken; rising.
        points: float64 [frames, joints, 3]: x to the right and y down in pixels, score 0 to 1;
            score 0 where a joint was not seen, whatever x and y are.
        skeleton: what the joints are called.
    """

    t_ns: npt.NDArray[np.int64]
    points: npt.NDArray[np.float64]
    skeleton: Skeleton


class TrackSource(ClosedOnExit):
    """A track as a source of poses.

    Args:
        path: where it was read from.
        track: the key points.

    Attributes:
        name: the file's or the folder's.
        meta: that nothing is known of the model.
        frame_count: number of poses.
        warnings: how much could not be read as a place in a picture.

    Raises:
        SourceError: nobody is in it, or its times do not rise.
    """

    def __init__(self, path: Path, track: KeypointTrack) -> None:
        import numpy as np

        self.name = path.resolve().name
        self.meta = PosesMeta(self.name, None, None)
        self.frame_count = len(track.t_ns)
        self.warnings: list[str] = []
        self._skeleton = track.skeleton
        self._t_ns = track.t_ns.tolist()
        backwards = np.flatnonzero(np.diff(track.t_ns) <= 0)
        if backwards.size:
            raise SourceError(
                f"{path}: frame {int(backwards[0]) + 2} is not after the one before it; "
                "put the frames in the order of their times"
            )
        points, seen = track.points, track.points[..., 2] > 0
        usable = np.isfinite(points).all(axis=-1) & (np.abs(points[..., :2]) < BEYOND_PX).all(-1)
        lost = int((seen & ~usable).sum() + np.isnan(points[..., 2]).sum())
        if lost:
            self.warnings.append(f"{self.name}: {lost} key points are no numbers; taken as unseen")
        self._points = np.where((seen & usable)[..., None], points, 0.0)
        self._points[..., 2] = self._points[..., 2].clip(0, 1)
        if not (self._points[..., 2] > 0).any():
            raise SourceError(f"{path}: has nobody in any of its {self.frame_count} frames")

    def __iter__(self) -> Iterator[Pose]:
        for t_ns, points in zip(self._t_ns, self._points, strict=True):
            yield Pose.from_array(t_ns, points, self._skeleton)

    def close(self) -> None:
        """Nothing to free."""
