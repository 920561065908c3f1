"""A server at the broker's port that sends what the test wants."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

WELCOME = bytes([0x20, 3, 0, 0, 0])
"""CONNACK of MQTT 5: success, no properties."""
TAKEN_OVER = bytes([0xE0, 2, 142, 0])
"""DISCONNECT of MQTT 5: another client has come with the same client id."""
NOT_READ = bytes([0x90, 5, 0, 1, 0, 135, 135])
"""SUBACK of MQTT 5: neither of two filters may be subscribed to."""
TAKEN = bytes([0x40, 2, 0, 1])
"""PUBACK: the first message is taken."""
TAKEN_TOO = bytes([0x40, 2, 0, 2])
"""PUBACK: the second message is taken."""
HTTP = b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(200)


@contextmanager
def fake_broker(
    answer: bytes, *more: bytes, listens: bool = True, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Answers the first connection once it has sent something, and no other; yields the port.

    Args:
        answer: what to send.
        more: what to send after each of the packets received next.
        listens: False: never read again, as a network that takes nothing.
        tls: speak TLS, with this certificate.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        accepted: list[socket.socket] = []

        def serve() -> None:
            client, _ = server.accept()
            if tls is not None:
                client = tls.wrap_socket(client, server_side=True)
            accepted.append(client)
            client.recv(4096)
            client.sendall(answer)
            for each in more:
                client.recv(4096)
                client.sendall(each)
            # Closing with something unread would take the answer back.
            with suppress(OSError):
                while listens and client.recv(4096):
                    pass

        thread = Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            thread.join()
            for client in accepted:
                client.close()
