"""What waits, on a disk that is damaged where SQLite does not see it, that stalls, or fails."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.hub.messages.message import Worth
from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.outbox import Outbox
from support.hub.outgoing import CLOCK, emptied, letter
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


def waits(path: Path | None = None) -> Backlog:
    waiting = Backlog(path, CLOCK)
    waiting.open()
    return waiting


def numbers(bodies: list[dict[str, Any]]) -> list[int]:
    return [body["number"] for body in bodies]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_that_sqlite_does_not_see_is_set_aside_and_counted(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "outbox"
    with closing(waits(path)) as waiting:
        waiting.put(letter(1, Worth.END))
        waiting.put(letter(2))
    with closing(sqlite3.connect(path)) as db:
        db.execute(damage)
        db.commit()
    with closing(waits(path)) as waiting:
        waiting.put(letter(3))
        came = numbers(emptied(waiting))
        waiting.put(letter(4))
        came += numbers(emptied(waiting))
        lost = waiting.depth.dropped
    assert list(tmp_path.glob("outbox.damaged-*"))
    # How much waited is known only once the file was opened.
    assert came[-1] == 4
    assert "row" not in damage or lost + len(came) == 4


def test_neither_delivering_nor_its_answer_waits_for_a_row_that_is_being_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalled, goes_on = Event(), Event()
    put = Outbox.put

    def stall(self: Outbox, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - as they come
        stalled.set()
        assert goes_on.wait(PATIENCE_S)
        return put(self, *args, **kwargs)

    with closing(waits(tmp_path / "outbox")) as waiting:
        waiting.put(letter(1))
        entry = waiting.head()
        assert entry is not None
        monkeypatch.setattr(Outbox, "put", stall)
        keeper = Thread(target=waiting.put, args=[letter(2)])
        keeper.start()
        try:
            assert stalled.wait(PATIENCE_S)
            # Would wait for ever.
            waiting.drop(entry.key)
            assert waiting.head() is None
        finally:
            goes_on.set()
            keeper.join()
        assert numbers(emptied(waiting)) == [2]


def test_what_the_broker_has_is_deleted_by_whoever_may_wait_for_the_disk(tmp_path: Path) -> None:
    asked: list[None] = []
    path = tmp_path / "outbox"
    with closing(waits(path)) as waiting:
        waiting.when_untidy(lambda: asked.append(None))
        waiting.put(letter(1))
        entry = waiting.head()
        assert entry is not None
        waiting.drop(entry.key)
        assert waiting._disk is not None
        held = "SELECT COUNT(*) FROM row"
        assert waiting._disk._db.execute(held).fetchone() == (1,)
        assert asked
        waiting.tidy()
        assert waiting._disk._db.execute(held).fetchone() == (0,)


def test_a_disk_that_cannot_be_read_for_a_moment_costs_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(waits(tmp_path / "outbox")) as waiting:
        for number in (1, 2):
            waiting.put(letter(number))
        with monkeypatch.context() as full:
            full.setattr(Outbox, "_store", _fails_on_disk(Outbox._store))
            waiting.put(letter(3))
        with monkeypatch.context() as unreadable:
            unreadable.setattr(Outbox, "head", _fails_on_disk(Outbox.head))
            assert waiting.head() is None
        assert numbers(emptied(waiting)) == [1, 2, 3]


def _fails_on_disk(act: Any) -> Any:  # noqa: ANN401 - any method
    def failing(self: Outbox, *args: Any) -> Any:  # noqa: ANN401 - as they come
        if self._db.execute("PRAGMA database_list").fetchone()[2]:
            raise sqlite3.OperationalError("disk I/O error")
        return act(self, *args)

    return failing


def test_a_disk_that_is_never_readable_again_holds_up_what_memory_has_for_a_while_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(waits(tmp_path / "outbox")) as waiting:
        waiting.put(letter(1))
        monkeypatch.setattr(Outbox, "_store", _fails_on_disk(Outbox._store))
        monkeypatch.setattr(Outbox, "head", _fails_on_disk(Outbox.head))
        waiting.put(letter(2))
        heads = [waiting.head() for _ in range(50)]
    first, last = heads[0], heads[-1]
    assert first is None
    assert last is not None
    assert b'"number":2' in last.message.payload
