"""A recording of several shots as several recordings: a cut begins the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from hipdrive.camera.source import ClosedOnExit
from hipdrive.pose.shot_change import ShotChangeDetector
from hipdrive.session.pose_source import PoseSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hipdrive.camera.source import FrameSource
    from hipdrive.session.poses import PosesMeta
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

View = TypeVar("View")


def shots_of(source: FrameSource | PoseSource) -> Iterator[FrameSource | PoseSource]:
    """The shots of a recording, oldest first, each a source that ends before the next cut.

    What was not taken of a shot is passed by when the next is asked for. Closing a shot leaves the
    recording open.

    Args:
        source: opened and closed by the caller; iterated over once.
    """
    if isinstance(source, PoseSource):
        for number, poses in enumerate(_split(source, lambda pose: pose.cut), 1):
            yield PoseShot(source, number, poses)
        return
    changed = ShotChangeDetector()
    for number, frames in enumerate(_split(source, lambda frame: changed(frame.image)), 1):
        yield FrameShot(source, number, frames)


def _split(views: Iterable[View], cut: Callable[[View], bool]) -> Iterator[Iterator[View]]:
    """The views up to each cut; a part is used up when the next comes."""
    rest = iter(views)
    following: list[View] = []

    def part() -> Iterator[View]:
        # Looked at too, so that the one after it is compared with it.
        yield following.pop()
        for view in rest:
            if cut(view):
                following.append(view)
                return
            yield view

    for first in rest:
        cut(first)
        following.append(first)
        while following:
            taken = part()
            yield taken
            for _ in taken:
                pass


class _Shot(ClosedOnExit, Generic[View]):
    """What both kinds say of themselves."""

    def __init__(
        self, source: FrameSource | PoseSource, number: int, views: Iterator[View]
    ) -> None:
        self._source = source
        self._views = views
        self.name = f"{source.name}, shot {number}"
        self.frame_count = None

    @property
    def warnings(self) -> list[str]:
        """What was wrong with the recording so far."""
        return self._source.warnings

    def close(self) -> None:
        """Nothing: the recording goes on."""


class FrameShot(_Shot["Frame"]):
    """A shot of a recording of pictures."""

    def __iter__(self) -> Iterator[Frame]:
        return self._views


class PoseShot(_Shot["Pose"]):
    """A shot of recorded key points."""

    def __init__(self, source: PoseSource, number: int, views: Iterator[Pose]) -> None:
        super().__init__(source, number, views)
        self.meta: PosesMeta = source.meta

    def __iter__(self) -> Iterator[Pose]:
        for pose in self._views:
            # Nothing before it is in this recording.
            yield replace(pose, cut=False) if pose.cut else pose
