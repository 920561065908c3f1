"""Wakes a thread that waits in `select`."""

from __future__ import annotations

import contextlib
import select
import socket

from hipdrive.hub.yield_to_loop import yield_to_loop


class WakePipe:
    """A pair of connected sockets; any thread may wake the one that waits."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)

    def wake(self) -> None:
        """Wake the waiting thread; never blocks. After `close` nothing happens."""
        # A full buffer means that it is being woken already.
        with contextlib.suppress(OSError):
            self._writer.send(b"\0")

    def fileno(self) -> int:
        """File descriptor for `select`."""
        return self._reader.fileno()

    def clear(self) -> None:
        """Let the thread that called `wake` go on with its work, then forget the calls so far."""
        yield_to_loop()
        with contextlib.suppress(BlockingIOError):
            while self._reader.recv(4096):
                pass

    def wait(self, timeout_s: float) -> None:
        """Wait for a call of `wake`, at most `timeout_s` seconds."""
        readable, _, _ = select.select([self._reader], [], [], max(timeout_s, 0.0))
        if readable:
            self.clear()

    def close(self) -> None:
        """Free the sockets; to be called by the thread that waits."""
        self._reader.close()
        self._writer.close()
