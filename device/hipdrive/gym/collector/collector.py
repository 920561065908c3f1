"""Takes messages from the broker and acknowledges those that the database has.

One thread: read for a moment, write what has come in one transaction, acknowledge. A broker or a
database that is away is waited for; the broker keeps what is not acknowledged, and sends no more
than `most_waiting` of it.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
from hipdrive.gym.collector.batch import Batch
from hipdrive.gym.database.connection import DatabaseError
from hipdrive.hub.mqtt.backoff import Backoff
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.durable_session import DurableSession
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from hipdrive.hub.warn_once import WarnOnce

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hipdrive.gym.collector.decoding import Decoder
    from hipdrive.gym.collector.rows import StoreRefusal
    from hipdrive.gym.collector.store import RowStore
    from hipdrive.gym.settings import CollectConfig
    from hipdrive.hub.mqtt.login import Login

STORED_TOPICS = ("stride", "cue", "summary", "cues", "health")
SESSION_KEPT_S = 30 * 86_400
"""How long the broker keeps messages for a collector that is away."""
CONNECT_S = 5.0
POLL_S = 0.05
LONGEST_PAUSE_S = 5.0


@dataclass(slots=True)
class CollectedCounts:
    """What a collector has done so far.

    Attributes:
        stored: messages that are in the database.
        refused: those that are not to be stored, by reason.
        transactions: commits.
        reconnects: times that the broker or the database had to be found anew.
    """

    stored: int = 0
    refused: Counter[StoreRefusal] = field(default_factory=Counter)
    transactions: int = 0
    reconnects: int = 0


def topic_filters(config: CollectConfig) -> list[str]:
    """What a collector subscribes to: of its sites, and shared within its group (MQTT 5, 4.8.2)."""
    share = f"$share/{config.group}/" if config.group else ""
    sites = config.sites or ["+"]
    return [f"{share}hipdrive/{site}/+/{topic}" for site in sites for topic in STORED_TOPICS]


class Collector:
    """Collects until it is stopped.

    Args:
        logins: how to reach the broker, or each node of a cluster, of which one is tried after the
            other; the client id is the name of the collector, under which the broker keeps messages
            while it is away.
        store: the database.
        decoder: makes rows of messages.
        config: how many messages wait, and how long.
        stopped: True when it is to end.
        ready: called when it is subscribed, each time.
        housekeeping: called now and then, between two transactions.
    """

    def __init__(
        self,
        logins: Sequence[Login],
        store: RowStore,
        decoder: Decoder,
        config: CollectConfig,
        stopped: Callable[[], bool],
        ready: Callable[[], object] = lambda: None,
        housekeeping: Callable[[], object] = lambda: None,
    ) -> None:
        self._logins = itertools.cycle(logins)
        self._store = store
        self._config = config
        self._stopped = stopped
        self._ready = ready
        self._housekeeping = housekeeping
        self._batch = Batch(decoder, most_rows=4 * config.most_waiting)
        self._warning = WarnOnce("collect")
        self._wake = WakePipe()
        self._backoff = Backoff(first_s=0.2, longest_s=LONGEST_PAUSE_S)
        self.counts = CollectedCounts()

    def run(self) -> None:
        """Collect until it is stopped.

        Raises:
            ConfigError, MissingPackageError: it can never work; what may pass is waited for.
        """
        failures = 0
        try:
            while not self._stopped():
                before = self.counts.transactions
                problem = self._serve()
                if problem is None:
                    return
                self._warning.warn(problem)
                self.counts.reconnects += 1
                failures = 1 if self.counts.transactions > before else failures + 1
                self._pause(self._backoff.wait_s(failures))
        finally:
            self._store.close()
            self._wake.close()

    def _serve(self) -> str | None:
        """Collect over one connection to the broker; returns why it ended, None when stopped."""
        session = DurableSession(SESSION_KEPT_S, self._config.most_waiting)
        login = next(self._logins)
        connection = Connection(login, self._wake, session=session)
        try:
            # The database first: a broker whose messages nobody can store need not send them.
            if problem := self._opened():
                return problem
            connection.open(CONNECT_S)
            if self._config.group and connection.problem is None and not connection.limits.shared:
                raise ConfigError(
                    f"collect.group: the broker at {login.address} has no shared subscriptions; "
                    "leave it empty and give each collector sites of its own (collect.sites)"
                )
            connection.subscribe(topic_filters(self._config))
            subscribed = connection.wait_for(lambda: connection.subscribed, CONNECT_S)
            if connection.refused_subscription is not None:
                return connection.refused_subscription
            if not subscribed:
                return connection.problem or "the broker does not answer a subscription"
            self._ready()
            return self._collect(connection)
        finally:
            connection.close()
            self._batch.forget_connection()

    def _collect(self, connection: Connection) -> str | None:
        while connection.problem is None:
            stopped = self._stopped()
            connection.poll(0.0 if stopped else POLL_S)
            now_s = self._take(connection)
            full = len(self._batch.messages) >= self._config.most_waiting // 2
            if full or stopped or self._batch.age_s(now_s) >= self._config.longest_wait_s:
                self._commit(connection)
            if stopped:
                return None
            self._housekeeping()
        # What has come and is of QoS 0 comes from nobody again.
        self._batch.forget_connection()
        self._commit(connection)
        return connection.problem

    def _take(self, connection: Connection) -> float:
        """Put what has come into the batch; returns the time, s."""
        now_s = time.monotonic()
        for message in connection.received():
            self._batch.add(message, now_s)
        return now_s

    def _commit(self, connection: Connection) -> None:
        """Have the batch in the database, however long that takes, and acknowledge it."""
        import psycopg

        failures = 0
        while not self._batch.empty:
            problem = self._opened()
            if problem is None:
                try:
                    self._store.write(self._batch.rows, self._batch.refused)
                    break
                except psycopg.Error as error:
                    problem = f"the database has gone: {' '.join(str(error).split())}"
                    self._store.close()
            self._warning.warn(problem)
            failures += 1
            self.counts.reconnects += 1
            if self._stopped():
                return
            self._wait(connection, self._backoff.wait_s(failures))
        self.counts.transactions += 1
        self.counts.stored += len(self._batch.rows)
        self.counts.refused.update(self._batch.refused)
        for message in self._batch.messages:
            connection.acknowledge(message)
        self._batch.clear()
        self._warning.clear()

    def _opened(self) -> str | None:
        """Open the database if need be; returns why it cannot be opened now."""
        if self._store.is_open:
            return None
        try:
            self._store.open()
        except DatabaseError as error:
            return str(error)
        return None

    def _wait(self, connection: Connection, seconds: float) -> None:
        """Wait, and let the broker know that this client is alive."""
        until_s = time.monotonic() + seconds
        while not self._stopped() and (left_s := until_s - time.monotonic()) > 0:
            if connection.problem is not None:
                self._pause(left_s)
                return
            connection.poll(min(left_s, POLL_S))
            self._take(connection)

    def _pause(self, seconds: float) -> None:
        until_s = time.monotonic() + seconds
        while not self._stopped() and (left_s := until_s - time.monotonic()) > 0:
            time.sleep(min(left_s, POLL_S))
