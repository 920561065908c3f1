"""What every source of frames offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from hipdrive.types.frame import Frame


@runtime_checkable
class FrameSource(Protocol):
    """Something that yields frames, oldest first, and has to be closed.

    Iterating raises `SourceError` for a recording that cannot be read on and `CameraError` for a
    camera that went away.
    """

    @property
    def name(self) -> str:
        """What the operator calls it: a file name, or the camera's model."""

    @property
    def frame_count(self) -> int | None:
        """How many frames will come; None when it is unknown."""

    @property
    def warnings(self) -> list[str]:
        """What was wrong with the recording so far without stopping it, one sentence each."""

    def __iter__(self) -> Iterator[Frame]: ...

    def begin_session(self) -> None:
        """A session begins: `warnings` are about it from now on."""

    def close(self) -> None:
        """Free the file or the camera. Safe to call twice."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class ClosedOnExit:
    """Makes whatever has a `close` end with its `with` block; a recording is one session."""

    def begin_session(self) -> None:
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
