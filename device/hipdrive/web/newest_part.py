"""The newest part of a stream: made once, and waited for by every page that is open."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator


class NewestPart:
    """Hands the same bytes to many readers, each of whom gets the newest and never a backlog.

    A reader that is late misses what came between. While there are readers a task makes the parts;
    where it fails, so do the readers, and the next one has it begin anew. For the thread of the
    event loop alone.

    Args:
        make: makes parts and publishes them until it is cancelled.

    Attributes:
        readers: how many there are.
    """

    def __init__(self, make: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self.readers = 0
        self._make = make
        self._task: asyncio.Task[object] | None = None
        self._part = b""
        self._number = 0
        self._changed = asyncio.Event()

    @property
    def number(self) -> int:
        """Counts the parts; 0 before the first."""
        return self._number

    def publish(self, part: bytes) -> None:
        """Hand out a new part."""
        self._part = part
        self._number += 1
        self._wake()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One more reader meanwhile."""
        self.readers += 1
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._make())
            self._task.add_done_callback(lambda _: self._wake())
        try:
            yield
        finally:
            self.readers -= 1
            if not self.readers:
                self._task.cancel()
                self._task = None

    async def newer(self, than: int, most_s: float) -> tuple[int, bytes]:
        """The newest part and its number; the same number and nothing where none came in time.

        Args:
            than: number of the last part that the reader has; 0: of none.
            most_s: how long to wait.

        Raises:
            Exception: what the task failed with.
        """
        if self._number == than:
            changed = self._changed
            with suppress(TimeoutError):
                async with asyncio.timeout(most_s):
                    await changed.wait()
        if self._task is not None and self._task.done():
            self._task.result()
        return self._number, self._part if self._number != than else b""

    def _wake(self) -> None:
        # A new one for whoever waits next; those who wait hold the old one.
        self._changed, changed = asyncio.Event(), self._changed
        changed.set()
