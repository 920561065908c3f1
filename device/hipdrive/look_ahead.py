"""What comes next is begun while the latest is used."""

from __future__ import annotations

import queue
import sys
import threading
from collections import deque
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from hipdrive.types.frame import FRAMES_AHEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self

Item = TypeVar("Item")

SWITCH_S = 0.0001
"""How long a thread may keep another waiting for Python's lock. With the usual 5 ms the thread that
is to run the model waits for the one that measures gait, and little is gained."""
CLOSE_S = 5.0
"""How long closing waits for an item that is being made; a camera is asked five times a second."""


@contextmanager
def quick_switching() -> Iterator[None]:
    """Threads wait for each other no longer than `SWITCH_S` while this is open."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(min(SWITCH_S, usual_s))
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)


def announced(items: Iterable[Item], expect: Callable[[Item], None]) -> Iterator[Item]:
    """The same items; each comes after `expect` was told it and the `FRAMES_AHEAD` after it.

    An error comes where it would: after everything that was there before it.
    """
    waiting: deque[Item] = deque()
    try:
        for item in items:
            expect(item)
            waiting.append(item)
            if len(waiting) > FRAMES_AHEAD:
                yield waiting.popleft()
    except Exception:
        yield from waiting
        raise
    yield from waiting


class _Wish(Enum):
    """What the thread is asked for."""

    NEXT, END = range(2)


@dataclass(frozen=True, slots=True)
class _Ended:
    """No further item comes, for want of one or because of an error."""

    error: BaseException | None = None


class LookAhead(Generic[Item]):
    """Goes through an iterable one item ahead, in the same order; errors come where they would.

    Two items are alive at once: the one in use, and the next, which waits or is being made. The one
    after that is begun when the next is asked for. Used as a context; on leaving it the thread has
    ended, or waits for something that does not come.

    Args:
        items: gone through in the other thread, once.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = items
        self._wanted: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._made: queue.SimpleQueue[Item | _Ended] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._make, name="look-ahead", daemon=True)

    def __enter__(self) -> Self:
        self._ending = ExitStack()
        self._ending.enter_context(quick_switching())
        self._wanted.put(_Wish.NEXT)
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._wanted.put(_Wish.END)
        self._thread.join(CLOSE_S)
        self._ending.close()

    def __iter__(self) -> Iterator[Item]:
        while not isinstance(made := self._made.get(), _Ended):
            self._wanted.put(_Wish.NEXT)
            yield made
        if made.error is not None:
            raise made.error

    def _make(self) -> None:
        items = iter(self._items)
        try:
            while self._wanted.get() is _Wish.NEXT:
                self._made.put(next(items))
        except StopIteration:
            self._made.put(_Ended())
        except BaseException as error:  # noqa: BLE001  # raised where the items are used
            self._made.put(_Ended(error))
