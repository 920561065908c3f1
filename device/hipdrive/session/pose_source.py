"""Key points as a source: recorded, or made elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from hipdrive.camera.source import ClosedOnExit, ViewSource
from hipdrive.errors import SourceError
from hipdrive.session.poses import PosesMeta
from hipdrive.types.pose import Pose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@runtime_checkable
class PoseSource(ViewSource[Pose], Protocol):
    """Key points instead of pictures: `RecordedPoses`, `PoseList`."""

    @property
    def meta(self) -> PosesMeta:
        """What is known of the key points."""


class PoseList(ClosedOnExit):
    """Key points from somewhere else: another model, another program.

    Args:
        poses: oldest first; iterated over once a session. Anything else among them is a
            `SourceError` when it comes.
        name: what to call them.
        frame_count: how many there are; None when it is unknown.

    Attributes:
        meta: that nothing is known of the model.
        warnings: none.
    """

    def __init__(
        self, poses: Iterable[Pose], name: str = "poses", frame_count: int | None = None
    ) -> None:
        self._poses = poses
        self.name = name
        self.meta = PosesMeta(name, None, None)
        self.frame_count = frame_count
        self.warnings: list[str] = []

    def __iter__(self) -> Iterator[Pose]:
        for pose in self._poses:
            if not isinstance(pose, Pose):
                raise SourceError(
                    f"{self.name}: yields a {type(pose).__name__} where a Pose was expected; a "
                    "source of frames has all of hipdrive.FrameSource"
                )
            yield pose

    def close(self) -> None:
        """Nothing to free."""
