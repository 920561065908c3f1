from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING

from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.writer import OutboxWriter
from support.hub.outgoing import CLOCK, outgoing
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from pathlib import Path


def test_whoever_delivers_is_rung_whenever_the_disk_was_busy(tmp_path: Path) -> None:
    """Delivering never waits for the disk, so it must hear when there is no need to wait."""
    rings: SimpleQueue[None] = SimpleQueue()
    backlog = Backlog(tmp_path / "outbox", CLOCK)
    writer = OutboxWriter(backlog, lambda: rings.put(None))
    rings.get(timeout=PATIENCE_S)
    writer.put(outgoing(1))
    rings.get(timeout=PATIENCE_S)
    entry = backlog.head()
    assert entry is not None
    backlog.acknowledge(entry.key)
    # The broker has all: time to delete it.
    rings.get(timeout=PATIENCE_S)
    assert writer.close(PATIENCE_S) == 0
    backlog.close()
