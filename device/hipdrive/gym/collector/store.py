"""Writes a batch of rows in one transaction; what was committed is there once, whatever happens."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.gym.collector import statements
from hipdrive.gym.collector.rows import StoreRefusal, Table
from hipdrive.gym.database.connection import connect
from hipdrive.gym.database.retention import PARENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from psycopg import Connection as Database

    from hipdrive.gym.collector.rows import DeviceName, Row
    from hipdrive.gym.database.retention import Retention

FIRST_MONTH = "2026-01-01"
"""There was no hipdrive before; what is dated so is of a clock that was never set."""
MONTHS_AHEAD = 1
"""Partitions are made up to next month; what is dated later is of a clock that is wrong."""


class RowStore:
    """The tables, as the collector writes them.

    Args:
        conninfo: where the database is.
        retention: which months are kept, and so have partitions.
        now: the time.

    Attributes:
        stored: rows given to the database so far, those among them that it had already.
    """

    def __init__(
        self,
        conninfo: str,
        retention: Retention,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._conninfo = conninfo
        self._retention = retention
        self._now = now
        self._database: Database | None = None
        self._devices: dict[DeviceName, int] = {}
        self._months: set[tuple[Table, str]] = set()
        self.stored = 0

    def open(self) -> None:
        """Connect anew.

        Raises:
            ConfigError, DatabaseError, MissingPackageError: as `connect`.
        """
        self.close()
        database = connect(self._conninfo)
        for table in Table:
            database.execute(statements.make_stage(table).encode())
        database.execute(statements.WEEKS_BEFORE.encode())
        self._database = database

    def close(self) -> None:
        """End the connection; what was not committed is undone."""
        if self._database is not None:
            self._database.close()
        self._database = None
        # They may be of a transaction that never was.
        self._devices.clear()
        self._months.clear()

    @property
    def is_open(self) -> bool:
        """True while there is a connection, as far as is known."""
        return self._database is not None and not self._database.broken

    def write(self, rows: Sequence[Row], refused: Counter[StoreRefusal]) -> None:
        """Commit rows and counts, all of them or none.

        A row that the database will never take is left out, and counted.

        Raises:
            psycopg.OperationalError: the database is away or ends the transaction; nothing, or all
                of it, was committed, so that the same rows may be written again.
        """
        import psycopg

        try:
            self._write(rows, refused)
        except (psycopg.DataError, psycopg.IntegrityError):
            self._devices.clear()
            self._months.clear()
            if len(rows) <= 1:
                self._write([], refused + Counter({StoreRefusal.DATABASE: len(rows)}))
                return
            half = len(rows) // 2
            self.write(rows[:half], refused)
            self.write(rows[half:], Counter())

    def _write(self, rows: Sequence[Row], refused: Counter[StoreRefusal]) -> None:
        if self._database is None:
            self.open()
        database = self._database
        assert database is not None  # noqa: S101  # `open` has made it
        tables: defaultdict[Table, list[Row]] = defaultdict(list)
        for row in rows:
            tables[row.table].append(row)
        with database.transaction():
            database.execute(statements.LOCK_STORE.encode())
            self._know_devices(database, {row.device for row in rows})
            self._make_months(database, {(row.table, row.month) for row in rows})
            for table, its_rows in tables.items():
                self._copy(database, table, its_rows)
            forgotten = self._insert(database, tables.keys())
            counts = refused + Counter({StoreRefusal.FORGOTTEN: forgotten})
            for reason, count in sorted(counts.items()):
                database.execute(statements.COUNT_REFUSED.encode(), (reason, count))
        self.stored += len(rows)

    def _know_devices(self, database: Database, devices: set[DeviceName]) -> None:
        new = sorted((d.site, d.device) for d in devices if d not in self._devices)
        for site, device in new:
            database.execute(
                "INSERT INTO device (site, device) SELECT %(site)s, %(device)s WHERE NOT EXISTS"
                " (SELECT FROM device WHERE site = %(site)s AND device = %(device)s)"
                " ON CONFLICT DO NOTHING",
                {"site": site, "device": device},
            )
        if not new:
            return
        names = {(each.site, each.device): each for each in devices}
        for device_id, site, device in database.execute(
            "SELECT device_id, site, device FROM device JOIN"
            " unnest(%s::text[], %s::text[]) AS asked (site, device) USING (site, device)",
            ([site for site, _ in new], [device for _, device in new]),
        ):
            self._devices[names[site, device]] = device_id

    def _make_months(self, database: Database, months: set[tuple[Table, str]]) -> None:
        """Make the partitions of the batch, where they are months that are kept."""
        now = self._now()
        number = now.year * 12 + now.month - 1 + MONTHS_AHEAD
        latest = f"{number // 12:04}-{number % 12 + 1:02}-01"
        for table, month in sorted(months - self._months):
            oldest = self._retention.oldest(table, now)
            first = FIRST_MONTH if oldest is None else f"{oldest:%Y-%m-%d}"
            if first <= month <= latest:
                for parent in PARENTS[table]:
                    database.execute("SELECT make_month(%s, %s)", (parent, month))
            self._months.add((table, month))

    def _copy(self, database: Database, table: Table, rows: Sequence[Row]) -> None:
        with (
            database.cursor() as cursor,
            cursor.copy(statements.copy_to_stage(table).encode()) as copy,
        ):
            for row in rows:
                copy.write_row((self._devices[row.device], *row.values))

    def _insert(self, database: Database, tables: Collection[Table]) -> int:
        """Move what is staged into the tables; returns how many rows were to be forgotten."""
        # All at once: on a busy machine each answer is waited for longer than it takes to make.
        cursor = database.execute(statements.store_staged(tables).encode())
        while cursor.nextset():
            pass
        return sum(count for (count,) in cursor)
