"""A network between a client and its servers that can be cut as by a pulled cable."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

READ_BYTES = 65_536


class Cable:
    """TCP connections to servers on this machine, each by way of a port of the cable's own.

    Cut, it says nothing to either end: what is sent is lost, who connects hears nothing. Mended,
    it takes new connections; those of before are ended.

    Args:
        servers: ports.

    Attributes:
        ports: where to connect instead, in the same order.
    """

    def __init__(self, servers: Sequence[int]) -> None:
        self._listening = [socket.create_server(("127.0.0.1", 0)) for _ in servers]
        self.ports = [int(each.getsockname()[1]) for each in self._listening]
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._is_cut = False
        for listening, server in zip(self._listening, servers, strict=True):
            Thread(target=self._accept, args=(listening, server), daemon=True).start()

    def _accept(self, listening: socket.socket, server: int) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                with self._lock:
                    self._open.append(near)
                    if self._is_cut:
                        continue
                    try:
                        far = socket.create_connection(("127.0.0.1", server))
                    except OSError:
                        near.close()
                        continue
                    self._open.append(far)
                for ends in ((near, far), (far, near)):
                    Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(READ_BYTES):
                with self._lock:
                    if self._is_cut:
                        return
                target.sendall(data)
        with self._lock:
            if not self._is_cut:
                self._end(source, target)

    def cut(self) -> None:
        """Carry nothing from now on."""
        with self._lock:
            self._is_cut = True

    def mend(self) -> None:
        """Carry what is sent over new connections."""
        with self._lock:
            self._is_cut = False
            self._end(*self._open)
            self._open.clear()

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for each in ends:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for listening in self._listening:
            # `close` alone leaves the thread that waits for a connection waiting.
            self._end(listening)
        self.mend()
