"""The SQL by which staged rows go into their tables: each of them once, however often it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hipdrive.gym.collector.decoding import COLUMNS
from hipdrive.gym.collector.rows import Table

if TYPE_CHECKING:
    from collections.abc import Collection

STAGES: Final = {table: f"staged_{table}" for table in Table}
_SUMMARY_COLUMNS = (
    "started", "token", "id", "series", "seq", "dropped", "final", "strides", "cadence_spm",
    "thigh_ext_deg", "written",
)  # fmt: skip
_TARGETS = {**COLUMNS, Table.SUMMARY: _SUMMARY_COLUMNS}
_KEYS = {
    Table.STRIDE: "started, device_id, token, t_s, leg",
    Table.CUE: "started, device_id, token, t_s, kind",
    Table.SUMMARY: "started, device_id, id",
    Table.CUE_COUNT: "started, device_id, id",
    Table.HEALTH: "written, device_id, monotonic_s",
}
_KNOWN = (
    " WHERE NOT EXISTS (SELECT FROM forgotten_session f WHERE f.started = s.started"
    " AND f.device_id = s.device_id AND f.token = s.token)"
)


def make_stage(table: Table) -> str:
    """A table of this connection alone that rows are copied to first."""
    columns = ", ".join(("device_id", *COLUMNS[table]))
    if table is Table.SUMMARY:
        source = (
            "SELECT m.device_id, m.started, m.token, id, series, seq, dropped, m.final, runner,"
            " verdict, duration_s, m.strides, rejected_strides, m.cadence_spm, m.thigh_ext_deg,"
            " thigh_ext_sd_deg, hip_ext_deg, figures, m.written"
            " FROM summary m JOIN session ON false"
        )
    else:
        source = f"SELECT {columns} FROM {table}"  # noqa: S608  # names of this file
    return f"CREATE TEMP TABLE {STAGES[table]} ON COMMIT DELETE ROWS AS {source} LIMIT 0"


def copy_to_stage(table: Table) -> str:
    """Takes the rows from the client."""
    return f"COPY {STAGES[table]} (device_id, {', '.join(COLUMNS[table])}) FROM STDIN"


def insert_staged(table: Table) -> str:
    """Moves staged rows into their table, those that are not there yet and not to be forgotten.

    In the order of their keys, so that two collectors with the same rows cannot block each other.
    """
    columns = ", ".join(("device_id", *_TARGETS[table]))
    known = "" if table is Table.HEALTH else _KNOWN
    return (
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {STAGES[table]} s{known}"  # noqa: S608
        f" ORDER BY {_KEYS[table]} ON CONFLICT ({_KEYS[table]}) DO NOTHING"
    )


FORGET_AGAIN: Final = """
SELECT forget_sessions(array_agg(started), array_agg(device_id), array_agg(token))
FROM (SELECT DISTINCT s.started, s.device_id, s.token FROM staged_summary s
    JOIN forgotten_runner f ON f.runner = s.runner AND s.started <= f.forgotten) AS gone
HAVING count(*) > 0
"""
"""Sessions of forgotten runners that a device had not told of yet."""

COUNT_FORGOTTEN: Final = " UNION ALL ".join(
    f"SELECT count(*) FROM {STAGES[table]} s JOIN forgotten_session USING"  # noqa: S608
    " (started, device_id, token)"
    for table in Table
    if table is not Table.HEALTH
)

LOCK_WEEKS: Final = """
SELECT pg_advisory_xact_lock(hashtextextended(runner, 1))
FROM (SELECT runner FROM staged_summary WHERE runner IS NOT NULL
    UNION SELECT t.runner FROM staged_summary s JOIN session t USING (started, device_id, token)
        WHERE t.runner IS NOT NULL ORDER BY 1) AS sorted
"""
"""One collector at a time makes the weeks of a runner: of each staged session, before and after."""

WEEKS_BEFORE: Final = """
CREATE TEMP TABLE IF NOT EXISTS staged_week (runner text, week date) ON COMMIT DELETE ROWS
"""
NOTE_WEEKS: Final = """
INSERT INTO staged_week
SELECT runner, date_trunc('week', started AT TIME ZONE 'UTC')::date FROM staged_summary
    WHERE runner IS NOT NULL
