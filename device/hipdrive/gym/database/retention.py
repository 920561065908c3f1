"""How long rows are kept: whole months, by the month of the session or of the report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from hipdrive.gym.collector.rows import Table

if TYPE_CHECKING:
    from psycopg import Connection as Database

    from hipdrive.gym.settings import RetentionConfig

PARENTS: Final = {
    Table.STRIDE: ("stride",),
    Table.CUE: ("cue",),
    Table.SUMMARY: ("session", "summary"),
    Table.CUE_COUNT: ("cue_count",),
    Table.HEALTH: ("health",),
}
"""The tables with partitions that rows of each kind go to."""


class Retention:
    """What is too old to be kept.

    Args:
        config: how many months.
    """

    def __init__(self, config: RetentionConfig) -> None:
        self._months = {
            Table.STRIDE: config.stride_months,
            Table.CUE: config.stride_months,
            Table.SUMMARY: config.session_months,
            Table.CUE_COUNT: config.session_months,
            Table.HEALTH: config.health_months,
        }

    def oldest(self, table: Table, now: datetime) -> datetime | None:
        """When the first month that is kept began; None: every month is."""
        months = self._months[table]
        if not months:
            return None
        number = max(now.year * 12 + now.month - 1 - months, 12)
        return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)

    def drop(self, database: Database, now: datetime) -> int:
        """Delete what is too old; returns how many months of tables went.

        Raises:
            psycopg.Error: the database is away.
        """
        dropped = 0
        for table, parents in PARENTS.items():
            if (oldest := self.oldest(table, now)) is None:
                continue
            for parent in parents:
                row = database.execute("SELECT drop_months(%s, %s)", (parent, oldest)).fetchone()
                dropped += 0 if row is None else row[0]
        if (oldest := self.oldest(Table.SUMMARY, now)) is not None:
            database.execute("DELETE FROM runner_week WHERE week < %s", (oldest.date(),))
            database.execute("DELETE FROM forgotten_session WHERE started < %s", (oldest,))
            database.execute("DELETE FROM forgotten_runner WHERE forgotten < %s", (oldest,))
        if (oldest := self.oldest(Table.HEALTH, now)) is not None:
            database.execute("DELETE FROM device_hour WHERE hour < %s", (oldest,))
        return dropped
