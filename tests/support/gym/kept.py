"""What is in the database, by the same keys as what simulated devices have sent."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from hipdrive.gym.simulation.counts import SentKey
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from support.postgres import Database

POLL_S = 0.1
_SESSION = """to_char(started AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"') || '-' || token"""


def kept_keys(database: Database) -> list[SentKey]:
    """A key a row, of the tables whose messages are acknowledged."""
    strides = database.rows(
        f"SELECT site, device, {_SESSION}, leg::text, t_s FROM stride JOIN device USING (device_id)"  # noqa: S608
    )
    found = [
        SentKey(f"{site}/{device}", "stride", f"{session} {leg} {t_s}")
        for site, device, session, leg, t_s in strides
    ]
    for kind, table in (("summary", "summary"), ("cues", "cue_count")):
        rows = database.rows(
            f"SELECT site, device, id::text FROM {table} JOIN device USING (device_id)"  # noqa: S608
        )
        found += [SentKey(f"{site}/{device}", kind, key) for site, device, key in rows]
    return found


def kept_count(database: Database) -> int:
    """How many rows those are."""
    counts = database.rows(
        "SELECT (SELECT count(*) FROM stride) + (SELECT count(*) FROM summary)"
        " + (SELECT count(*) FROM cue_count)"
    )
    return int(counts[0][0])


def wait_kept(database: Database, count: int) -> None:
    """Wait until there are so many."""
    for _ in range(round(PATIENCE_S / POLL_S)):
        if kept_count(database) >= count:
            return
        Event().wait(POLL_S)
    raise AssertionError(f"{kept_count(database)} rows, and {count} are to come")


def rollups_are_right(database: Database) -> bool:
    """Whether the roll-ups are what the rows say."""
    hours = database.rows(
        "SELECT device_id, date_trunc('hour', written, 'UTC'), count(*) FROM health GROUP BY 1, 2"
        " ORDER BY 1, 2"
    )
    weeks = database.rows(
        "SELECT runner, date_trunc('week', started AT TIME ZONE 'UTC')::date, count(*),"
        " sum(strides) FROM session WHERE runner IS NOT NULL AND verdict = 'running'"
        " AND strides > 0 GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return (
        database.rows("SELECT device_id, hour, reports FROM device_hour ORDER BY 1, 2") == hours
        and database.rows("SELECT runner, week, sessions, strides FROM runner_week ORDER BY 1, 2")
        == weeks
    )
