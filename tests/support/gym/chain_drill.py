"""Two sites, a chain's broker of three nodes, one of them killed, a site cut off; what is left."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from hipdrive.gym.settings import (
    BrokerConfig,
    CollectConfig,
    DatabaseConfig,
    GymConfig,
    RetentionConfig,
)
from hipdrive.gym.simulation.simulating import SimulationPlan, simulate
from hipdrive.hub.mqtt.login import Login
from support.gym.collecting import collecting
from support.gym.drill import SentLedger
from support.gym.kept import POLL_S, kept_count, kept_keys, rollups_are_right
from support.gym.nats import NatsCluster
from support.gym.site import Site
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.gym.simulation.counts import SentKey
    from support.certificates import Authority
    from support.postgres import Postgres

SITES = ("gym-a", "gym-b")
PASSWORD = "of all who come to the chain's broker"  # noqa: S105  # of this test's


@dataclass(frozen=True, slots=True)
class ChainDrillResult:
    """What came of a drill.

    Attributes:
        sent: messages that the sites' brokers have acknowledged, by site.
        kept: rows of them.
        lost: acknowledged and not there.
        doubled: rows there more than once.
        while_one_node_was_away: rows that were stored with a node killed.
        while_cut_off: messages that the site that was cut off took meanwhile.
        made_up_for_s: from the end of that until the database had all, s.
        node_cpu_s: processor time of a node that ran all the while, s.
        rollups_right: the roll-ups are what the rows say.
    """

    sent: dict[str, int]
    kept: int
    lost: list[SentKey]
    doubled: int
    while_one_node_was_away: int
    while_cut_off: int
    made_up_for_s: float
    node_cpu_s: float
    rollups_right: bool


def chain_config(
    folder: Path,
    database: Postgres,
    cluster: NatsCluster,
    authority: Authority,
    sites: list[str],
) -> GymConfig:
    """A collector of these sites, which knows all nodes."""
    password = folder / "collector-password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    password.chmod(0o600)
    first, *others = cluster.mqtt_ports
    return GymConfig(
        broker=BrokerConfig(
            port=first,
            other_hosts=[f"127.0.0.1:{port}" for port in others],
            password_file=str(password),
            tls=True,
            ca_file=str(authority.certificate),
        ),
        collect=CollectConfig(sites=sites),
        database=DatabaseConfig(
            connection=database.connection, runner_key_file=str(folder / "runner-key")
        ),
        retention=RetentionConfig(stride_months=0, session_months=0, health_months=0),
    )


class ChainDrill:
    """A chain that runs while devices publish at every site."""

    def __init__(
        self, folder: Path, database: Postgres, authority: Authority, devices: int
    ) -> None:
        self._folder = folder
        self._database = database
        self._authority = authority
        self._devices = devices
        self._over = Event()
        self._ledgers = {site: SentLedger() for site in SITES}

    def run(self, cut_off_s: float) -> ChainDrillResult:
        """Kill a node in the middle, cut a site off, and compare what is left.

        Args:
            cut_off_s: how long a site is cut off at least.
        """
        with ExitStack() as stack:
            cluster = stack.enter_context(
                NatsCluster(self._folder, self._authority, SITES, PASSWORD)
            )
            for site in SITES:
                config = chain_config(
                    self._folder, self._database, cluster, self._authority, [site]
                )
                stack.enter_context(collecting(config, site))
            sites = {name: stack.enter_context(self._site(name, cluster)) for name in SITES}
            played = [Thread(target=self._play, args=(site,)) for site in sites.values()]
            for thread in played:
                thread.start()
                stack.callback(thread.join)
            stack.callback(self._over.set)
            self._wait_for(lambda: kept_count(self._database) >= 20 * self._devices)
            # Collectors and, most likely, a bridge are connected to the first.
            cluster.nodes[0].kill()
            with_two = self._while_a_node_is_away()
            cluster.nodes[0].start()
            cluster.nodes[0].wait_ready()
            cut_off = self._while_cut_off(sites[SITES[1]], cut_off_s)
            mended_s = time.monotonic()
            self._over.set()
            for thread in played:
                thread.join()
            self._wait_for(lambda: kept_count(self._database) >= self._sent())
            made_up_for_s = time.monotonic() - mended_s
            node_cpu_s = cluster.nodes[1].cpu_s
        return self._compared(with_two, cut_off, made_up_for_s, node_cpu_s)

    def _site(self, name: str, cluster: NatsCluster) -> Site:
        return Site(self._folder / name, name, PASSWORD, cluster.mqtt_ports, self._authority)

    def _play(self, site: Site) -> None:
        plan = SimulationPlan(self._devices, 36_000.0, site=site.name, drain_s=PATIENCE_S)
        ledger = self._ledgers[site.name]
        simulate(plan, Login("127.0.0.1", site.broker.port, ""), self._over.is_set, ledger.note)

    def _sent(self) -> int:
        return sum(ledger.count() for ledger in self._ledgers.values())

    def _wait_for(self, done: Callable[[], bool]) -> None:
        for _ in range(round(2 * PATIENCE_S / POLL_S)):
            if done():
                return
            self._over.wait(POLL_S)
        raise AssertionError(f"{self._sent()} sent, {kept_count(self._database)} kept")

    def _of(self, site: str) -> int:
        ((count,),) = self._database.rows(
            f"SELECT count(*) FROM stride JOIN device USING (device_id) WHERE site = '{site}'"  # noqa: S608
        )
        return int(count)

    def _while_a_node_is_away(self) -> int:
        """Wait until strides of each site that were sent after the kill are stored."""
        before = {site: self._of(site) for site in SITES}
        sent = {site: ledger.count() for site, ledger in self._ledgers.items()}
        for site in SITES:
            self._wait_for(lambda site=site: self._of(site) > sent[site])  # type: ignore[misc]
        return sum(self._of(site) - before[site] for site in SITES)

    def _while_cut_off(self, site: Site, seconds: float) -> int:
        """Cut a site off until it has taken more than a bridge has in flight, and so long."""
        ledger = self._ledgers[site.name]
        site.cable.cut()
        before = ledger.count()
        self._over.wait(seconds)
        self._wait_for(lambda: ledger.count() > before + 20 * self._devices)
        others = self._of(SITES[0])
        self._wait_for(lambda: self._of(SITES[0]) > others)
        taken = ledger.count() - before
        site.cable.mend()
        return taken

    def _compared(
        self, with_two: int, cut_off: int, made_up_for_s: float, node_cpu_s: float
    ) -> ChainDrillResult:
        rows = kept_keys(self._database)
        sent = {key for ledger in self._ledgers.values() for key in ledger.keys}
        return ChainDrillResult(
            sent={site: ledger.count() for site, ledger in self._ledgers.items()},
            kept=len(set(rows)),
            lost=sorted(sent - set(rows), key=str),
            doubled=len(rows) - len(set(rows)),
            while_one_node_was_away=with_two,
            while_cut_off=cut_off,
            made_up_for_s=round(made_up_for_s, 1),
            node_cpu_s=round(node_cpu_s, 1),
            rollups_right=rollups_are_right(self._database),
        )
