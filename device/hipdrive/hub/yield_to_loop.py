"""Lets the loop go first after it has woken one of the hub's threads."""

from __future__ import annotations

import time

YIELD_S = 0.003
"""The loop wakes a thread at the end of a frame; after this time it waits for its next frame or is
in the interpreter, which works without Python's lock. Sooner, the loop would have to wait for that
lock: a message costs half a millisecond of Python."""


def yield_to_loop() -> None:
    """Wait until the loop no longer needs Python's lock."""
    time.sleep(YIELD_S)
