"""Brings the tables to the newest layout: the numbered files in `sql/`, each once, in order."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError

if TYPE_CHECKING:
    from psycopg import Connection as Database


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a layout to the next.

    Attributes:
        number: of the layout that it makes; 1, 2, 3 and so on.
        name: what it makes, in a word.
        sql: its statements.
    """

    number: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """All steps, in order."""
    folder = resources.files("hipdrive.gym.database") / "sql"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=_name)
    found = []
    for file in files:
        number, _, name = file.name.removesuffix(".sql").partition("_")
        found.append(Migration(int(number), name, file.read_text(encoding="utf-8")))
    return found


def _name(file: resources.abc.Traversable) -> str:
    return file.name


def migrate_tables(database: Database) -> int:
    """Bring the tables to the newest layout, or leave them as they were.

    Any number of programs may do so at the same time: one does the work, the others wait.

    Returns:
        The layout before, 0 for an empty database.

    Raises:
        ConfigError: a newer hipdrive has been here.
    """
    steps = migrations()
    with database.transaction():
        database.execute("SELECT pg_advisory_xact_lock(hashtextextended('hipdrive.migrate', 0))")
        database.execute("CREATE SCHEMA IF NOT EXISTS hipdrive")
        database.execute(
            "CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL,"
            " applied timestamptz NOT NULL DEFAULT now())"
        )
        row = database.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()
        before: int = 0 if row is None else row[0]
        if before > len(steps):
            raise ConfigError(
                f"the database has layout {before}, and this hipdrive knows {len(steps)}: "
                "install the newer hipdrive here too"
            )
        for step in steps[before:]:
            database.execute(step.sql.encode())
            database.execute(
                "INSERT INTO migration (number, name) VALUES (%s, %s)", (step.number, step.name)
            )
    return before
