"""A real PostgreSQL for tests, on a port of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from support.mosquitto import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
STARTS_WITHIN_S = 60
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    # A killed process leaves what it wrote to the kernel; only a power cut needs more.
    "fsync": "off",
    "max_connections": "40",
    "log_min_messages": "warning",
}


def postgres_program(name: str) -> str:
    """Where a program of the newest server is; skips the test when there is none."""
    for folder in reversed(PROGRAMS):
        if (folder / name).is_file():
            return str(folder / name)
    pytest.skip(f"PostgreSQL's {name} is not installed; on Debian: apt install postgresql")


def _user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package has made a user for it."""
    if os.getuid():
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")


class Database:
    """One that hipdrive's tables may be in.

    Attributes:
        connection: how to reach it, as libpq writes it.
    """

    connection: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in hipdrive's tables."""
        from hipdrive.gym.database.connection import connect

        with connect(self.connection) as database:
            return list(database.execute(query.encode()))

    def execute(self, statement: str) -> None:
        """Run a statement that finds nothing."""
        from hipdrive.gym.database.connection import connect

        with connect(self.connection) as database:
            database.execute(statement.encode())


class Postgres(Database):
    """A cluster in a folder of its own, empty at first; it keeps its port when started again."""

    def __init__(self, options: dict[str, str] | None = None) -> None:
        self.port = free_port()
        self.connection = f"host=127.0.0.1 port={self.port} user=hipdrive dbname=postgres"
        self._user = _user()
        # Not below pytest's folders, which other users cannot enter.
        self._folder = Path(tempfile.mkdtemp(prefix="hipdrive-postgres-"))
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._data = self._folder / "data"
        initdb = [
            postgres_program("initdb"),
            "-D",
            str(self._data),
            "-U",
            "hipdrive",
            "-A",
            "trust",
        ]
        self._run([*initdb, "--no-sync", "--encoding=UTF8", "--locale=C"])
        self._options = {**OPTIONS, **(options or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the server."""
        assert self._process is not None
        return self._process.pid

    def _run(self, command: list[str]) -> None:
        ran = subprocess.run(
            command, user=self._user, cwd="/", check=False, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def start(self) -> None:
        """Start it and wait until it can be used."""
        settings = {**self._options, "port": str(self.port), "unix_socket_directories": ""}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [postgres_program("postgres"), "-D", str(self._data), *words],
                user=self._user,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        ready = [postgres_program("pg_isready"), "-h", "127.0.0.1", "-p", str(self.port)]
        for _ in range(STARTS_WITHIN_S):
            waited = subprocess.run([*ready, "-t", "1", "-q"], check=False)
            if waited.returncode == 0:
                return
            assert self._process.poll() is None, (self._folder / "log").read_text()
            # It says at once that it is starting; this waits without a sleep of the test's own.
            try:
                self._process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError((self._folder / "log").read_text())

    def kill(self) -> None:
        """End it as by a power cut of the machine's processes, all of them."""
        if self._process is None:
            return
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        pids = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        self._process.kill()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait()
        self._process = None

    def remove(self) -> None:
        """End it and delete its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class OtherDatabase(Database):
    """A database beside the one that a cluster has, while the block lasts."""

    def __init__(self, cluster: Postgres, name: str) -> None:
        self._cluster = cluster
        self._name = name
        self.connection = cluster.connection.replace("dbname=postgres", f"dbname={name}")

    def __enter__(self) -> Self:
        self._cluster.execute(f"DROP DATABASE IF EXISTS {self._name}")
        self._cluster.execute(f"CREATE DATABASE {self._name}")
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.execute(f"DROP DATABASE {self._name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server for all tests that do not kill it."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: hipdrive[gym]")
    with Postgres() as running:
        yield running


@pytest.fixture
def empty_database(postgres: Postgres) -> Postgres:
    """The server without hipdrive's tables."""
    postgres.execute("DROP SCHEMA IF EXISTS hipdrive CASCADE")
    return postgres
