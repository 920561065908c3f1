"""What every source of frames, or of key points, offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, TypeVar, runtime_checkable

from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from hipdrive.health.degraded import DegradedParts

View = TypeVar("View", covariant=True)  # noqa: PLC0105  # as in `loop`
"""What a source yields: a `Frame`, or a `Pose`."""


class ViewSource(Protocol[View]):
    """Something that yields frames or poses, oldest first, and has to be closed."""

    @property
    def name(self) -> str:
        """What the operator calls it: a file name, or the camera's model."""

    @property
    def frame_count(self) -> int | None:
        """How many will come; None when it is unknown."""

    @property
    def warnings(self) -> list[str]:
        """What was wrong with the recording so far without stopping it, one sentence each."""

    def __iter__(self) -> Iterator[View]: ...

    def begin_session(self, parts: DegradedParts) -> None:
        """A session begins.

        `warnings` are about it from now on, and `parts` is to be told while the camera fails and
        goes on; an error that ends the iteration is told by whoever iterates.
        """

    def close(self) -> None:
        """Free the file or the camera. Safe to call twice."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


@runtime_checkable
class FrameSource(ViewSource[Frame], Protocol):
    """A camera or a film.

    Iterating raises `SourceError` for a recording that cannot be read on and `CameraError` for a
    camera that went away.
    """


class ClosedOnExit:
    """Makes whatever has a `close` end with its `with` block; a recording is one session."""

    def begin_session(self, _parts: DegradedParts) -> None:
        """Nothing: all warnings of a recording belong to its one session."""

    def close(self) -> None:
        """Free what is held. Safe to call twice."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
