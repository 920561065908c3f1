"""Reads a clock as the time of the frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hipdrive.camera.pacing import Timed, View

MOST_LAG_NS = NS_PER_S
"""A first frame that is no older has its time from the very clock; a Pi's camera does so."""


class FrameClock:
    """When, by the frames' own time, something happens while they are looked at.

    A camera's times are those of a clock of the machine, or begin anywhere, as a recording's do.
    Then the frame that came soonest after its time is taken to have come without delay, as that of
    a recording at its own speed does.

    Args:
        clock_ns: a monotonic clock.
    """

    def __init__(self, clock_ns: Callable[[], int]) -> None:
        self._clock_ns = clock_ns
        self._offset_ns: int | None = None
        self._same = False

    def noted(self, views: Iterable[View]) -> Iterator[View]:
        """The frames, each noted as it is taken."""
        for view in views:
            self._taken(view)
            yield view

    def _taken(self, view: Timed) -> None:
        lag_ns = self._clock_ns() - view.t_ns
        if self._offset_ns is None:
            self._same = 0 <= lag_ns < MOST_LAG_NS
            self._offset_ns = 0 if self._same else lag_ns
        elif not self._same:
            self._offset_ns = min(self._offset_ns, lag_ns)

    def at(self, clock_ns: int) -> int:
        """A time of the clock by that of the frames, ns."""
        return clock_ns - (self._offset_ns or 0)
