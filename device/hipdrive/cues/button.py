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
    """Comes after `LONG` where the button is held on."""


class ButtonPresses:
    """Makes presses of what the contact does.

    Args:
        bounce_ns: a level counts once it has stayed for so long, ns.
        hold_ns: a press that lasts so long is a long one, known while the button is still held.
        clock_ns: a monotonic clock.
        held_ns: a press that lasts so long is held on; 0: none is.
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
        self._told = self._held_told = False
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

    def _settle(self, now_ns: int) -> None:
        """Take the contact's level for the button's, if it has stayed."""
        if now_ns - self._since_ns >= self._bounce_ns:
            if self._closed and self._pressed_ns is None:
                self._pressed_ns, self._told, self._held_told = self._since_ns, False, False
            if not self._closed and self._pressed_ns is not None:
                self._note(self._since_ns - self._pressed_ns)
                if not self._told:
                    self._presses.append(Press.SHORT)
                self._pressed_ns = None
        if self._pressed_ns is not None and self._closed:
            self._note(now_ns - self._pressed_ns)

    def _note(self, held_ns: int) -> None:
        if not self._told and held_ns >= self._hold_ns:
            self._presses.append(Press.LONG)
            self._told = True
        if self._held_ns and not self._held_told and held_ns >= self._held_ns:
            self._presses.append(Press.HELD)
            self._held_told = True
