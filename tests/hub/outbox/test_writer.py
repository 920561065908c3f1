from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING

from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.writer import OutboxWriter
from support.hub.outgoing import CLOCK, outgoing
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from pathlib import Path


def test_the_delivering_thread_is_woken_after_each_use_of_the_disk(tmp_path: Path) -> None:
    """Delivering never waits for the disk, so it must hear when there is no need to wait."""
    wakes: SimpleQueue[None] = SimpleQueue()
    backlog = Backlog(tmp_path / "outbox", CLOCK)
    writer = OutboxWriter(backlog, lambda: wakes.put(None))
    wakes.get(timeout=PATIENCE_S)
    writer.put(outgoing(1))
    wakes.get(timeout=PATIENCE_S)
    entry = backlog.head()
    assert entry is not None
    backlog.acknowledge(entry.key)
    # The broker has all: time to delete it.
    wakes.get(timeout=PATIENCE_S)
    assert writer.close(PATIENCE_S) == 0
    backlog.close()
