"""What a fake camera's sensor does next, and what happens meanwhile."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from support.camera.fake_picamera2 import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Script(deque[Event]):
    """An event after the other; before some of them, by their number, something is done."""

    def __init__(self, events: Iterable[Event], acts: Mapping[int, Callable[[], object]]) -> None:
        super().__init__(events)
        self._acts = acts
        self._next = 0

    def popleft(self) -> Event:
        act = self._acts.get(self._next)
        self._next += 1
        if act is not None:
            act()
        return super().popleft()