UNION SELECT t.runner, date_trunc('week', s.started AT TIME ZONE 'UTC')::date
    FROM staged_summary s JOIN session t USING (started, device_id, token)
    WHERE t.runner IS NOT NULL
"""

UPSERT_SESSIONS: Final = f"""
INSERT INTO session AS known (started, device_id, token, summary_id, runner, final, verdict,
    duration_s, strides, rejected_strides, cadence_spm, thigh_ext_deg, thigh_ext_sd_deg,
    hip_ext_deg, figures, written)
SELECT DISTINCT ON (started, device_id, token) started, device_id, token, id, runner, final,
    verdict, duration_s, strides, rejected_strides, cadence_spm, thigh_ext_deg, thigh_ext_sd_deg,
    hip_ext_deg, figures, written
FROM staged_summary s {_KNOWN} ORDER BY started, device_id, token, final DESC, id DESC
ON CONFLICT (started, device_id, token) DO UPDATE SET summary_id = excluded.summary_id,
    runner = excluded.runner, final = excluded.final, verdict = excluded.verdict,
    duration_s = excluded.duration_s, strides = excluded.strides,
    rejected_strides = excluded.rejected_strides, cadence_spm = excluded.cadence_spm,
    thigh_ext_deg = excluded.thigh_ext_deg, thigh_ext_sd_deg = excluded.thigh_ext_sd_deg,
    hip_ext_deg = excluded.hip_ext_deg, figures = excluded.figures, written = excluded.written,
    received = now()
WHERE (excluded.final, excluded.summary_id) > (known.final, known.summary_id)
"""  # noqa: S608  # nothing from outside
"""The newest summary is the session; ids of messages grow, and the final one is the last."""

REFRESH_WEEKS: Final = """
SELECT refresh_runner_weeks(array_agg(runner), array_agg(week)) FROM staged_week
HAVING count(*) > 0
"""

INSERT_HEALTH: Final = f"""
WITH fresh AS ({insert_staged(Table.HEALTH)}
    RETURNING device_id, written, problems, temperature_c, frames_per_second)
INSERT INTO device_hour AS known (device_id, hour, reports, with_problems, problems, hottest_c,
    slowest_frames_per_second)
SELECT device_id, date_trunc('hour', written, 'UTC'), count(*),
    count(*) FILTER (WHERE problems <> '{{}}'),
    array(SELECT DISTINCT unnest(string_to_array(
        string_agg(array_to_string(problems, ','), ',') FILTER (WHERE problems <> '{{}}'), ','))
        ORDER BY 1),
    max(temperature_c), min(frames_per_second)
FROM fresh GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (device_id, hour) DO UPDATE SET reports = known.reports + excluded.reports,
    with_problems = known.with_problems + excluded.with_problems,
    problems = array(SELECT DISTINCT unnest(known.problems || excluded.problems) ORDER BY 1),
    hottest_c = greatest(known.hottest_c, excluded.hottest_c),
    slowest_frames_per_second = least(known.slowest_frames_per_second,
        excluded.slowest_frames_per_second)
"""  # noqa: S608  # nothing from outside
"""Reports of health, and the hours of those that are new."""


def store_staged(tables: Collection[Table]) -> str:
    """All statements for a batch; the last one's rows are how many were to be forgotten."""
    of_summaries = (LOCK_WEEKS, FORGET_AGAIN, NOTE_WEEKS, UPSERT_SESSIONS, REFRESH_WEEKS)
    inserts = [
        INSERT_HEALTH if table is Table.HEALTH else insert_staged(table) for table in sorted(tables)
    ]
    first = of_summaries if Table.SUMMARY in tables else ()
    return ";".join([*first, *inserts, COUNT_FORGOTTEN])


COUNT_REFUSED: Final = """
INSERT INTO refused AS known (day, reason, messages)
VALUES ((now() AT TIME ZONE 'UTC')::date, %s, %s)
ON CONFLICT (day, reason) DO UPDATE SET messages = known.messages + excluded.messages
"""

LOCK_STORE: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended('hipdrive.store', 0))"
"""Held by whatever stores messages, so that what forgets a runner can wait for it."""
