"""A collector in a thread of the test, which sees its counts."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from hipdrive.gym.collector.collecting import collect
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.gym.collector.collector import CollectedCounts
    from hipdrive.gym.settings import GymConfig


@contextmanager
def collecting(config: GymConfig, name: str) -> Iterator[list[CollectedCounts]]:
    """Collect while the block lasts; the list has the counts after it."""
    stop, ready = Event(), Event()
    counts: list[CollectedCounts] = []
    thread = Thread(
        target=lambda: counts.append(
            collect(config, name, stop.is_set, lambda _: ready.set()),
        )
    )
    thread.start()
    try:
        assert ready.wait(PATIENCE_S), "the collector does not collect"
        yield counts
    finally:
        stop.set()
        thread.join()
