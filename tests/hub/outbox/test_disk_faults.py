"""What waits, on a disk that is damaged where SQLite does not see it, that stalls, or fails."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from support.hub.outgoing import CLOCK, drain_backlog, outgoing
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from pathlib import Path

DAMAGE = [
    "UPDATE state SET last_id = 'rubbish'",
    "UPDATE state SET last_id = 7",
    "UPDATE state SET seq = 'many'",
    "UPDATE state SET dropped = NULL",
    "UPDATE state SET series = x'ff'",
    "DELETE FROM state",
    "UPDATE row SET worth = 9",
    "UPDATE row SET worth = 'much'",
    "UPDATE row SET id = x'12'",
    "UPDATE row SET utc_ns = 'long ago'",
    "UPDATE row SET topic = CAST(x'ff' AS TEXT)",
    "UPDATE row SET topic = 'hipdrive/#'",
    "UPDATE row SET topic = ''",
    "UPDATE row SET payload = 'text'",
    "UPDATE row SET payload = NULL",
]


def open_backlog(path: Path | None = None) -> Backlog:
    backlog = Backlog(path, CLOCK)
    backlog.open()
    return backlog


def numbers(bodies: list[dict[str, Any]]) -> list[int]:
    return [body["number"] for body in bodies]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_that_sqlite_does_not_see_is_set_aside_and_counted(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "outbox"
    with closing(open_backlog(path)) as backlog:
        backlog.put(outgoing(1, Priority.END))
        backlog.put(outgoing(2))
    with closing(sqlite3.connect(path)) as db:
        db.execute(damage)
        db.commit()
    with closing(open_backlog(path)) as backlog:
        backlog.put(outgoing(3))
        received = numbers(drain_backlog(backlog))
        backlog.put(outgoing(4))
        received += numbers(drain_backlog(backlog))
        lost = backlog.depth.dropped
    assert list(tmp_path.glob("outbox.damaged-*"))
    # How much waited is known only once the file was opened.
    assert received[-1] == 4
    assert "row" not in damage or lost + len(received) == 4


def test_neither_delivery_nor_acknowledgement_waits_for_a_row_being_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalled, goes_on = Event(), Event()
    put = Outbox.put

    def stall(self: Outbox, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - as they come
        stalled.set()
        assert goes_on.wait(PATIENCE_S)
        return put(self, *args, **kwargs)

    with closing(open_backlog(tmp_path / "outbox")) as backlog:
        backlog.put(outgoing(1))
        entry = backlog.head()
        assert entry is not None
        monkeypatch.setattr(Outbox, "put", stall)
        writer = Thread(target=backlog.put, args=[outgoing(2)])
        writer.start()
        try:
            assert stalled.wait(PATIENCE_S)
            # Would wait for ever.
            backlog.acknowledge(entry.key)
            assert backlog.head() is None
        finally:
            goes_on.set()
            writer.join()
        assert numbers(drain_backlog(backlog)) == [2]


def test_acknowledged_rows_are_deleted_by_the_thread_that_may_wait_for_the_disk(
    tmp_path: Path,
) -> None:
    asked: list[None] = []
    path = tmp_path / "outbox"
    with closing(open_backlog(path)) as backlog:
        backlog.on_needs_delete(lambda: asked.append(None))
        backlog.put(outgoing(1))
        entry = backlog.head()
        assert entry is not None
        backlog.acknowledge(entry.key)
        assert backlog._disk is not None
        assert backlog._disk.outbox is not None
        held = "SELECT COUNT(*) FROM row"
        assert backlog._disk.outbox._db.execute(held).fetchone() == (1,)
        assert asked
        backlog.delete_acknowledged()
        assert backlog._disk.outbox._db.execute(held).fetchone() == (0,)


def test_a_failed_read_does_not_change_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_backlog(tmp_path / "outbox")) as backlog:
        for number in (1, 2):
            backlog.put(outgoing(number))
        with monkeypatch.context() as full:
            full.setattr(Outbox, "_store", _fails_on_disk(Outbox._store))
            backlog.put(outgoing(3))
        with monkeypatch.context() as unreadable:
            unreadable.setattr(Outbox, "head", _fails_on_disk(Outbox.head))
            assert backlog.head() is None
        assert numbers(drain_backlog(backlog)) == [1, 2, 3]


def _fails_on_disk(act: Any) -> Any:  # noqa: ANN401 - any method
    def failing(self: Outbox, *args: Any) -> Any:  # noqa: ANN401 - as they come
        if self._db.execute("PRAGMA database_list").fetchone()[2]:
            raise sqlite3.OperationalError("disk I/O error")
        return act(self, *args)

    return failing


def test_rows_in_memory_do_not_wait_for_ever_for_an_unreadable_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_backlog(tmp_path / "outbox")) as backlog:
        backlog.put(outgoing(1))
        monkeypatch.setattr(Outbox, "_store", _fails_on_disk(Outbox._store))
        monkeypatch.setattr(Outbox, "head", _fails_on_disk(Outbox.head))
        backlog.put(outgoing(2))
        heads = [backlog.head() for _ in range(50)]
    first, last = heads[0], heads[-1]
    assert first is None
    assert last is not None
    assert b'"number":2' in last.message.payload
