"""Deletes a runner from the database: sessions, what belongs to them, and the roll-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gym.runner_pseudonym import pseudonym

if TYPE_CHECKING:
    from psycopg import Connection as Database


def forget_runner(database: Database, key: bytes, runner: str) -> int:
    """Delete all of a runner, at every site; what devices still send of before is not stored.

    Args:
        database: the gym's.
        key: of the pseudonyms.
        runner: as the devices were told.

    Returns:
        How many sessions that were.

    Raises:
        psycopg.Error: the database is away; then nothing is deleted.
    """
    sessions = 0
    with database.transaction():
        sites = [site for (site,) in database.execute("SELECT DISTINCT site FROM device")]
        for site in sites:
            name = pseudonym(key, site, runner)
            row = database.execute("SELECT forget_runner(%s)", (name,)).fetchone()
            sessions += 0 if row is None else row[0]
    return sessions
