"""A backup as docs/gym.md says, restored into another database."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from hipdrive.gym.collector.store import RowStore
from hipdrive.gym.database.connection import connect
from hipdrive.gym.database.forget import forget_runner
from hipdrive.gym.database.migrations import migrate_tables
from support.gym.kept import kept_count, kept_keys, rollups_are_right
from support.gym.messages import FOR_EVER, KEY, decoder, now, payload, topic
from support.postgres import OtherDatabase, Postgres, postgres_program

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("stride", "cue", "summary", "cues", "health")


def write(connection: str, *messages: tuple[str, bytes]) -> None:
    from collections import Counter

    store = RowStore(connection, FOR_EVER, now)
    store.write([decoder().row(where, content) for where, content in messages], Counter())
    store.close()


def test_what_was_backed_up_is_there_again_and_can_be_gone_on_with(
    tmp_path: Path, empty_database: Postgres
) -> None:
    with connect(empty_database.connection) as database:
        migrate_tables(database)
    strides = [(topic("stride"), payload("stride", t_s=float(n))) for n in range(50)]
    write(empty_database.connection, *strides, *((topic(k), payload(k)) for k in KINDS))
    before = sorted(kept_keys(empty_database), key=str)
    backup = str(tmp_path / "hipdrive.dump")
    dump = [postgres_program("pg_dump"), "--format=custom", "--file", backup]
    subprocess.run([*dump, "--dbname", empty_database.connection], check=True)
    with OtherDatabase(empty_database, "restored") as restored:
        restore = [postgres_program("pg_restore"), "--exit-on-error", "--no-owner", backup]
        subprocess.run([*restore, "--dbname", restored.connection], check=True)
        assert sorted(kept_keys(restored), key=str) == before
        assert rollups_are_right(restored)
        with connect(restored.connection) as database:
            assert migrate_tables(database) > 0
        # The collector goes on, and what it has already is the same row.
        write(restored.connection, *strides, (topic("stride"), payload("stride", t_s=99.0)))
        assert kept_count(restored) == len(before) + 1
        with connect(restored.connection) as database:
            assert forget_runner(database, KEY, "anna-3") == 1
        assert kept_count(restored) == 0
