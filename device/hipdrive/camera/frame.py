"""A picture with the time at which it was taken, and what every source of pictures offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import numpy as np
    import numpy.typing as npt

    RgbImage: TypeAlias = npt.NDArray[np.uint8]
    """uint8 [height, width, 3], red first."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    Attributes:
        t_ns: time of exposure in ns, from the sensor or the presentation timestamp of the
            recording. Any origin; strictly increasing from frame to frame.
        image: uint8 [height, width, 3], RGB. Valid until the next frame is asked for: a source
            may fill the same memory again. Rows may lie apart in memory, as those of a camera do.
    """

    t_ns: int
    image: RgbImage


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
        """How many frames will come; None when nobody knows."""

    @property
    def warnings(self) -> list[str]:
        """What was wrong with the recording so far without stopping it, one sentence each."""

    def __iter__(self) -> Iterator[Frame]: ...

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
    """Makes whatever has a `close` end with its `with` block."""

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
