"""Presses of a push button, short and long, whatever its contact does in between."""

from __future__ import annotations

import threading
import time
from collections import deque
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PRESSES_WAITING = 8


class Press(Enum):
    """How the button was pressed."""

    SHORT = auto()
    LONG = auto()
    HELD = auto()


class ButtonPresses:
    """Makes presses of what the contact does.

    Args:
        bounce_ns: a level counts once it has stayed for so long, ns.
        hold_ns: a press that lasts so long is a long one, known when the button is let go.
        clock_ns: a monotonic clock.
        held_ns: one that lasts so long is held on, known while the button is still held, and no
            long one; 0: none is.
    """

    def __init__(
        self,
        bounce_ns: int,
        hold_ns: int,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        held_ns: int = 0,
    ) -> None:
        self._bounce_ns = bounce_ns
        self._hold_ns = hold_ns
        self._held_ns = held_ns
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._closed, self._since_ns = False, clock_ns()
        self._pressed_ns: int | None = None
        self._told = False
        self._presses: deque[Press] = deque(maxlen=MOST_PRESSES_WAITING)

    def contact(self, *, closed: bool) -> None:
        """The contact has closed or opened; any thread."""
        with self._lock:
            now_ns = self._clock_ns()
            self._settle(now_ns)
            self._closed, self._since_ns = closed, now_ns

    def next_press(self) -> Press | None:
        """The oldest press that was not asked for yet; None without one."""
        with self._lock:
            self._settle(self._clock_ns())
            return self._presses.popleft() if self._presses else None

    def long_so_far(self) -> bool:
        """Whether the button is held, and letting go of it now would make the press a long one."""
        with self._lock:
            now_ns = self._clock_ns()
            self._settle(now_ns)
            if self._pressed_ns is None or self._told:
                return False
            return now_ns - self._pressed_ns >= self._hold_ns

    def _settle(self, now_ns: int) -> None:
        """Take the contact's level for the button's, if it has stayed."""
        if now_ns - self._since_ns >= self._bounce_ns:
            if self._closed and self._pressed_ns is None:
                self._pressed_ns, self._told = self._since_ns, False
            if not self._closed and self._pressed_ns is not None:
                lasted_ns = self._since_ns - self._pressed_ns
                self._note_held(lasted_ns)
                if not self._told:
                    self._presses.append(Press.LONG if lasted_ns >= self._hold_ns else Press.SHORT)
                self._pressed_ns = None
        if self._pressed_ns is not None and self._closed:
            self._note_held(now_ns - self._pressed_ns)

    def _note_held(self, lasted_ns: int) -> None:
        if self._held_ns and not self._told and lasted_ns >= self._held_ns:
            self._presses.append(Press.HELD)
            self._told = True
