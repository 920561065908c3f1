"""A proxy between the hub and the broker that blocks connections or drops the broker's data."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Self


class TcpProxy:
    """Forwards TCP connections from a port of its own to the broker's.

    Attributes:
        port: where to connect to.
        drop_replies: while set, data from the broker are dropped.
        delay_s: how long data from the broker are delayed, s.
    """

    delay_s = 0.0

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.drop_replies = Event()
        self._open = True
        self._lock = Lock()
        self._sockets: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._start(self._accept)

    def _start(self, target: object, *args: socket.socket | Event) -> None:
        thread = Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                with self._lock:
                    self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        if not self._open:
            client.close()
            return
        try:
            broker = socket.create_connection(("127.0.0.1", self._target_port))
        except OSError:
            client.close()
            return
        self._sockets += [client, broker]
        self._start(self._pump, client, broker, Event())
        self._start(self._pump, broker, client, self.drop_replies)

    def _pump(self, source: socket.socket, sink: socket.socket, drop: Event) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if drop is self.drop_replies and self.delay_s:
                    Event().wait(self.delay_s)
                if not drop.is_set():
                    sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def block(self) -> None:
        """Cut all connections, and end new ones at once."""
        with self._lock:
            self._open = False
            for end in self._sockets:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def unblock(self) -> None:
        """Let new connections through."""
        with self._lock:
            self._open = True

    def close(self) -> None:
        self.block()
        # Closing alone does not wake a thread out of `accept`.
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._server.close()
        for end in self._sockets:
            end.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
