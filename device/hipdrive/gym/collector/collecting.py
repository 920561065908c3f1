"""Puts a collector together: tables, retention, key of the pseudonyms, login."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
from hipdrive.gym.collector.collector import CONNECT_S, CollectedCounts, Collector
from hipdrive.gym.collector.decoding import Decoder
from hipdrive.gym.collector.store import RowStore
from hipdrive.gym.database.connection import DatabaseError, connect
from hipdrive.gym.database.migrations import migrate_tables
from hipdrive.gym.database.retention import Retention
from hipdrive.gym.runner_pseudonym import runner_key
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.durable_session import DurableSession
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from hipdrive.hub.warn_once import WarnOnce

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.gym.settings import GymConfig

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
RETENTION_EVERY_S = 3600.0
MIGRATE_AGAIN_S = 1.0


def collect(
    config: GymConfig, name: str, stopped: Callable[[], bool], tell: Callable[[str], None]
) -> CollectedCounts:
    """Collect until it is stopped.

    Args:
        config: of the gym's server.
        name: of this collector; no two have the same.
        stopped: True when it is to end.
        tell: told in a line when messages are collected.

    Raises:
        ConfigError, MissingPackageError: it can never work.
    """
    logins = config.broker_logins(_client_id(name))
    key = runner_key(config.database.runner_key_file)
    retention = Retention(config.retention)
    _migrate(config, stopped)
    collector = Collector(
        logins,
        RowStore(config.database.connection, retention),
        Decoder(key, retention),
        config.collect,
        stopped,
        ready=lambda: tell(f"collecting from {logins[0].address} as {name}"),
        housekeeping=_Housekeeping(config, retention).run,
    )
    collector.run()
    return collector.counts


def leave(config: GymConfig, name: str) -> str | None:
    """Have the broker keep nothing more for a collector that will not come back.

    Args:
        config: of the gym's server.
        name: of the collector.

    Returns:
        None when it is done, else one line: why no broker could be told.

    Raises:
        ConfigError: it can never work.
    """
    problem = None
    for login in config.broker_logins(_client_id(name)):
        wake = WakePipe()
        connection = Connection(login, wake, session=DurableSession(0, 1))
        connection.open(CONNECT_S)
        problem = connection.problem
        connection.close()
        wake.close()
        if problem is None:
            return None
    return problem


def _client_id(name: str) -> str:
    """What a collector is called at the broker.

    Raises:
        ConfigError: it cannot be called so.
    """
    if NAME.fullmatch(name) is None:
        raise ConfigError(f"--name {name!r}: a name has 1 to 64 letters, digits, - and _")
    return f"hipdrive-collect.{name}"


def _migrate(config: GymConfig, stopped: Callable[[], bool]) -> None:
    """Bring the tables up to date, as soon as the database is there."""
    warning = WarnOnce("collect")
    while not stopped():
        try:
            with connect(config.database.connection) as database:
                migrate_tables(database)
        except DatabaseError as error:
            warning.warn(str(error))
            time.sleep(MIGRATE_AGAIN_S)
        else:
            return


class _Housekeeping:
    """Deletes what is too old, at the start and every hour."""

    def __init__(self, config: GymConfig, retention: Retention) -> None:
        self._config = config
        self._retention = retention
        self._due_s = 0.0

    def run(self) -> None:
        """Delete, if it is time to."""
        now_s = time.monotonic()
        if now_s < self._due_s:
            return
        self._due_s = now_s + RETENTION_EVERY_S
        import psycopg

        try:
            with connect(self._config.database.connection) as database:
                self._retention.drop(database, datetime.now(UTC))
        except (DatabaseError, psycopg.Error) as error:
            WarnOnce("collect").warn(f"nothing old was deleted: {' '.join(str(error).split())}")
