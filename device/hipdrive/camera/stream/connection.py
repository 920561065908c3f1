"""What a stream of pictures is to whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.types.frame import RgbImage

SILENCE_S = 2.5
"""How long a camera may take to connect, to answer, and between two pictures; within this time a
reader notices that it is to end."""


@dataclass(frozen=True, slots=True)
class StreamPicture:
    """A picture of a stream, not decoded before somebody wants to look at it.

    Attributes:
        pts_ns: its time by the stream's own clock, ns from any origin; None where it has none.
        arrived_ns: when it was there, by the clock of this machine, ns.
        image: decodes it, or gives None where that cannot be done; None: it did not come whole.
    """

    pts_ns: int | None
    arrived_ns: int
    image: Callable[[], RgbImage | None] | None


class StreamConnection(Protocol):
    """An open stream. One thread reads and closes it."""

    def pictures(self) -> Iterator[StreamPicture]:
        """Its pictures as they come.

        Raises:
            StreamError: it broke off; its end is an error too.
        """
        ...

    def interrupt(self) -> None:
        """Have `pictures` end soon, where that can be done; from any thread."""
        ...

    def close(self) -> None:
        """Free it."""
        ...
