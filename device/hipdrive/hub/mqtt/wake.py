"""A bell that a thread waiting in `select` can hear."""

from __future__ import annotations

import contextlib
import select
import socket
import time

LET_GO_S = 0.003
"""How long whoever was woken waits before it works. The loop rings at the end of a frame; after
this time it waits for the next or is in the interpreter, which works without Python's lock. Sooner,
the loop would have to wait for that lock: a message takes a thread half a millisecond of Python."""


class WakePipe:
    """A pair of connected sockets; any thread rings, one waits."""

    def __init__(self) -> None:
        self._ear, self._bell = socket.socketpair()
        self._ear.settimeout(0)
        self._bell.settimeout(0)

    def ring(self) -> None:
        """Wake the waiting thread; never waits. After `close` nothing happens."""
        # A full buffer means that it rings already.
        with contextlib.suppress(OSError):
            self._bell.send(b"\0")

    def fileno(self) -> int:
        """What to give to `select`."""
        return self._ear.fileno()

    def answer(self) -> None:
        """Let whoever rang go on with its work first, and forget the rings so far."""
        time.sleep(LET_GO_S)
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass

    def wait(self, timeout_s: float) -> None:
        """Wait for a ring, at most `timeout_s` seconds."""
        heard, _, _ = select.select([self._ear], [], [], max(timeout_s, 0.0))
        if heard:
            self.answer()

    def close(self) -> None:
        """Free the sockets; to be called by the thread that waits."""
        self._ear.close()
        self._bell.close()
