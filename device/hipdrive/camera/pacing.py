"""When the next frame of a source is taken: not after a stop, and not too early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Timed(Protocol):
    """A frame or a pose."""

    @property
    def t_ns(self) -> int:
        """Its time in ns."""
        ...


View = TypeVar("View", bound=Timed)
Item = TypeVar("Item")


def until(items: Iterable[Item], stopped: Callable[[], bool]) -> Iterator[Item]:
    """Views, or what was made of them, ended before the first that comes after a stop."""
    for item in items:
        if stopped():
            return
        yield item


def paced(
    source: Iterable[View], clock_ns: Callable[[], int], wait: Callable[[float], object]
) -> Iterator[View]:
    """The source at its own speed, as if it happened now.

    Args:
        source: views in the order of their times.
        clock_ns: a monotonic clock.
        wait: waits for some seconds, or less when there is reason to.
    """
    offset_ns: int | None = None
    for view in source:
        if offset_ns is None:
            offset_ns = clock_ns() - view.t_ns
        early_ns = view.t_ns + offset_ns - clock_ns()
        if early_ns > 0:
            wait(early_ns / 1e9)
        yield view
