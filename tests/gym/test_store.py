from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hipdrive.gym.collector.rows import StoreRefusal
from hipdrive.gym.collector.store import RowStore
from hipdrive.gym.database.connection import connect
from hipdrive.gym.database.forget import forget_runner
from hipdrive.gym.database.migrations import migrate_tables
from hipdrive.gym.database.retention import Retention
from hipdrive.gym.settings import RetentionConfig
from support.gym.kept import rollups_are_right
from support.gym.messages import FOR_EVER, KEY, decoder, now, payload, topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.postgres import Postgres

NOBODY: Counter[StoreRefusal] = Counter()
IDS = [f"019caa93-457a-7000-8a2d-6f1b0c9d4e{number:02x}" for number in range(16)]


@pytest.fixture
def tables(empty_database: Postgres) -> Postgres:
    with connect(empty_database.connection) as database:
        migrate_tables(database)
    return empty_database


@pytest.fixture
def store(tables: Postgres) -> Iterator[RowStore]:
    opened = RowStore(tables.connection, FOR_EVER, now)
    yield opened
    opened.close()


def write(store: RowStore, *messages: tuple[str, bytes]) -> None:
    store.write([decoder().row(where, content) for where, content in messages], NOBODY)


def summary(number: int, **changes: object) -> tuple[str, bytes]:
    """A summary whose id is the numberth."""
    changes = {"id": IDS[number], "seq": number + 1, **changes}
    return topic("summary"), payload("summary", **changes)


def count(tables: Postgres, table: str) -> int:
    ((found,),) = tables.rows(f"SELECT count(*) FROM {table}")  # noqa: S608
    return int(found)


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("stride", "stride"),
        ("cue", "cue"),
        ("summary", "summary"),
        ("cues", "cue_count"),
        ("health", "health"),
    ],
)
def test_a_message_that_comes_again_is_the_same_row(
    store: RowStore, tables: Postgres, kind: str, table: str
) -> None:
    message = topic(kind), payload(kind)
    write(store, message, message)
    write(store, message)
    assert count(tables, table) == 1
    assert rollups_are_right(tables)


def test_strides_of_both_legs_at_one_time_are_two(store: RowStore, tables: Postgres) -> None:
    write(store, *((topic("stride"), payload("stride", leg=leg)) for leg in ("left", "right")))
    assert count(tables, "stride") == 2


def test_the_same_session_of_two_devices_is_two(store: RowStore, tables: Postgres) -> None:
    devices = ("treadmill-1", "treadmill-2")
    write(store, *((topic("summary", device=d), payload("summary")) for d in devices))
    assert count(tables, "session") == 2
    assert count(tables, "summary") == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_a_session_is_what_its_newest_summary_says(
    store: RowStore, tables: Postgres, order: tuple[int, ...], *, together: bool
) -> None:
    messages = [summary(number, strides=30 * number + 30) for number in order]
    for batch in [messages] if together else [[message] for message in messages]:
        write(store, *batch)
    assert tables.rows("SELECT strides FROM session") == [(90,)]
    assert tables.rows("SELECT strides FROM summary ORDER BY seq") == [(30,), (60,), (90,)]
    assert rollups_are_right(tables)


def test_the_final_summary_stays(store: RowStore, tables: Postgres) -> None:
    write(store, summary(1, strides=60, final=True))
    write(store, summary(2, strides=30))
    assert tables.rows("SELECT final, strides FROM session") == [(True, 60)]


def test_a_runner_who_is_named_late_gets_the_week(store: RowStore, tables: Postgres) -> None:
    write(store, summary(0, runner="bert"))
    write(store, summary(1, runner="anna"))
    assert count(tables, "runner_week") == 1
    assert rollups_are_right(tables)


def test_the_mean_of_a_week_is_by_stride(store: RowStore, tables: Postgres) -> None:
    angle = {"definition": "thigh_ext/1", "sd": 1.0}
    sessions = [("20260302T180500Z-000001", 100, 20.0), ("20260303T180500Z-000002", 300, 24.0)]
    write(
        store,
        *(
            summary(number, session=name, strides=n, thigh_ext_deg={**angle, "mean": mean})
            for number, (name, n, mean) in enumerate(sessions)
        ),
    )
    # (100 x 20 + 300 x 24) / 400 = 23; 2 March 2026 is a Monday.
    assert tables.rows("SELECT week::text, sessions, strides, thigh_ext_deg FROM runner_week") == [
        ("2026-03-02", 2, 400, 23.0)
    ]


def test_an_hour_has_the_worst_of_its_reports(store: RowStore, tables: Postgres) -> None:
    reports = [([], 61.2, 30.0), (["hot"], 84.0, 18.0), (["hot", "disk_low"], 82.0, 25.0)]
    for number, (problems, temperature, rate) in enumerate(reports):
        changes = {"problems": problems, "temperature_c": temperature, "frames_per_second": rate}
        write(store, (topic("health"), payload("health", monotonic_s=float(number), **changes)))
    assert tables.rows(
        "SELECT reports, with_problems, problems, hottest_c, slowest_frames_per_second"
        " FROM device_hour"
    ) == [(3, 2, ["disk_low", "hot"], 84.0, 18.0)]


