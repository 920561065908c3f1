"""Key points as a source: recorded, or made elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from hipdrive.camera.source import ClosedOnExit
from hipdrive.session.poses import PosesMeta

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hipdrive.types.pose import Pose


@runtime_checkable
class PoseSource(Protocol):
    """Something that yields poses, oldest first: `RecordedPoses`, `PoseList`."""

    @property
    def name(self) -> str:
        """What the operator calls it."""

    @property
    def meta(self) -> PosesMeta:
        """What is known of the key points."""

    @property
    def frame_count(self) -> int | None:
        """How many poses will come; None when nobody knows."""

    @property
    def warnings(self) -> list[str]:
        """What was wrong with them, one sentence each."""

    def __iter__(self) -> Iterator[Pose]: ...

    def begin_session(self) -> None:
        """A session begins: `warnings` are about it from now on."""

    def close(self) -> None:
        """Free what is held. Safe to call twice."""


class PoseList(ClosedOnExit):
    """Key points from somewhere else: another model, another program.

    Args:
        poses: oldest first; iterated over once a session.
        name: what to call them.

    Attributes:
        meta: that nothing is known of the model.
        frame_count: None where `poses` has no length.
        warnings: none.
    """

    def __init__(self, poses: Iterable[Pose], name: str = "poses") -> None:
        self._poses = poses
        self.name = name
        self.meta = PosesMeta(name, None, None)
        self.frame_count = len(poses) if isinstance(poses, list | tuple) else None
        self.warnings: list[str] = []

    def __iter__(self) -> Iterator[Pose]:
        return iter(self._poses)

    def close(self) -> None:
        """Nothing to free."""
