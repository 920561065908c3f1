"""Outboxes that other versions of hipdrive wrote."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hipdrive.hub.outbox import layout
from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.ids import IdGenerator
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from hipdrive.sqlite_layout import NewerLayoutError
from support.hub.outgoing import CLOCK, UTC_NS, drain_backlog, drain_outbox, outgoing

LAYOUT_1 = Path(__file__).parent / "data" / "layout_1.sql"
"""A dump of an outbox that the first release wrote: rows 2 to 4 of four, after which two messages
were lost on the way to it. The clock stood at `UTC_NS` and a second more with each row."""
NUMBERS, SEQS = [2, 3, 4], [2, 3, 4]
LOST = 2
SERIES = "831a8490a83e0e4c"


@pytest.fixture
def released(tmp_path: Path) -> Path:
    path = tmp_path / "outbox"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(LAYOUT_1.read_text(encoding="utf-8"))
    return path


def add_note(db: sqlite3.Connection) -> None:
    """A layout to come."""
    db.execute("ALTER TABLE row ADD COLUMN note TEXT")


@pytest.mark.parametrize("to_come", [(), (add_note,)], ids=["this layout", "the next"])
def test_an_outbox_of_the_first_release_keeps_its_rows_and_its_count(
    released: Path, monkeypatch: pytest.MonkeyPatch, to_come: tuple[object, ...]
) -> None:
    monkeypatch.setattr(layout, "MIGRATIONS", (*layout.MIGRATIONS, *to_come))
    with closing(Outbox(released, IdGenerator())) as outbox:
        outbox.put(outgoing(9, utc_ns=UTC_NS), synchronised=True)
        assert {row.message.topic for row in outbox.rows()[:3]} == {
            "hipdrive/home/treadmill/cues",
            "hipdrive/home/treadmill/summary",
        }
        assert [row.message.retain for row in outbox.rows()[:3]] == [False, True, False]
        bodies = drain_outbox(outbox)
    assert [body["number"] for body in bodies] == [*NUMBERS, 9]
    assert [body["seq"] for body in bodies] == [*SEQS, SEQS[-1] + LOST + 1]
    assert {body["series"] for body in bodies} == {SERIES}
    assert bodies[-1]["dropped"] == LOST
    assert bodies[-1]["id"] > bodies[-2]["id"]


def test_the_next_layout_is_written_to_the_file(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "MIGRATIONS", (*layout.MIGRATIONS, add_note))
    Outbox(released, IdGenerator()).close()
    with closing(sqlite3.connect(released)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (3,)
        assert db.execute("SELECT COUNT(*), COUNT(note) FROM row").fetchone() == (3, 0)


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE row RENAME TO message")
        db.execute("PRAGMA user_version = 3")
        db.commit()


def test_an_outbox_of_a_newer_hipdrive_is_refused(released: Path) -> None:
    make_newer(released)
    with pytest.raises(NewerLayoutError, match="layout 3, this one knows 2"):
        Outbox(released, IdGenerator())


def test_an_outbox_of_a_newer_hipdrive_is_set_aside_unharmed_and_a_new_one_begun(
    released: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_newer(released)
    content = released.read_bytes()
    for number in (7, 8):
        with closing(Backlog(released, CLOCK)) as backlog:
            backlog.open()
            backlog.put(outgoing(number))
            assert not backlog.depth.in_memory
            bodies = drain_backlog(backlog)
            assert [body["number"] for body in bodies] == [number]
            # A new series, so nobody takes these numbers for those of the other file.
            assert bodies[0]["series"] != SERIES
            assert backlog.depth.dropped == 0
    aside = released.with_name("outbox.layout-3-20260301T180500Z")
    assert aside.read_bytes() == content
    (line,) = caplog.messages
    assert f"the outbox {released} cannot be used: it was written by a newer hipdrive" in line
    assert f"set aside unharmed as {aside}" in line
    assert not list(released.parent.glob("*.damaged-*"))