def test_rows_lie_in_the_month_of_their_session(store: RowStore, tables: Postgres) -> None:
    names = ["20260301T000000Z-5f3a9c", "20260228T235959Z-5f3a9c", "20260401T000000Z-5f3a9c"]
    wrong = ["19700101T000000Z-5f3a9c", "20400101T000000Z-5f3a9c"]
    write(store, *((topic("stride"), payload("stride", session=name)) for name in names + wrong))
    found = tables.rows("SELECT tableoid::regclass::text, count(*) FROM stride GROUP BY 1")
    assert dict(found) == {
        "stride_2026_02": 1,
        "stride_2026_03": 1,
        "stride_2026_04": 1,
        "stride_other": 2,
    }


def test_a_month_that_comes_takes_what_a_fast_clock_has_sent(
    store: RowStore, tables: Postgres
) -> None:
    message = topic("stride"), payload("stride", session="20260601T000000Z-5f3a9c")
    write(store, message)
    assert count(tables, "stride_other") == 1
    later = RowStore(tables.connection, FOR_EVER, lambda: datetime(2026, 6, 2, tzinfo=UTC))
    write(later, message)
    later.close()
    assert (count(tables, "stride_2026_06"), count(tables, "stride_other")) == (1, 0)


def test_retention_drops_whole_months_and_nothing_else(store: RowStore, tables: Postgres) -> None:
    names = [f"2026{month:02}15T000000Z-5f3a9c" for month in (1, 2, 3)]
    write(store, *((topic("stride"), payload("stride", session=name)) for name in names))
    kept = Retention(RetentionConfig(stride_months=1))
    with connect(tables.connection) as database:
        assert kept.drop(database, now()) == 1
        assert kept.drop(database, now()) == 0
    assert tables.rows("SELECT to_char(started, 'MM') FROM stride ORDER BY 1") == [("02",), ("03",)]


def test_a_forgotten_runner_is_nowhere(store: RowStore, tables: Postgres) -> None:
    other = "20260301T190000Z-000002"
    write(
        store,
        summary(0),
        summary(1, session=other, runner="bert"),
        *((topic(kind), payload(kind)) for kind in ("stride", "cue", "cues", "health")),
        (topic("stride"), payload("stride", session=other)),
    )
    with connect(tables.connection) as database:
        assert forget_runner(database, KEY, "anna-3") == 1
    for table in ("session", "summary", "stride", "runner_week"):
        assert count(tables, table) == 1, table
    for table in ("cue", "cue_count"):
        assert count(tables, table) == 0, table
    assert tables.rows("SELECT DISTINCT token FROM stride") == [("000002",)]
    assert rollups_are_right(tables)


def test_what_a_device_still_sends_of_a_forgotten_session_is_not_stored(
    store: RowStore, tables: Postgres
) -> None:
    write(store, summary(0))
    with connect(tables.connection) as database:
        forget_runner(database, KEY, "anna-3")
    write(store, summary(1), (topic("stride"), payload("stride")))
    assert [count(tables, table) for table in ("session", "summary", "stride")] == [0, 0, 0]
    assert tables.rows("SELECT reason, messages FROM refused") == [("forgotten", 2)]


def test_a_session_that_was_never_seen_is_forgotten_with_its_runner(
    store: RowStore, tables: Postgres
) -> None:
    """Its strides came, and its first summary waited on the device."""
    write(
        store, summary(0, session="20260228T180500Z-000001"), (topic("stride"), payload("stride"))
    )
    with connect(tables.connection) as database:
        forget_runner(database, KEY, "anna-3")
    assert count(tables, "stride") == 1
    write(store, summary(1))
    assert [count(tables, table) for table in ("session", "summary", "stride")] == [0, 0, 0]


def test_a_row_that_the_database_refuses_does_not_keep_the_others_out(
    store: RowStore, tables: Postgres
) -> None:
    """JSON has numbers that no column of PostgreSQL can hold."""
    bad = topic("summary"), payload("summary", more=float("inf"))
    strides = [(topic("stride"), payload("stride", t_s=float(number))) for number in range(9)]
    write(store, *strides[:4], bad, *strides[4:])
    assert (count(tables, "stride"), count(tables, "summary")) == (9, 0)
    assert tables.rows("SELECT reason, messages FROM refused") == [("database", 1)]


def test_refused_messages_are_counted_by_day(store: RowStore, tables: Postgres) -> None:
    for _ in range(2):
        store.write([], Counter({StoreRefusal.CONTENT: 3}))
    assert tables.rows("SELECT reason, messages FROM refused") == [("content", 6)]


def test_two_programs_may_make_the_tables_at_once(empty_database: Postgres) -> None:
    with (
        connect(empty_database.connection) as first,
        connect(empty_database.connection) as second,
    ):
        assert migrate_tables(first) == 0
        assert migrate_tables(second) == 4
    assert empty_database.rows("SELECT number FROM migration ORDER BY 1") == [
        (1,),
        (2,),
        (3,),
        (4,),
    ]
