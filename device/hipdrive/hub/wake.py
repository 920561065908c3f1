"""A bell that a thread waiting in `select` can hear."""

from __future__ import annotations

import contextlib
import select
import socket


class Wake:
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

    def hush(self) -> None:
        """Forget the rings so far."""
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass

    def wait(self, timeout_s: float) -> None:
        """Wait for a ring, at most `timeout_s` seconds."""
        select.select([self._ear], [], [], max(timeout_s, 0.0))
        self.hush()

    def close(self) -> None:
        """Free the sockets; to be called by the thread that waits."""
        self._ear.close()
        self._bell.close()
