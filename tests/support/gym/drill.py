"""Kills collector, broker and database while devices publish, and compares what is left."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Protocol

from hipdrive.gym.simulation.simulating import SimulationPlan, simulate
from support.gym.kept import POLL_S, kept_keys, rollups_are_right, wait_kept
from support.gym.server import CollectorProcess, gym_broker, gym_config
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from pathlib import Path

    from hipdrive.gym.simulation.counts import SentKey
    from support.postgres import Postgres

TARGETS = ("collector", "broker", "database")
NAME = "one"


class Killable(Protocol):
    """A process that is killed and started again."""

    def kill(self) -> None:
        """End it with SIGKILL."""

    def start(self) -> None:
        """Start it again; returns when it can be used."""


@dataclass(slots=True)
class SentLedger:
    """What the broker has acknowledged, by key; devices write, the drill reads."""

    keys: set[SentKey] = field(default_factory=set)
    twice: int = 0
    lock: Lock = field(default_factory=Lock)

    def note(self, key: SentKey) -> None:
        """The broker has this one."""
        with self.lock:
            self.twice += key in self.keys
            self.keys.add(key)

    def count(self) -> int:
        """How many it has."""
        with self.lock:
            return len(self.keys)


@dataclass(frozen=True, slots=True)
class GymDrillResult:
    """What came of a drill.

    Attributes:
        sent: messages that the broker has acknowledged.
        kept: rows of them in the database.
        lost: acknowledged and not there.
        doubled: rows there more than once.
        kills: by what was killed.
        rollups_right: the roll-ups are what the rows say.
    """

    sent: int
    kept: int
    lost: list[SentKey]
    doubled: int
    kills: dict[str, int]
    rollups_right: bool


def kill_and_compare(
    folder: Path, database: Postgres, targets: Sequence[str], devices: int, rng: random.Random
) -> GymDrillResult:
    """Kill one after the other, each when the last is over, while devices publish.

    Args:
        folder: for what broker and collectors keep.
        database: empty, and running.
        targets: `collector`, `broker` or `database`, in order.
        devices: how many publish.
        rng: when they are killed.
    """
    broker = gym_broker(folder)
    config = gym_config(folder, broker, database)
    collector, ledger, over = CollectorProcess(folder, config, NAME), SentLedger(), Event()
    killed: dict[str, Killable] = {"collector": collector, "broker": broker, "database": database}
    plan = SimulationPlan(devices, 3600.0, drain_s=PATIENCE_S)
    login = config.broker_login("")
    with ExitStack() as stack:
        stack.enter_context(broker)
        stack.enter_context(collector)
        _until_known(folder, over)
        played = Thread(target=simulate, args=(plan, login, over.is_set, ledger.note))
        played.start()
        stack.callback(played.join)
        stack.callback(over.set)
        for target in targets:
            wait_kept(database, ledger.count() + devices)
            # Somewhere in the time that the broker and the collector take for a batch.
            over.wait(rng.uniform(0.0, 0.5))
            killed[target].kill()
            over.wait(rng.uniform(0.0, 2.0))
            killed[target].start()
        over.set()
        played.join()
        wait_kept(database, ledger.count())
    return _compared(database, ledger, targets)


def _until_known(folder: Path, over: Event) -> None:
    """Wait until the broker has the collector's session on its disk."""
    file = folder / "kept" / "mosquitto.db"
    for _ in range(round(PATIENCE_S / POLL_S)):
        if file.exists() and f"hipdrive-collect.{NAME}".encode() in file.read_bytes():
            return
        over.wait(POLL_S)
    raise AssertionError(f"{file} does not have the collector's session")


def _compared(database: Postgres, ledger: SentLedger, targets: Sequence[str]) -> GymDrillResult:
    rows = kept_keys(database)
    return GymDrillResult(
        sent=len(ledger.keys),
        kept=len(set(rows)),
        lost=sorted(ledger.keys - set(rows), key=str),
        doubled=len(rows) - len(set(rows)),
        kills={target: targets.count(target) for target in sorted(set(targets))},
        rollups_right=rollups_are_right(database),
    )
