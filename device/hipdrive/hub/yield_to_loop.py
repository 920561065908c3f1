"""Lets the loop go first after it has woken one of the hub's threads."""

from __future__ import annotations

import select

YIELD_S = 0.003
"""The loop wakes a thread at the end of a frame; after this time it waits for its next frame or is
in the interpreter, which works without Python's lock. Sooner, the loop would have to wait for that
lock: a message costs half a millisecond of Python."""


def yield_to_loop() -> None:
    """Wait until the loop no longer needs Python's lock."""
    # Not `time.sleep`: it hands the kernel a time at which to wake up, and fails with EINVAL where
    # a library that fakes the clock makes that time negative. `select` hands over a duration.
    select.select([], [], [], YIELD_S)
