from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from hipdrive.sqlite_layout import ForeignFileError, NewerLayoutError, migrate, read_layout

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID = 0x74657374


def make_names(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE runner (name TEXT)")


def add_age(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE runner ADD COLUMN age INTEGER NOT NULL DEFAULT 0")


def double_age(db: sqlite3.Connection) -> None:
    db.execute("UPDATE runner SET age = age * 2")


def opened(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, isolation_level=None))


def layout_of(db: sqlite3.Connection) -> int:
    (layout,) = db.execute("PRAGMA user_version").fetchone()
    return int(layout)


def test_an_empty_file_gets_the_newest_layout(tmp_path: Path) -> None:
    with opened(tmp_path / "file") as db:
        assert read_layout(db, APPLICATION_ID, known=2) == 0
        migrate(db, APPLICATION_ID, [make_names, add_age])
        assert read_layout(db, APPLICATION_ID, known=2) == layout_of(db) == 2
        db.execute("INSERT INTO runner VALUES ('anna', 30)")


def test_an_older_layout_is_migrated_in_place_and_keeps_its_rows(tmp_path: Path) -> None:
    with opened(tmp_path / "file") as db:
        migrate(db, APPLICATION_ID, [make_names])
        db.execute("INSERT INTO runner VALUES ('anna')")
    with opened(tmp_path / "file") as db:
        migrate(db, APPLICATION_ID, [make_names, add_age])
        assert db.execute("SELECT name, age FROM runner").fetchall() == [("anna", 0)]
        assert layout_of(db) == 2


def test_a_migration_is_made_once(tmp_path: Path) -> None:
    steps = [make_names, add_age, double_age]
    with opened(tmp_path / "file") as db:
        migrate(db, APPLICATION_ID, steps)
        db.execute("INSERT INTO runner VALUES ('anna', 30)")
        migrate(db, APPLICATION_ID, steps)
        assert db.execute("SELECT age FROM runner").fetchall() == [(30,)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    def fail(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM runner")
        raise sqlite3.OperationalError("disk I/O error")

    with opened(tmp_path / "file") as db:
        migrate(db, APPLICATION_ID, [make_names])
        db.execute("INSERT INTO runner VALUES ('anna')")
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, APPLICATION_ID, [make_names, add_age, fail])
        assert layout_of(db) == 1
        # The column of the step before the failed one is gone too.
        assert db.execute("SELECT * FROM runner").fetchall() == [("anna",)]


def test_a_newer_layout_is_refused_and_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with opened(path) as db:
        migrate(db, APPLICATION_ID, [make_names, add_age])
    before = path.read_bytes()
    with opened(path) as db, pytest.raises(NewerLayoutError, match="layout 2, this one knows 1"):
        migrate(db, APPLICATION_ID, [make_names])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("owner", "layout"), [(0, 0), (APPLICATION_ID + 1, 1), (APPLICATION_ID, 0)]
)
def test_a_file_of_another_program_is_refused(tmp_path: Path, owner: int, layout: int) -> None:
    with opened(tmp_path / "file") as db:
        db.execute("CREATE TABLE recipe (name TEXT)")
        db.execute(f"PRAGMA application_id = {owner}")
        db.execute(f"PRAGMA user_version = {layout}")
        with pytest.raises(ForeignFileError):
            migrate(db, APPLICATION_ID, [make_names])
        assert not db.in_transaction
