"""What the wall reads of the past, and the little that it writes, in PostgreSQL."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from hipdrive.gym.collector.statements import COUNT_REFUSED
from hipdrive.gym.database.connection import DatabaseError, connect
from hipdrive.gym.database.migrations import migrate_tables
from hipdrive.gym.wall.runner_choices import RunnerChoice

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from typing import TypeVar

    from psycopg import Connection as Database

    from hipdrive.gym.wall.sign_in import WallRefusal

    Found = TypeVar("Found")

LONGEST_MS = 5_000
"""Somebody waits for the answer."""
MOST_SESSIONS = 50
SESSIONS: Final = """
SELECT extract(epoch FROM s.started)::bigint, s.duration_s, s.verdict, s.final,
    CASE WHEN c.figures THEN s.strides END, CASE WHEN c.figures THEN s.cadence_spm END,
    CASE WHEN c.figures THEN s.thigh_ext_deg END
FROM session s JOIN device d USING (device_id)
LEFT JOIN runner_choice c ON c.runner = s.runner
WHERE d.site = %s AND d.device = %s ORDER BY s.started DESC LIMIT %s
"""
"""The newest sessions of a device; figures of those alone who chose to show them."""
HEALTH_WEEK: Final = """
SELECT extract(epoch FROM h.hour)::bigint, h.reports, h.with_problems, h.problems, h.hottest_c,
    h.slowest_frames_per_second
FROM device_hour h JOIN device d USING (device_id)
WHERE d.site = %s AND d.device = %s AND h.hour > now() - interval '7 days' ORDER BY h.hour
"""
CHOICES: Final = "SELECT runner, name, figures FROM runner_choice WHERE name OR figures"


class PastStore:
    """The gym's database, as the wall uses it; any thread may call it, one at a time is served.

    Args:
        conninfo: where the database is.
    """

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._database: Database | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """End the connection."""
        with self._lock:
            self._close()

    def device(self, site: str, device: str) -> dict[str, object]:
        """Sessions and a week's health of a device, as the page's script reads them.

        Raises:
            DatabaseError: the database cannot be used now.
            ConfigError, MissingPackageError: it never can.
        """

        def read(database: Database) -> dict[str, object]:
            sessions = database.execute(SESSIONS.encode(), (site, device, MOST_SESSIONS))
            names = ("began", "duration_s", "verdict", "final", "strides", "cadence_spm", "deg")
            listed = [dict(zip(names, row, strict=True)) for row in sessions]
            hours = database.execute(HEALTH_WEEK.encode(), (site, device))
            keys = ("hour", "reports", "with_problems", "problems", "hottest_c", "slowest_fps")
            return {
                "sessions": listed,
                "hours": [dict(zip(keys, row, strict=True)) for row in hours],
            }

        return self._with(read)

    def choices(self) -> dict[str, RunnerChoice]:
        """What runners chose, by pseudonym.

        Raises:
            As `device`.
        """
        return self._with(
            lambda database: {
                runner: RunnerChoice(name, figures)
                for runner, name, figures in database.execute(CHOICES)
            }
        )

    def count_refused(self, refused: Counter[WallRefusal]) -> None:
        """Add to what was refused today.

        Raises:
            As `device`.
        """

        def write(database: Database) -> None:
            with database.transaction():
                for reason, count in sorted(refused.items()):
                    database.execute(COUNT_REFUSED.encode(), (str(reason), count))

        self._with(write, again=False)

    def _with(self, use: Callable[[Database], Found], *, again: bool = True) -> Found:
        """Use the database; once more where a connection turns out to have ended long ago."""
        import psycopg

        with self._lock:
            kept = self._database is not None
            try:
                return use(self._opened())
            except psycopg.Error as error:
                self._close()
                if not (kept and again and isinstance(error, psycopg.OperationalError)):
                    reason = " ".join(str(error).split())
                    raise DatabaseError(f"the database cannot be used: {reason}") from error
        return self._with(use, again=False)

    def _opened(self) -> Database:
        if self._database is not None and not self._database.broken:
            return self._database
        self._close()
        database = connect(self._conninfo)
        migrate_tables(database)
        database.execute(f"SET statement_timeout = {LONGEST_MS}")
        self._database = database
        return database

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
