"""Publishes one message as fast as a broker takes it, in a process of its own.

usage: flooder.py PORT TOPIC PAYLOAD [COUNT]
"""

from __future__ import annotations

import socket
import sys

CONNECT = bytes([0x10, 14, 0, 4]) + b"MQTT" + bytes([5, 2, 0, 0, 0, 0, 1]) + b"f"
AT_ONCE = 500


def packet(topic: str, payload: str) -> bytes:
    """A PUBLISH of QoS 0, MQTT 5."""
    rest = len(topic).to_bytes(2, "big") + topic.encode() + b"\0" + payload.encode()
    assert len(rest) < 128
    return bytes([0x30, len(rest)]) + rest


def main() -> None:
    """Command line."""
    port, topic, payload, *count = sys.argv[1:]
    left = int(count[0]) if count else None
    with socket.create_connection(("127.0.0.1", int(port))) as broker:
        broker.sendall(CONNECT)
        broker.recv(100)
        while left is None or left > 0:
            broker.sendall(packet(topic, payload) * AT_ONCE)
            left = None if left is None else left - AT_ONCE
        # Closing at once would take back what the broker has not read.
        broker.shutdown(socket.SHUT_WR)
        while broker.recv(100):
            pass


if __name__ == "__main__":
    main()
