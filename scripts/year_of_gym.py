"""A year of a gym in PostgreSQL: how large it is, and how long the trend's and wall's queries take.

Rows are copied into the collector's own tables, in the order of time, with all indexes. Sessions,
weeks of runners and hours of health are a whole year's. Of the rest, which has more rows than a
test machine has room for, there is a sample ("sampled"), whose bytes a row are multiplied. Needs
Debian's package postgresql and the environment of the tests. Prints JSON.
usage: .venv-3.11/bin/python scripts/year_of_gym.py [--devices N] [--days N] [--runs N]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hipdrive.gym.database.connection import connect  # noqa: E402
from hipdrive.gym.database.migrations import migrate_tables  # noqa: E402
from hipdrive.gym.database.retention import PARENTS  # noqa: E402
from hipdrive.gym.wall.past import CHOICES, HEALTH_WEEK, MOST_SESSIONS, SESSIONS  # noqa: E402
from support.gym.grafana import expanded  # noqa: E402
from support.messages.examples import every_example  # noqa: E402
from support.postgres import Postgres  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection as Database

OPEN_H, OPENS_H = 16, 6
STRIDES_A_MIN, STRIDES_A_SUMMARY = 85, 30
"""Of the near leg, at 170 steps a minute; a summary comes after so many."""
COUNTS_A_MIN, REPORTS_AN_HOUR = 6, 360
RUNS_A_WEEK = 3
"""Of a runner."""
SERVER = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
SAMPLED = {"summary": 10, "cue_count": 50}
"""One of so many is copied."""
BAD_HOURS, BAD_REPORTS, BETWEEN_RUNS = 0.01, 0.002, 0.8
"""Shares of the hours and reports that have trouble, and of the reports that are of no session."""
ASKED = 60
NOT_FIGURES = ("schema", "id", "series", "seq", "dropped", "session", "runner")
LIKE_A_SUMMARY = {k: v for k, v in every_example()["summary"].items() if k not in NOT_FIGURES}


@dataclass(frozen=True)
class Gym:
    """What is generated.

    Attributes:
        devices, days: how many.
        runs: coached runs of a device a day.
        minutes: of a run.
        until: the end of the last day.
    """

    devices: int
    days: int
    runs: int
    minutes: int
    until: datetime

    @property
    def runners(self) -> list[str]:
        """Pseudonyms of all who run."""
        count = self.devices * self.runs * 7 // RUNS_A_WEEK
        return [hashlib.sha256(b"%d" % number).hexdigest()[:32] for number in range(count)]

    def runs_in_order(self, rng: random.Random) -> Iterator[tuple[datetime, int, str]]:
        """When each began, on which device, and its token."""
        began = self.until - timedelta(days=self.days)
        for day in range(self.days):
            opens = began + timedelta(days=day, hours=OPENS_H)
            runs = [
                (opens + timedelta(seconds=rng.randrange(OPEN_H * 3600)), device)
                for device in range(1, self.devices + 1)
                for _ in range(self.runs)
            ]
            for when, device in sorted(runs):
                yield when, device, f"{rng.getrandbits(24):06x}"


def line(*values: object) -> bytes:
    """A row as COPY reads it."""
    texts = ("\\N" if v is None else str(v).replace("\\", "\\\\") for v in values)
    return ("\t".join(texts) + "\n").encode()


def copied(database: Database, into: str, rows: Iterator[bytes]) -> int:
    """Copy rows; returns how many."""
    count = 0
    with database.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write(row)
            count += 1
    return count


def session_rows(gym: Gym, rng: random.Random) -> Iterator[bytes]:
    """Every run of the year; `figures` is as long as the documented summary's."""
    runners, figures = gym.runners, json.dumps(LIKE_A_SUMMARY)
    bases = [rng.gauss(20.0, 3.0) for _ in runners]
    for when, device, token in gym.runs_in_order(rng):
        who = rng.randrange(len(runners))
        mean = bases[who] + rng.gauss(0.0, 0.8)
        own = figures.replace('"statement"', f'"seed": {rng.random()}, "statement"')
        yield line(
            when, device, token, uuid.UUID(int=rng.getrandbits(128)), runners[who], "t", "running",
            gym.minutes * 60 + rng.random(), STRIDES_A_MIN * gym.minutes, rng.randrange(60),
            round(rng.gauss(170, 6), 1), round(mean, 2), 2.1, round(mean - 8, 2), own, when, when,
        )  # fmt: skip


