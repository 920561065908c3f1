"""The files for Grafana: their shape, and every query in them against the real tables.

No Grafana runs here.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema
import psycopg
import pytest
import yaml

from hipdrive.gym.collector.rows import StoreRefusal
from hipdrive.gym.collector.store import RowStore
from hipdrive.gym.database.connection import connect
from hipdrive.gym.database.migrations import migrate_tables
from hipdrive.gym.runner_pseudonym import pseudonym
from hipdrive.gym.wall.sign_in import WallRefusal
from support.gym.grafana import DASHBOARD, EXPRESSION, RULES, expanded
from support.gym.messages import FOR_EVER, KEY, decoder, payload, topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.postgres import Postgres

FOLDER = Path(__file__).resolve().parents[2] / "config" / "grafana"
DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))
ALERTS = FOLDER / "provisioning" / "alerting" / "hipdrive.yaml"
RUNNER = "anna-3"


class Query(NamedTuple):
    """A query of one of the files; `series`: Grafana wants a time and figures."""

    where: str
    sql: str
    series: bool


def read(path: Path) -> Any:  # noqa: ANN401 - JSON and YAML are anything
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


def queries() -> Iterator[Query]:
    for path in DASHBOARDS:
        dashboard = read(path)
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                series = target["format"] == "time_series"
                yield Query(f"{path.name} {panel['title']}", target["rawSql"], series)
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                yield Query(f"{path.name} ${variable['name']}", variable["query"], series=False)
    for rule in rules():
        for each in rule["data"]:
            if each["datasourceUid"] == "hipdrive":
                yield Query(rule["title"], each["model"]["rawSql"], series=True)


def rules() -> list[dict[str, Any]]:
    return [rule for group in read(ALERTS)["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def reader(postgres: Postgres) -> Iterator[psycopg.Connection]:
    """Tables with a little of everything, seen by the user of reader.sql."""
    postgres.execute("DROP SCHEMA IF EXISTS hipdrive CASCADE")
    with connect(postgres.connection) as database:
        migrate_tables(database)
    fill(postgres)
    postgres.execute((FOLDER / "reader.sql").read_text(encoding="utf-8"))
    host = postgres.connection.replace("user=hipdrive", "user=grafana")
    with psycopg.connect(host, autocommit=True) as connection:
        yield connection
    postgres.execute("DROP OWNED BY grafana")
    postgres.execute("DROP ROLE grafana")


def fill(postgres: Postgres) -> None:
    """A device that is heard, one that is silent, five runners, and refusals."""
    now = datetime.now(UTC)
    ago = now - timedelta(days=2)
    messages = [
        (topic("health"), payload("health", problems=["no_frames"], utc=now.isoformat())),
        (topic("health", device="old"), payload("health", utc=ago.isoformat())),
    ]
    for number in range(5):
        name = f"{now - timedelta(minutes=number):%Y%m%dT%H%M%SZ}-00000{number}"
        changes = {"session": name, "id": f"019caa93-457a-7000-8a2d-6f1b0c9d4e{number:02x}"}
        runner = RUNNER if not number else f"runner-{number}"
        written = now.isoformat()
        messages.append(
            (topic("summary"), payload("summary", runner=runner, utc=written, **changes))
        )
    store = RowStore(postgres.connection, FOR_EVER)
    refused = Counter({StoreRefusal.CONTENT: 5})
    store.write([decoder().row(where, content) for where, content in messages], refused)
    store.close()
    tried = "INSERT INTO refused VALUES ((now() AT TIME ZONE 'UTC')::date, '{}', 3)"
    postgres.execute(tried.format(WallRefusal.PASSWORD))


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.name)
def test_a_dashboard_is_as_grafanas_schema_wants_it(path: Path) -> None:
    dashboard = read(path)
    jsonschema.validate(dashboard, DASHBOARD)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    assert all(panel["datasource"]["uid"] == "hipdrive" for panel in dashboard["panels"])


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.name)
def test_no_two_panels_cover_each_other(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in read(path)["panels"]:
        grid = panel["gridPos"]
        assert grid["x"] + grid["w"] <= 24
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & taken
        taken |= cells


def test_the_rules_are_as_file_provisioning_wants_them() -> None:
    jsonschema.validate(read(ALERTS), RULES)
    for rule in rules():
        names = [each["refId"] for each in rule["data"]]
        assert rule["condition"] in names
        for each in rule["data"]:
            assert each["model"]["refId"] == each["refId"]
            if each["datasourceUid"] == "__expr__":
                jsonschema.validate(each["model"], EXPRESSION)
                assert each["model"]["expression"] in names


def test_the_data_source_has_no_secret_and_the_name_that_the_others_use() -> None:
    (source,) = read(FOLDER / "provisioning" / "datasources" / "hipdrive.yaml")["datasources"]
    assert source["uid"] == "hipdrive"
    assert source["secureJsonData"] == {"password": "$HIPDRIVE_GRAFANA_PASSWORD"}


@pytest.mark.parametrize("query", list(queries()), ids=lambda query: query.where)
def test_a_query_runs_on_the_real_tables_and_finds_something(
    reader: psycopg.Connection, query: Query
) -> None:
    now = datetime.now(UTC)
    values = {"site": "'gym', 'other'", "runner": f"'{pseudonym(KEY, 'gym', RUNNER)}'"}
    since, until = (now - timedelta(days=30)).isoformat(), (now + timedelta(hours=1)).isoformat()
    sql = expanded(query.sql, since, until, values)
    assert "$" not in sql
    cursor = reader.execute(sql.encode())
    rows = cursor.fetchall()
    assert rows, query.where
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    if query.series:
        assert names[0] == "time"
        assert all(isinstance(row[0], datetime) for row in rows)
        figures = [name for name in names[1:] if name != "metric"]
        assert figures
        for row in rows:
            assert all(
                isinstance(value, float | int)
                for name, value in zip(names, row, strict=True)
                if name in figures
            )


@pytest.mark.parametrize(
    ("uid", "names"),
    [("hipdrive-silent", {"gym/treadmill-1"}), ("hipdrive-camera", {"gym/treadmill-1"})],
)
def test_a_rule_watches_the_devices_it_is_for(
    reader: psycopg.Connection, uid: str, names: set[str]
) -> None:
    """The one that was not heard for two days is known to be off."""
    (rule,) = [each for each in rules() if each["uid"] == uid]
    rows = reader.execute(rule["data"][0]["model"]["rawSql"].encode()).fetchall()
    assert {row[1] for row in rows} == names


def test_the_reader_can_write_nothing(reader: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.execute("DELETE FROM hipdrive.refused")
    reader.execute("SET default_transaction_read_only = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("DELETE FROM hipdrive.refused")
    reader.execute("SET default_transaction_read_only = on")