def message_rows(gym: Gym, rng: random.Random, table: str) -> Iterator[bytes]:
    """A sample of the summaries or the counts of cues of each run."""
    a_run = gym.minutes * (
        STRIDES_A_MIN // STRIDES_A_SUMMARY if table == "summary" else COUNTS_A_MIN
    )
    cues = json.dumps(every_example()["cues"]["cues"])
    for seq, (when, device, token) in enumerate(gym.runs_in_order(rng), start=1):
        for _ in range(max(1, a_run // SAMPLED[table])):
            first = (when, device, token, uuid.UUID(int=rng.getrandbits(128)), "5b1c" * 4, seq, 0)
            last = ("f", 900, 170.1, 20.3) if table == "summary" else (rng.random() * 1500, cues)
            yield line(*first, *last, when, when)


def hour_rows(gym: Gym, rng: random.Random) -> Iterator[bytes]:
    """Every hour of health of the year."""
    for hour in range(gym.days * 24):
        when = gym.until - timedelta(hours=gym.days * 24 - hour)
        for device in range(1, gym.devices + 1):
            bad = rng.random() < BAD_HOURS
            reports, wrong = REPORTS_AN_HOUR, rng.randrange(1, 200) if bad else 0
            hottest, slowest = round(rng.gauss(60, 5), 1), round(rng.gauss(29, 1), 1)
            yield line(device, when, reports, wrong, "{hot}" if bad else "{}", hottest, slowest)


def health_rows(gym: Gym, rng: random.Random, hours: int) -> Iterator[bytes]:
    """The last hours' reports, up to now."""
    for report in range(hours * REPORTS_AN_HOUR):
        ago = (hours * REPORTS_AN_HOUR - report) * 10
        for device in range(1, gym.devices + 1):
            when = gym.until - timedelta(seconds=ago + rng.random())
            name = None if rng.random() < BETWEEN_RUNS else "20260301T180500Z-5f3a9c"
            problems = "{hot}" if rng.random() < BAD_REPORTS else "{}"
            yield line(
                when, device, round(1e6 - ago + rng.random(), 3), name, 1e5 - ago, problems, 30.0,
                24.1, 0.78, round(rng.gauss(60, 5), 1), "f", 21400, 0, None, 0, 0, "t", "0.1.0",
                "t", when,
            )  # fmt: skip


def stride_rows(gym: Gym, rng: random.Random, count: int, columns: list[str]) -> Iterator[bytes]:
    """Strides of the newest runs, as full as those that devices send."""
    like = every_example()["stride"]
    for number in range(count):
        run, stride = divmod(number, STRIDES_A_MIN * gym.minutes * 2)
        when = gym.until - timedelta(hours=8) + timedelta(seconds=run)
        own = {
            "started": when, "device_id": run % gym.devices + 1, "token": f"{run:06x}",
            "t_s": round(stride * 0.353, 3), "leg": ("left", "right")[stride % 2],
            "near": "tf"[stride % 2], "accepted": "t", "reason": None, "written": when,
            "received": when,
        }  # fmt: skip
        figures = {k: round(v * rng.uniform(0.98, 1.02), 3) for k, v in like.items() if _figure(v)}
        yield line(*(own.get(name, figures.get(name)) for name in columns))


def _figure(value: object) -> bool:
    return isinstance(value, float)


def fill(
    database: Database, gym: Gym, rng: random.Random, strides: int, hours: int
) -> dict[str, int]:
    """Generate all tables; rows by table."""
    database.execute(
        "INSERT INTO device (site, device) SELECT 'gym', 'treadmill-' || i"
        " FROM generate_series(1, %s) AS i ORDER BY i",
        (gym.devices,),
    )
    first = (gym.until - timedelta(days=gym.days)).replace(day=1)
    for month in range(gym.days // 28 + 2):
        start = (first + timedelta(days=32 * month - month)).replace(day=1).date()
        for parent in {each for parents in PARENTS.values() for each in parents}:
            database.execute("SELECT make_month(%s, %s)", (parent, start))
    columns = [
        name
        for (name,) in database.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'stride'::regclass AND attnum > 0"
            " ORDER BY attnum"
        )
    ]
    rows = {
        "session": copied(database, "session", session_rows(gym, rng)),
        "device_hour": copied(database, "device_hour", hour_rows(gym, rng)),
        "health": copied(database, "health", health_rows(gym, rng, hours)),
        "stride": copied(database, "stride", stride_rows(gym, rng, strides, columns)),
    }
    for table in SAMPLED:
        rows[table] = copied(database, table, message_rows(gym, rng, table))
    rows["runner_week"] = roll_up(database, gym)
    for table in rows:
        database.execute(f"VACUUM ANALYZE {table}".encode())
    return rows


def roll_up(database: Database, gym: Gym) -> int:
    """Make the weeks of all runners, by the collector's own function."""
    runners = gym.runners
    for start in range(0, len(runners), 200):
        database.execute(
            "SELECT refresh_runner_weeks(array_agg(runner), array_agg(week)) FROM (SELECT DISTINCT"
            " runner, date_trunc('week', started AT TIME ZONE 'UTC')::date AS week FROM session"
            " WHERE runner = ANY(%s)) AS each",
            (runners[start : start + 200],),
        )
    row = database.execute("SELECT count(*) FROM runner_week").fetchone()
    return int(row[0]) if row else 0


def sizes(database: Database, rows: dict[str, int]) -> dict[str, dict[str, float]]:
    """MB of each table with indexes, and bytes a row."""
    found = {}
    for table, count in rows.items():
        query = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s)"
        row = database.execute(query, (table,)).fetchone()
        if row is None or row[0] is None:
            row = database.execute("SELECT pg_total_relation_size(%s)", (table,)).fetchone()
        size = int(row[0]) if row else 0
        found[table] = {"rows": count, "mb": round(size / 1e6), "bytes_a_row": round(size / count)}
    return found


def expected_gb(gym: Gym, each: dict[str, dict[str, float]]) -> dict[str, float]:
    """What a year comes to with the default retention, by the bytes a row."""
    runs = gym.devices * gym.runs
    minutes, quarter = runs * gym.minutes, 92
    rows = {
        "session": runs * gym.days,
        "summary": minutes * STRIDES_A_MIN // STRIDES_A_SUMMARY * gym.days,
        "cue_count": minutes * COUNTS_A_MIN * gym.days,
        "stride": minutes * STRIDES_A_MIN * 2 * quarter,
        "health": gym.devices * REPORTS_AN_HOUR * 24 * quarter,
        "device_hour": gym.devices * 24 * quarter,
    }
    return {
        table: round(count * each[table]["bytes_a_row"] / 1e9, 2) for table, count in rows.items()
    }


def asked_ms(database: Database, query: str, parameters: list[tuple[object, ...]]) -> list[float]:
    """First, median and 95th percentile of the times of a query, ms."""
    times = []
    for each in parameters:
        began_s = time.perf_counter()
        database.execute(query.encode(), each or None).fetchall()
        times.append(1000 * (time.perf_counter() - began_s))
    ordered = sorted(times)
    most = ordered[round(0.95 * len(ordered)) - 1]
    return [round(value, 1) for value in (times[0], statistics.median(ordered), most)]


def query_times(database: Database, gym: Gym, rng: random.Random) -> dict[str, list[float]]:
    """Of the wall's queries, the trend's and those of Grafana."""
    devices = [("gym", f"treadmill-{rng.randrange(gym.devices) + 1}") for _ in range(ASKED)]
    runners = rng.choices(gym.runners, k=ASKED)
    weeks = "SELECT week, thigh_ext_deg, cadence_spm FROM runner_week WHERE runner = %s ORDER BY 1"
    rows = (
        "SELECT started, thigh_ext_deg FROM session WHERE runner = %s AND verdict = 'running'"
        " ORDER BY 1"
    )
    found = {
        "wall: sessions of a device": asked_ms(
            database, SESSIONS, [(*each, MOST_SESSIONS) for each in devices]
        ),
        "wall: a week's health": asked_ms(database, HEALTH_WEEK, list(devices)),
        "wall: choices": asked_ms(database, CHOICES, [()] * ASKED),
        "trend of a runner, by week": asked_ms(database, weeks, [(each,) for each in runners]),
        "trend of a runner, by session": asked_ms(database, rows, [(each,) for each in runners]),
    }
    since = (gym.until - timedelta(days=365)).isoformat()
    week = (gym.until - timedelta(days=7)).isoformat()
    for name in ("gym", "runners"):
        path = ROOT / "config" / "grafana" / "dashboards" / f"{name}.json"
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            values = {"site": "'gym'", "runner": f"'{runners[0]}'"}
            begin = since if name == "runners" else week
            sql = expanded(panel["targets"][0]["rawSql"], begin, gym.until.isoformat(), values)
            found[f"grafana: {panel['title']}"] = asked_ms(database, sql, [()] * 5)
    return found


def main() -> None:
    """Read the arguments, generate and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--runs", type=int, default=6, help="coached runs of a device a day")
    parser.add_argument("--minutes", type=int, default=25, help="of a run")
    parser.add_argument("--strides", type=int, default=500_000, help="of the newest runs")
    parser.add_argument("--health-hours", type=int, default=12, help="of single reports")
    asked = parser.parse_args()
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    gym = Gym(asked.devices, asked.days, asked.runs, asked.minutes, until)
    rng = random.Random(1)  # noqa: S311  # seeded, and no secret
    with Postgres(SERVER) as postgres, connect(postgres.connection) as database:
        database.execute("SET statement_timeout = 0")
        database.execute("SET timezone = 'UTC'")
        migrate_tables(database)
        began_s = time.monotonic()
        each = sizes(database, fill(database, gym, rng, asked.strides, asked.health_hours))
        filled_s = round(time.monotonic() - began_s)
        size = database.execute("SELECT pg_database_size(current_database())").fetchone()
        figures = {
            "devices, days, runs a day, minutes": [gym.devices, gym.days, gym.runs, gym.minutes],
            "runners": len(gym.runners),
            "sampled": {
                **{table: f"1 of {every}" for table, every in SAMPLED.items()},
                "health": f"{asked.health_hours} h",
                "stride": asked.strides,
            },
            "filled_s": filled_s,
            "database_mb": round(int(size[0]) / 1e6) if size else 0,
            "tables": each,
            "a year with the default retention, gb": expected_gb(gym, each),
            "query_ms: first, median, p95": query_times(database, gym, rng),
        }
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
